"""What was measured of the sources, as a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from benchmarks.page import Row, Table
from benchmarks.sources.kinds import CSV
from benchmarks.sources.run import TIMES

BOUND = 2  # times what CSV takes per byte of the rows
HEADINGS = (
    "seconds", "processor time", "size of the source", "per byte of the rows", "in seconds",
    f"at most {BOUND} times", "per byte of the source", "peak memory", f"at {TIMES} times the rows",
)  # fmt: skip


def tables(result: Mapping[str, Any]) -> Iterator[Table]:
    """One table: a row a kind, each compared with CSV."""
    base = result["kinds"][CSV.name]["1"]
    rows = [_row(name, entry, base) for name, entry in result["kinds"].items()]
    yield Table(f"{result['rows']:,} flights into TFRecords", HEADINGS, rows)


def _row(name: str, entry: Mapping[str, Any], base: Mapping[str, Any]) -> Row:
    one, many = entry["1"], entry[str(TIMES)]
    # What a server does is not in the processor time of the process that reads.
    main = "seconds" if entry["has_server"] else "cpu"
    size = "" if entry["in_memory"] or not one["bytes"] else f"{one['bytes'] / 1e6:.1f} MB"
    per_source = _told(_ratio(one, base, "cpu", "bytes")) if size else ""
    return (
        name,
        f"{one['seconds']:.2f} s",
        f"{one['cpu']:.2f} s",
        size,
        _told(_ratio(one, base, "cpu", "row_bytes")),
        _told(_ratio(one, base, "seconds", "row_bytes")),
        "yes" if _ratio(one, base, main, "row_bytes") <= BOUND else "no",
        per_source,
        f"{one['peak_mb']:,.0f} MB",
        f"{many['peak_mb']:,.0f} MB",
    )


def _ratio(one: Mapping[str, Any], base: Mapping[str, Any], time: str, size: str) -> float:
    """Time per byte beside CSV's; seconds depend on what else runs, processor time does not."""
    return float(one[time] / one[size] / (base[time] / base[size]))


def _told(ratio: float) -> str:
    return f"{ratio:.2f}x"
