"""What was measured beside a hand-written TFX pipeline, as tables; and the machine, in words."""

from __future__ import annotations

import datetime
import importlib.metadata
import os
import platform
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.measure import Measurement
from benchmarks.page import Row, Table

Progress = Callable[[str, int, str, Measurement], None]
HEADINGS = ("TFX", "zenml", "ratio")

# One line of the table: what the work is, TFX's components for it, zenml's nodes for it.
STAGES = (
    ("CSV to TFRecords, split", ("CsvExampleGen",), ("data", "split")),
    ("statistics", ("StatisticsGen",), ("data_statistics", "split_statistics")),
    ("schema", ("SchemaGen",), ("data_schema", "split_schema")),
    ("transform", ("Transform",), ("preprocesser",)),
    ("train", ("Trainer",), ("trainer",)),
    ("evaluate", ("Evaluator",), ("evaluator",)),
    ("push", ("Pusher",), ("deployer",)),
)


def progress(system: str, rows: int, name: str, cost: Measurement) -> None:
    """Say what has been measured, as it is."""
    where = f"{rows:,} rows, {name}" if rows else name
    figures = f"{cost.seconds:8.2f} s {cost.cpu_seconds:8.2f} s cpu {cost.peak_mb:7.0f} MB"
    print(f"{system:12} {where:30} {figures}", flush=True)


def machine(packages: Sequence[str]) -> dict[str, str]:
    """Where and when, in words, with the versions of these packages."""
    versions = [f"{name} {importlib.metadata.version(name)}" for name in packages]
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9
    system = platform.freedesktop_os_release().get("PRETTY_NAME", platform.platform())
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d"),
        "machine": f"{os.cpu_count()} cores of {_processor()}, {memory:.0f} GB, {system}",
        "load": f"{os.getloadavg()[0]:.1f}",
        "software": ", ".join([f"Python {platform.python_version()}", *versions]),
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def tables(result: dict[str, Any]) -> Iterator[Table]:
    """Each table; a row is a work, TFX, zenml, and their ratio."""
    for rows, systems in result["runs"].items():
        yield Table(f"{int(rows):,} rows", HEADINGS, list(_rows(systems)))
    starts = result["starts"]
    library = starts["import tfx.v1"]["seconds"]
    yield Table(
        "Start",
        HEADINGS,
        [
            (
                name,
                f"{library:.2f} s",
                f"{entry['seconds']:.2f} s",
                _ratio(library, entry["seconds"]),
            )
            for name, entry in starts.items()
            if name != "import tfx.v1"
        ],
    )


def _rows(systems: dict[str, Any]) -> Iterator[Row]:
    tfx, zenml = systems.get("tfx", {}), systems.get("zenml", {})
    for run in ("cold", "cached", "trainer changed"):
        yield _row(f"{run}, whole process", _whole(tfx, run), _whole(zenml, run))
        if run == "cold":
            sums = [0.0, 0.0]
            for title, theirs, ours in STAGES:
                pair = (_sum(tfx, run, theirs), _sum(zenml, run, ours))
                sums = [total + (part or 0) for total, part in zip(sums, pair, strict=True)]
                yield _row(f"- {title}", *pair)
            rest = [
                None if whole is None else whole - part
                for whole, part in zip((_whole(tfx, run), _whole(zenml, run)), sums, strict=True)
            ]
            yield _row("- imports, start, the rest", *rest)
    cpu = [system.get("cold", {}).get("cpu_seconds") for system in (tfx, zenml)]
    yield _row("processor time, cold", *cpu)
    for run in ("cold", "cached"):
        peaks = [system.get(run, {}).get("peak_mb") for system in (tfx, zenml)]
        shown = ["" if peak is None else f"{peak:,} MB" for peak in peaks]
        yield (f"peak memory, {run}", *shown, _ratio(*peaks))
    for name in sorted({*_metrics(tfx), *_metrics(zenml)}):
        values = [_metrics(system).get(name) for system in (tfx, zenml)]
        yield (
            f"result: {name}",
            *("" if value is None else f"{value:.6g}" for value in values),
            "",
        )


def _metrics(system: dict[str, Any]) -> dict[str, float]:
    return system.get("cold", {}).get("metrics", {})


def _whole(system: dict[str, Any], run: str) -> float | None:
    return system.get(run, {}).get("seconds")


def _sum(system: dict[str, Any], run: str, names: tuple[str, ...]) -> float | None:
    stages = system.get(run, {}).get("stages", {})
    found = [stages[name] for name in names if name in stages]
    return sum(found) if found else None


def _row(title: str, theirs: float | None, ours: float | None) -> Row:
    shown = ["" if value is None else f"{value:.2f} s" for value in (theirs, ours)]
    return (title, *shown, _ratio(theirs, ours))


def _ratio(theirs: float | None, ours: float | None) -> str:
    return f"{theirs / ours:.1f}x" if theirs and ours else ""
