"""What was measured of a served model, as tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from benchmarks.page import Row, Table


def tables(result: Mapping[str, Any]) -> Iterator[Table]:
    """A table for each size of a request, and one of the swap."""
    works = result["works"]
    for rows in result["rows"]:
        title = "One row a request" if rows == 1 else f"{rows} rows a request"
        lines = [_inside(works[f"inside, {rows}"])]
        lines += [_line(works, rows, busy) for busy in result["connections"]]
        headings = ("by hand", "zenml", "ratio", "by hand, p50 and p99", "zenml, p50 and p99")
        yield Table(f"{title}: requests a second", headings, lines)
    swap = result["swap"]
    yield Table(
        "New versions under load, 8 connections",
        ("requests", "failed", "p99", "longest"),
        [
            (
                f"{swap['versions']} versions",
                f"{swap['requests']:,}",
                str(swap["failed"]),
                f"{swap['p99']:.1f} ms",
                f"{swap['longest']:.0f} ms",
            )
        ],
    )


def _inside(entry: Mapping[str, float]) -> Row:
    return ("in the process, without HTTP", f"{entry['a second']:,.0f}", "", "", _times(entry), "")


def _line(works: Mapping[str, Any], rows: int, busy: int) -> Row:
    plain, ours = (works[f"{name}, {rows}, {busy}"] for name in ("plain", "zenml"))
    return (
        f"{busy} connection{'s' if busy > 1 else ''}",
        f"{plain['a second']:,.0f}",
        f"{ours['a second']:,.0f}",
        f"{ours['a second'] / plain['a second']:.1f}x",
        _times(plain),
        _times(ours),
    )


def _times(entry: Mapping[str, float]) -> str:
    return f"{entry['p50']:.1f}, {entry['p99']:.1f} ms"
