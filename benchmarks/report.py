"""What was measured, as tables on the terminal and as a page of the documentation."""

from __future__ import annotations

import datetime
import importlib.metadata
import os
import platform
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.measure import Measurement

Progress = Callable[[str, int, str, Measurement], None]
Row = tuple[str, str, str, str]

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
MARK = ("<!-- measured: begin -->", "<!-- measured: end -->")


def progress(system: str, rows: int, name: str, cost: Measurement) -> None:
    """Say what has been measured, as it is."""
    where = f"{rows:,} rows, {name}" if rows else name
    figures = f"{cost.seconds:8.2f} s {cost.cpu_seconds:8.2f} s cpu {cost.peak_mb:7.0f} MB"
    print(f"{system:6} {where:30} {figures}", flush=True)


def machine() -> dict[str, str]:
    """Where and when, in words."""
    names = ("tfx", "tensorflow", "apache-beam")
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in names)
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9
    system = platform.freedesktop_os_release().get("PRETTY_NAME", platform.platform())
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d"),
        "machine": f"{os.cpu_count()} cores of {_processor()}, {memory:.0f} GB, {system}",
        "load": f"{os.getloadavg()[0]:.1f}",
        "software": f"Python {platform.python_version()}, {versions}",
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def tables(result: dict[str, Any]) -> Iterator[tuple[str, list[Row]]]:
    """Each table: its title and its rows (work, TFX, zenml, ratio)."""
    for rows, systems in result["runs"].items():
        yield f"{int(rows):,} rows", list(_rows(systems))
    starts = result["starts"]
    library = starts["import tfx.v1"]["seconds"]
    yield (
        "Start",
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


def print_tables(result: dict[str, Any]) -> None:
    """Print the tables on the terminal."""
    console = Console()
    for title, rows in tables(result):
        table = Table(title=title)
        for heading, side in (
            ("", "left"),
            ("TFX", "right"),
            ("zenml", "right"),
            ("ratio", "right"),
        ):
            table.add_column(heading, justify=side)  # type: ignore[arg-type]
        for row in rows:
            table.add_row(*row)
        console.print(table)


def write_page(result: dict[str, Any], page: Path) -> None:
    """Put the tables between the marks of the page; the words around them stay."""
    where = result["machine"]
    lines = [
        MARK[0],
        f"Measured on {where['date']} by `make bench BENCH_OPTIONS=--write-docs`, on "
        f"{where['machine']}; {where['software']}. The machine's load when it began: "
        f"{where['load']}; where that is much above 0, other work took its share of the seconds, "
        "and processor time compares better.",
    ]
    for title, rows in tables(result):
        lines += ["", f"### {title}", "", "| | TFX | zenml | ratio |", "|---|--:|--:|--:|"]
        lines += [f"| {' | '.join(row)} |" for row in rows]
    text = page.read_text(encoding="utf-8")
    before, rest = text.split(MARK[0], 1)
    after = rest.split(MARK[1], 1)[1]
    page.write_text(before + "\n".join([*lines, "", MARK[1]]) + after, encoding="utf-8")
