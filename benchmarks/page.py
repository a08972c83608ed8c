"""Tables, on the terminal and in a part of a page of the documentation."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table as Printed

Row = tuple[str, ...]


class Table(NamedTuple):
    """A title, the headings of the columns after the first, and the rows."""

    title: str
    headings: Row
    rows: list[Row]


def marks(part: str) -> tuple[str, str]:
    """The lines between which a part of the page is written."""
    return f"<!-- {part}: begin -->", f"<!-- {part}: end -->"


def print_tables(tables: Iterable[Table]) -> None:
    """Print the tables on the terminal."""
    # In a file rich would break the lines at 80 characters.
    console = Console(width=None if sys.stdout.isatty() else 150)
    for table in tables:
        printed = Printed("", title=table.title)
        for heading in table.headings:
            printed.add_column(heading, justify="right")
        for row in table.rows:
            printed.add_row(*row)
        console.print(printed)


def write_part(page: Path, part: str, sentence: str, tables: Iterable[Table]) -> None:
    """Put a sentence and tables between the marks of a part; the words around them stay."""
    begin, end = marks(part)
    lines = [begin, sentence]
    for title, headings, rows in tables:
        sides = "|".join(["---", *("--:" for _ in headings)])
        lines += ["", f"### {title}", "", f"| | {' | '.join(headings)} |", f"|{sides}|"]
        lines += [f"| {' | '.join(row)} |" for row in rows]
    before, rest = page.read_text(encoding="utf-8").split(begin, 1)
    after = rest.split(end, 1)[1]
    page.write_text(before + "\n".join([*lines, "", end]) + after, encoding="utf-8")


def measured_on(machine: dict[str, str], options: str) -> str:
    """Where and when, as the sentence above the tables."""
    after = f", when it ended {machine['load after']}" if "load after" in machine else ""
    return (
        f'Measured on {machine["date"]} by `make bench BENCH_OPTIONS="{options}"`, on '
        f"{machine['machine']}; {machine['software']}. The machine's load when it began: "
        f"{machine['load']}{after}; where that is much above 0, other work took its share of the "
        "seconds, and processor time compares better."
    )
