"""How answers are printed: a table that fits the terminal, or JSON."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import click

_WHOLE = ("version", "commit", "run")  # columns of values to be copied
_SHORT = 12  # letters of a value that is not folded
_NARROW = 8  # so narrow a column may become
_GAP = 3  # between two columns
_F = TypeVar("_F", bound=Callable[..., Any])


def output_option(function: _F) -> _F:
    """Adds `--output table|json`."""
    return click.option(
        "--output",
        type=click.Choice(["table", "json"]),
        default="table",
        show_default=True,
        help="How the answer is printed.",
    )(function)


def print_rows(rows: Sequence[Mapping[str, Any]], output: str, empty: str) -> None:
    """Prints rows.

    Args:
        rows: Column -> value; one that a row has not stays empty.
        output: "table" or "json".
        empty: Printed instead of a table without rows.
    """
    if output == "json":
        print_json(list(rows))
    elif not rows:
        click.echo(empty)
    else:
        _print_table(rows)


def print_fields(fields: Mapping[str, Any], output: str) -> None:
    """Prints one thing: its fields, and those that are rows as tables."""
    if output == "json":
        print_json(fields)
        return
    plain = {key: value for key, value in fields.items() if not _is_rows(value)}
    width = max((len(key) for key in plain), default=0)
    for key, value in plain.items():
        click.echo(f"{key:<{width}}  {_cell(value)}")
    for key, value in fields.items():
        if _is_rows(value):
            click.echo(f"\n{key}:")
            _print_table(value)


def print_json(value: Any) -> None:
    """Prints a value as JSON, escaped where the terminal or file cannot hold its letters."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        text = json.dumps(value, indent=2)
    click.echo(text)


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], Mapping)


def _print_table(rows: Sequence[Mapping[str, Any]]) -> None:
    """Prints a table, or, where the terminal is too narrow for it, the rows one by one."""
    from rich import box
    from rich.cells import cell_len
    from rich.console import Console
    from rich.table import Table

    columns = list(dict.fromkeys(key for row in rows for key in row))
    cells = {key: [_cell(row.get(key)) for row in rows] for key in columns}
    longest = {key: max(map(cell_len, (key, *cells[key]))) for key in columns}
    whole = {key for key in columns if key in _WHOLE or longest[key] <= _SHORT}
    least = [longest[key] if key in whole else max(cell_len(key), _NARROW) for key in columns]
    console = Console(highlight=False, markup=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = sum(longest.values()) + _GAP * len(columns)  # for another program
    if sum(least) + _GAP * (len(columns) - 1) > console.width:
        _print_one_by_one(rows)
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for key in columns:
        table.add_column(key, overflow="fold", no_wrap=key in whole)
    for place in range(len(rows)):
        table.add_row(*(cells[key][place] for key in columns))
    if console.is_terminal:
        console.print(table)
        return
    with console.capture() as captured:
        console.print(table)
    click.echo("\n".join(line.rstrip() for line in captured.get().splitlines()))


def _print_one_by_one(rows: Sequence[Mapping[str, Any]]) -> None:
    width = max(len(key) for row in rows for key in row)
    for place, row in enumerate(rows):
        click.echo("\n" if place else "", nl=False)
        for key, value in row.items():
            click.echo(f"{key:<{width}}  {_cell(value)}")


def _cell(value: Any) -> str:
    if value is None or value == "":
        return "-"
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def moment(seconds: float | None) -> str | None:
    """Unix seconds as local date and time."""
    from datetime import datetime

    return datetime.fromtimestamp(seconds).strftime("%Y-%m-%d %H:%M:%S") if seconds else None


def duration(seconds: float | None) -> float | None:
    """Seconds to the millisecond; None of what has not ended."""
    return None if seconds is None else round(seconds, 3)


def size(count: int) -> str:
    """A number of bytes as people read it.

    Example:
        >>> size(999), size(1_500_000)
        ('999 B', '1.5 MB')
    """
    number = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if number < 1000:
            return f"{number:.0f} {unit}" if unit == "B" else f"{number:.1f} {unit}"
        number /= 1000
    return f"{number:.1f} TB"
