"""How pages look: on a phone, on a desk, in the dark."""

from __future__ import annotations

# Nothing from elsewhere, and no script but the page's own: the browser itself sees to it.
POLICY = "default-src 'none'; style-src 'unsafe-inline'"

STYLE = """
:root {
  color-scheme: light dark;
  --text: #1d2430; --dim: #5b6675; --back: #fff; --card: #f4f6f9; --line: #d8dee7;
  --a: #3b6fb6; --b: #d9822b; --c: #3f8f5a; --d: #a24fa0; --e: #b3473d; --f: #4b8f97;
  --new: #e2f5e6; --gone: #fbe6e5; --heat: 59, 111, 182;
}
@media (prefers-color-scheme: dark) {
  :root {
    --text: #e4e8ee; --dim: #9aa6b5; --back: #14181f; --card: #1e242e; --line: #343d4a;
    --a: #7fb0f0; --b: #f0a95b; --c: #7cc796; --d: #d191cf; --e: #ee8f85; --f: #86c6ce;
    --new: #163824; --gone: #45201f; --heat: 127, 176, 240;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 1rem; max-width: 64rem; color: var(--text); background: var(--back);
  font: 16px/1.45 system-ui, sans-serif; overflow-wrap: anywhere;
}
h1 { font-size: 1.3rem; margin: 0 0 .8rem; }
h2 { font-size: 1.1rem; margin: 1.8rem 0 .5rem; border-bottom: 1px solid var(--line); }
.runs, .plots {
  display: grid; gap: .8rem; align-items: start;
  grid-template-columns: repeat(auto-fill, minmax(min(17rem, 100%), 1fr));
}
.runs { grid-template-columns: repeat(auto-fit, minmax(min(17rem, 100%), 1fr)); }
.run, figure {
  background: var(--card); border-radius: .5rem; padding: .7rem .9rem; margin: 0; min-width: 0;
}
.run.a { border-left: .35rem solid var(--a); }
.run.b { border-left: .35rem solid var(--b); }
.dim, figcaption small { color: var(--dim); }
figcaption { font-weight: 600; }
figcaption small { font-weight: 400; display: block; }
.equal { color: var(--dim); margin: .8rem 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; min-width: min(30rem, 100%); font-size: .92rem; }
th, td {
  text-align: left; padding: .25rem .7rem .25rem 0; vertical-align: top;
  border-bottom: 1px solid var(--line);
}
th { overflow-wrap: normal; }
td { min-width: 4.5rem; }
td:first-child { min-width: min(12rem, 40vw); }
figure table { font-size: .82rem; }
figure td:first-child { min-width: 4.5rem; }
figure td, figure th { padding-right: .5rem; }
td:last-child, th:last-child { padding-right: 0; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; min-width: 0; }
.number { overflow-wrap: normal; }
svg { display: block; width: 100%; height: auto; max-width: 30rem; margin-top: .4rem; }
svg text { fill: var(--text); font-size: 11px; }
svg .dim { fill: var(--dim); }
svg .a { fill: var(--a); stroke: var(--a); }
svg .b { fill: var(--b); stroke: var(--b); }
svg .c { fill: var(--c); stroke: var(--c); }
svg .d { fill: var(--d); stroke: var(--d); }
svg .e { fill: var(--e); stroke: var(--e); }
svg .f { fill: var(--f); stroke: var(--f); }
svg rect, svg circle { stroke-width: 0; }
svg polyline { fill-opacity: 0; stroke-width: 1.6; stroke-linejoin: round; }
svg polyline.dim { stroke: var(--dim); stroke-dasharray: 4 4; stroke-width: 1; }
svg circle { fill-opacity: .75; }
.bar {
  background: linear-gradient(var(--a), var(--a)) no-repeat 0 100% / var(--share, 0%) 3px;
}
table.matrix { font-size: .85rem; min-width: 0; }
table.matrix th, table.matrix td { min-width: 0; padding: .25rem .45rem; white-space: nowrap; }
table.matrix tbody th { padding-left: 0; }
table.matrix.many thead th { writing-mode: sideways-lr; padding: .45rem .25rem; text-align: left; }
@supports not (writing-mode: sideways-lr) {
  table.matrix.many thead th { writing-mode: vertical-rl; }
}
figure:has(.many) { grid-column: 1 / -1; }
@media (min-width: 44rem) { figure:has(.wide) { grid-column: span 2; } }
.heat { background: rgba(var(--heat), var(--share, 0)); text-align: right; }
th button { all: unset; cursor: pointer; font-weight: 600; }
th button:focus-visible { outline: 2px solid var(--a); }
th[aria-sort=descending] button::after { content: " ↓"; }
th[aria-sort=ascending] button::after { content: " ↑"; }
input.search {
  font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line);
  border-radius: .4rem; padding: .3rem .6rem; margin: 0 0 .8rem; width: min(20rem, 100%);
}
[hidden] { display: none !important; }
a { color: var(--a); }
caption { text-align: left; color: var(--dim); padding: .3rem 0; white-space: nowrap; }
svg line { stroke: var(--line); }
details { margin: .4rem 0; }
summary { cursor: pointer; padding: .3rem 0; }
td details, td summary { margin: 0; padding: 0; }
pre {
  margin: 0; padding: .6rem; background: var(--card); border-radius: .5rem; overflow-x: auto;
  font: 13px/1.4 ui-monospace, monospace; overflow-wrap: normal;
}
pre span { display: block; }
pre .new { background: var(--new); }
pre .gone { background: var(--gone); }
.key::before {
  content: ""; display: inline-block; width: .8em; height: .8em; margin: 0 .3em 0 .8em;
  border-radius: 2px;
}
.key.a::before { background: var(--a); }
.key.b::before { background: var(--b); }
.key.c::before { background: var(--c); }
.key.d::before { background: var(--d); }
.key.e::before { background: var(--e); }
.key.f::before { background: var(--f); }
"""
