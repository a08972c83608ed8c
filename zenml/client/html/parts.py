"""What pages are made of; each part is HTML, and what it is given is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from zenml.client.html.script import script_source
from zenml.client.html.style import POLICY, STYLE
from zenml.client.html.svg import series_class

_LONG = 400  # characters of a value
_NEVER = 1 << 30


def document(title: str, body: Iterable[str], script: str = "") -> str:
    """A page that loads nothing.

    Args:
        title: Of the page.
        body: Its parts, as HTML.
        script: Runs when all is there; the browser runs no other.
    """
    policy = f"{POLICY}; script-src {script_source(script)}" if script else POLICY
    tail = f"<script>{script}</script>" if script else ""
    return (
        "<!doctype html>\n<html lang='en'><head><meta charset='utf-8'>"
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>\n"
        f"<body>{''.join(body)}{tail}</body></html>\n"
    )


def section(title: str, content: str) -> str:
    """A part with a heading; nothing where it has no content."""
    place = escape(title.lower().replace(" ", "-"))
    head = f"\n<section id='{place}'><h2>{escape(title)}</h2>"
    return f"{head}{content}</section>" if content else ""


def table(
    head: Sequence[str],
    rows: Iterable[Sequence[str]],
    numbers: int = _NEVER,
    *,
    is_sorted: bool = False,
) -> str:
    """A table of cells that are HTML already.

    Args:
        head: Of the columns.
        rows: Their cells; without any there is no table. One that begins with `<td`
            stands as it is.
        numbers: The cells from this column on are aligned as numbers.
        is_sorted: Whoever looks at it can sort it by a column.
    """
    body = "".join(f"<tr>{_cells('td', row, numbers)}</tr>" for row in rows)
    if not body:
        return ""
    kind = " class='sorted'" if is_sorted else ""
    return (
        f"<div class='scroll' tabindex='0'><table{kind}>"
        f"<thead><tr>{_cells('th', head, numbers)}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )


def _cells(tag: str, cells: Sequence[str], numbers: int) -> str:
    classes = ["" if place < numbers else " class='number'" for place in range(len(cells))]
    return "".join(
        cell if cell.startswith("<td") else f"<{tag}{kind}>{cell}</{tag}>"
        for kind, cell in zip(classes, cells, strict=True)
    )


def number_cell(value: float | None, shown_as: str = "", share: float | None = None) -> str:
    """A cell of a number, which is sorted by its value.

    Args:
        value: None for a number that is not there.
        shown_as: What is read; "" is the number in four digits.
        share: How long a bar below it is, from 0 to 1.

    Example:
        >>> number_cell(0.5)
        "<td class='number' data-value='0.5'>0.5</td>"
    """
    if value is None:
        return "<td class='number dim'>-</td>"
    words = escape(shown_as or f"{value:.4g}")
    if share is None:
        return f"<td class='number' data-value='{value!r}'>{words}</td>"
    width = f"--share:{min(max(share, 0.0), 1.0):.1%}"
    return f"<td class='number bar' style='{width}' data-value='{value!r}'>{words}</td>"


def details(title: str, content: str) -> str:
    """What is folded away until somebody asks; nothing where it has no content."""
    return f"<details><summary>{escape(title)}</summary>{content}</details>" if content else ""


def figure(title: str, said: str, content: str, name: str = "") -> str:
    """A card.

    Args:
        title: What it shows.
        said: A few words more.
        content: HTML.
        name: What a search finds it by.
    """
    found = f" data-name='{escape(name)}'" if name else ""
    small = f" <small>{escape(said)}</small>" if said else ""
    return f"<figure{found}><figcaption>{escape(title)}{small}</figcaption>{content}</figure>"


def legend(names: Sequence[str]) -> str:
    """Which colour stands for what."""
    keys = (
        f"<span class='key {series_class(place)}'>{escape(name)}</span>"
        for place, name in enumerate(names)
    )
    return f"<p>{''.join(keys)}</p>"


def shown(value: Any) -> str:
    """A value for people; `...` stands for none."""
    if value is ...:
        return "<span class='dim'>none</span>"
    text = value if isinstance(value, str) and value else repr(value)
    return escape(text if len(text) <= _LONG else f"{text[:_LONG]}...")
