"""Measure each kind of source: seconds into TFRecords, and memory at n and 4n rows."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from benchmarks import flights
from benchmarks.measure import Measurement, measure
from benchmarks.report import Progress, machine
from benchmarks.sources.kinds import KINDS, Kind, Prepared

CACHE = flights.CACHE / "sources"
TIMES = 4
PROJECT = Path(__file__).parents[2]


def run_sources(
    repeats: int, report_line: Progress, *, rows: int = flights.ALL_ROWS, kinds: Iterable[Kind] = ()
) -> dict[str, Any]:
    """Measure all of this part; each measurement is a process of its own.

    Args:
        repeats: How often the n rows are read; the median is kept. The 4n once.
        report_line: Told of each measurement as it is made.
        rows: n.
        kinds: Those to measure; none is all.
    """
    result: dict[str, Any] = {"machine": machine(("pyarrow", "tfx-bsl")), "repeats": repeats}
    result["kinds"] = {
        kind.name: _measured(kind, rows, repeats, report_line) for kind in kinds or KINDS
    }
    result["rows"] = rows
    result["machine"]["load after"] = f"{os.getloadavg()[0]:.1f}"
    return result


def _measured(kind: Kind, rows: int, repeats: int, report_line: Progress) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "in_memory": kind.in_memory, "has_server": kind.has_server,
    }  # fmt: skip
    for times in (1, TIMES):
        csv = _flights(rows, times)
        folder = CACHE / f"{kind.name.replace(', ', '-').replace(' ', '-')}-{rows}-{times}"
        folder.mkdir(parents=True, exist_ok=True)
        with kind.prepare(csv, folder) as prepared:
            costs = [_read(kind, prepared) for _ in range(repeats if times == 1 else 1)]
        for cost in costs:
            report_line("sources", rows * times, kind.name, cost)
        said = [json.loads(cost.output.splitlines()[-1]) for cost in costs]
        entry[str(times)] = {
            "seconds": statistics.median(one["seconds"] for one in said),
            "cpu": statistics.median(one["cpu"] for one in said),
            "peak_mb": statistics.median(cost.peak_mb for cost in costs),
            "rows": said[0]["rows"],
            "bytes": prepared.bytes,
            "row_bytes": prepared.row_bytes or csv.stat().st_size,
            "digest": said[0]["digest"],
        }
    return entry


def _read(kind: Kind, prepared: Prepared) -> Measurement:
    """Reads it in a process whose current folder is a repository."""
    path = {"PYTHONPATH": str(PROJECT)}
    with tempfile.TemporaryDirectory(dir=CACHE, prefix="repository-") as folder:
        work = Path(folder)
        subprocess.run(["git", "init", "--quiet"], cwd=work, check=True)
        measure([sys.executable, "-m", "zenml", "init"], work, path)
        words = [kind.name, json.dumps(prepared.arguments), str(work / "out")]
        return measure([sys.executable, "-m", "benchmarks.sources.work", *words], work, path)


def _flights(rows: int, times: int) -> Path:
    """The CSV file of the first flights, several times over."""
    path = flights.flights_folder(rows) / "flights.csv"
    if times == 1:
        return path
    target = CACHE / f"flights-{rows}-{times}.csv"
    if not target.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        head, _, body = path.read_text().partition("\n")
        partial = target.with_suffix(".partial")
        partial.write_text(f"{head}\n{body * times}")
        partial.rename(target)
    return target
