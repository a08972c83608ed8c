"""What was measured about pipelines of steps, as tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from benchmarks.page import Row, Table
from benchmarks.steps.run import LINES, RUNS
from benchmarks.steps.systems import FEW, OURS, SYSTEMS

Entry = Mapping[str, Any]
Show = Callable[[float], str]


def tables(steps: Mapping[str, Any]) -> Iterator[Table]:
    """Each table; a column is a system, and says how many times the figure of ours it is."""
    works = steps["works"]
    present = {name: told for name, told in steps["systems"].items() if not told["left out"]}
    headings = tuple(told["label"] for told in present.values())
    names = tuple(present)
    first, again = works["first"], works.get("again", {})
    yield Table(
        f"{FEW} steps in a row",
        headings,
        [
            _row("first run, whole process", names, first, "whole", seconds),
            _row("- in the process", names, first, "inside", seconds),
            _row("- processor time", names, first, "cpu", seconds),
            _row("- peak memory", names, first, "peak", megabytes),
            _row("again, all cached, whole process", names, again, "whole", seconds, "no cache"),
            _row("- in the process", names, again, "inside", seconds),
            _row(
                "- in a process that ran it before",
                names,
                works.get("again, warm", {}),
                "inside",
                seconds,
            ),
            _row("again, no cache: goes on", names, works.get("going on", {}), "whole", seconds),
        ],
    )
    yield Table("Each of many steps in a row", headings, list(_rows_of_chains(names, works)))
    yield Table(
        "Start",
        headings,
        [
            _row("Python alone", names, works["python"], "whole", seconds),
            _row("import, whole process", names, works["import"], "whole", seconds),
            _row("the newest runs listed", names, works.get("list", {}), "whole", seconds),
            _row("all runs listed", names, works.get("list all", {}), "whole", seconds),
            ("runs there were", *(f"{RUNS[name]:,}" if name in RUNS else "" for name in names)),
        ],
    )
    printing = {"python": "the function alone", **{name: present[name]["label"] for name in names}}
    columns = tuple(name for name in printing if name in works["lines"])
    yield Table(
        f"A step that prints {LINES:,} lines",
        tuple(printing[name] for name in columns),
        [
            _row("its prints", columns, works["lines"], "printing", seconds),
            _row("its run, above one that prints none", columns, works["lines"], "more", seconds),
        ],
    )


def sentences(steps: Mapping[str, Any]) -> str:
    """How often each work was done; and what is not in the tables, with the reason."""
    told = [entry for entry in steps["systems"].values() if entry["left out"]]
    reasons = [f" Left out: {entry['label']}; {entry['left out']}." for entry in told]
    times = "once" if steps["repeats"] == 1 else f"{steps['repeats']} times; these are the medians"
    return f" Each work was done {times}." + "".join(reasons)


def seconds(value: float) -> str:
    """Seconds, as milliseconds below one."""
    if abs(value) >= 1:
        return f"{value:.2f} s"
    return f"{1000 * value:.0f} ms" if abs(value) > 0.02 else f"{1000 * value:.1f} ms"


def megabytes(value: float) -> str:
    """MB of 10^6 bytes."""
    return f"{value:,.0f} MB"


def _row(
    title: str,
    names: tuple[str, ...],
    entries: Mapping[str, Entry],
    key: str,
    show: Show,
    instead: str = "",
) -> Row:
    ours = entries.get(OURS.name, {}).get(key)
    return (title, *(_cell(entries.get(name, {}).get(key), ours, show, instead) for name in names))


def _cell(value: float | None, ours: float | None, show: Show, instead: str) -> str:
    if value is None:
        return instead
    if not ours or value is ours or ours < 0:
        return show(value)
    return f"{show(value)} ({value / ours:.1f}x)"


def _rows_of_chains(names: tuple[str, ...], works: Mapping[str, Any]) -> Iterator[Row]:
    """Seconds of a chain over its steps; of the whole process where that is all there is."""
    sizes = sorted({count for name in names for count in SYSTEMS[name].sizes})
    for count in sizes:
        entries = works.get(f"chains {count}", {})
        each = {
            name: {"step": entry.get("inside", entry["whole"]) / count, "cpu": entry["cpu"] / count}
            for name, entry in entries.items()
        }
        yield _row(f"{count:,} steps", names, each, "step", seconds)
        yield _row("- processor time", names, each, "cpu", seconds)
