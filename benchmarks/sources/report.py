"""What was measured of the sources, as a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from benchmarks.page import Row, Table
from benchmarks.sources.kinds import CSV
from benchmarks.sources.run import TIMES

HEADINGS = (
    "seconds", "processor time", "size of the source", "per byte of the rows",
    "per byte of the source", "peak memory", f"at {TIMES} times the rows",
)  # fmt: skip


def tables(result: Mapping[str, Any]) -> Iterator[Table]:
    """One table: a row a kind, each compared with CSV."""
    base = result["kinds"][CSV.name]["1"]
    rows = [_row(name, entry, base) for name, entry in result["kinds"].items()]
    yield Table(f"{result['rows']:,} flights into TFRecords", HEADINGS, rows)


def _row(name: str, entry: Mapping[str, Any], base: Mapping[str, Any]) -> Row:
    one, many = entry["1"], entry[str(TIMES)]
    size = "" if entry["in_memory"] or not one["bytes"] else f"{one['bytes'] / 1e6:.1f} MB"
    per_source = _ratio(one, base, "bytes") if size else ""
    return (
        name,
        f"{one['seconds']:.2f} s",
        f"{one['cpu']:.2f} s",
        size,
        _ratio(one, base, "row_bytes"),
        per_source,
        f"{one['peak_mb']:,.0f} MB",
        f"{many['peak_mb']:,.0f} MB",
    )


def _ratio(one: Mapping[str, Any], base: Mapping[str, Any], size: str) -> str:
    """Processor time per byte beside CSV's; the seconds depend on what else runs."""
    mine, csv = one["cpu"] / one[size], base["cpu"] / base[size]
    return f"{mine / csv:.2f}x"
