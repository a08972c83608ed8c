"""Measure zenml beside others that do the same work on the same machine.

Five measurements: `tfx`, a pipeline of standard steps beside a hand-written TFX pipeline; `steps`,
pipelines of Python steps beside Metaflow, Dagster, Kedro and the published zenml package; `git`,
the version of a step in a large repository, and the versions in many pipelines' files; `sources`,
the same rows from each kind of datasource into TFRecords, beside CSV; `serving`, requests to a
model that is served, beside an endpoint written by hand. Each run is a process of its
own, one after the other; its time starts before Python does (of `sources` when the work does).
Usage::

    python -m benchmarks.run [--only tfx] [--rows 2000 327346] [--systems tfx zenml]
    python -m benchmarks.run [--only steps] [--beside published dagster kedro] [--repeats 3]
    python -m benchmarks.run [--only git] [--repeats 3]
    python -m benchmarks.run [--only sources] [--repeats 3]
    python -m benchmarks.run [--only serving] [--repeats 3]

Without `--only` all are measured; `--json FILE` and `--write-docs` say where the figures go.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import flights, page, report
from benchmarks.git import report as git_report
from benchmarks.git.run import run_git
from benchmarks.measure import Measurement, measure
from benchmarks.serving import report as serving_report
from benchmarks.serving.run import run_serving
from benchmarks.sources import report as sources_report
from benchmarks.sources.run import run_sources
from benchmarks.stages import stage_seconds
from benchmarks.steps import report as steps_report
from benchmarks.steps.run import run_steps
from benchmarks.steps.systems import OTHERS, OURS

HERE = Path(__file__).parent
WORK = flights.CACHE / "work"
STEPS = {flights.FEW_ROWS: 100, flights.ALL_ROWS: 640}
REPEATS = 5
STEPS_REPEATS = 3
PARTS = ("tfx", "steps", "git", "sources", "serving")
# Parts whose figures need no words, and no options but the number of repetitions.
PLAIN_PARTS = {
    "git": (run_git, git_report.tables),
    "sources": (run_sources, sources_report.tables),
    "serving": (run_serving, serving_report.tables),
}
PAGE = HERE.parent / "docs" / "benchmarks.md"


def steps_for(rows: int) -> int:
    """Training steps of 512 rows, for a number of rows."""
    return STEPS.get(rows, max(100, 640 * rows // flights.ALL_ROWS))


def run_tfx(rows: int, report_line: report.Progress) -> dict[str, Any]:
    """Run the hand-written pipeline cold, cached, and with its trainer changed."""
    work = _fresh(f"tfx-{rows}")
    command = [
        sys.executable, str(HERE / "tfx_pipeline.py"),
        str(flights.flights_folder(rows)), str(work), str(steps_for(rows)),
    ]  # fmt: skip
    runs = {}
    for name, rate in (("cold", "0.001"), ("cached", "0.001"), ("trainer changed", "0.002")):
        since = time.time()
        cost = measure([*command, rate], cwd=work)
        runs[name] = _entry(cost, stage_seconds(work / "metadata.db", since))
        if name == "cold":
            runs[name]["metrics"] = _metrics(work / "root" / "Evaluator" / "evaluation")
        report_line("TFX", rows, name, cost)
    return runs


def run_zenml(rows: int, report_line: report.Progress) -> dict[str, Any]:
    """Run the same work with zenml, in a git repository of its own."""
    work = _fresh(f"zenml-{rows}")
    for name in ("zenml_pipeline.py", "flights_steps.py"):
        shutil.copy(HERE / name, work / name)
    for git in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "The flights"]):
        identity = ["-c", "user.name=bench", "-c", "user.email=bench@localhost"]
        subprocess.run(["git", *identity, *git], cwd=work, check=True)
    command = [
        sys.executable, "zenml_pipeline.py",
        str(flights.flights_folder(rows) / "flights.csv"), str(steps_for(rows)),
    ]  # fmt: skip
    runs = {}
    for name, rate in (("cold", "0.001"), ("cached", "0.001"), ("trainer changed", "0.002")):
        since = time.time()
        cost = measure([*command, rate], cwd=work)
        store = work / ".zenml" / "local_store"
        runs[name] = _entry(cost, stage_seconds(store / "metadata.db", since))
        if name == "cold":
            runs[name]["metrics"] = _metrics(Path(cost.output.split()[-1]))
        report_line("zenml", rows, name, cost)
    return runs


def run_starts(report_line: report.Progress) -> dict[str, Any]:
    """Time what a user waits for before anything runs: the best of several."""
    folder = next(iter(sorted(WORK.glob("zenml-*"))), HERE)
    command_line = str(Path(sys.executable).with_name("zenml"))
    starts = {}
    for name, command in (
        ("import tfx.v1", [sys.executable, "-c", "import tfx.v1"]),
        ("import zenml", [sys.executable, "-c", "import zenml"]),
        ("zenml pipeline list", [command_line, "pipeline", "list"]),
    ):
        costs = [measure(command, cwd=folder) for _ in range(REPEATS)]
        best = min(costs, key=lambda cost: cost.seconds)
        starts[name] = _entry(best, {})
        report_line("start", 0, name, best)
    return starts


def _fresh(name: str) -> Path:
    folder = WORK / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _entry(cost: Measurement, stages: dict[str, float]) -> dict[str, Any]:
    return {
        "seconds": round(cost.seconds, 3),
        "cpu_seconds": round(cost.cpu_seconds, 3),
        "peak_mb": round(cost.peak_mb),
        "stages": stages,
    }


def _metrics(evaluation: Path) -> dict[str, float]:
    """Read the metrics in another process; a TFX folder holds one folder an execution."""
    if evaluation.name == "evaluation":
        evaluation = max(evaluation.iterdir(), key=lambda folder: int(folder.name))
    cost = measure([sys.executable, "-m", "benchmarks.stages", str(evaluation)], cwd=HERE.parent)
    return dict(json.loads(cost.output.strip().splitlines()[-1]))


def measure_tfx(options: argparse.Namespace, before: dict[str, Any]) -> dict[str, Any]:
    """Measure beside TFX; where one of the two is left out, its figures of before stay."""
    packages = ("tfx", "tensorflow", "apache-beam")
    result: dict[str, Any] = {"machine": report.machine(packages), "runs": {}}
    if len(options.systems) == 1:
        result["runs"] = before.get("runs", {})
    measured = {"tfx": run_tfx, "zenml": run_zenml}
    for rows in options.rows:
        flights.flights_folder(rows)
        for system in options.systems:
            runs = measured[system](rows, report.progress)
            result["runs"].setdefault(str(rows), {})[system] = runs
    result["starts"] = run_starts(report.progress)
    return result


def options_of(arguments: Sequence[str] | None) -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
    add("--only", nargs="+", choices=PARTS, default=list(PARTS))
    add("--rows", type=int, nargs="+", default=[flights.FEW_ROWS, flights.ALL_ROWS])
    add("--systems", nargs="+", choices=("tfx", "zenml"), default=["tfx", "zenml"])
    others = [system.name for system in OTHERS]
    add("--beside", nargs="*", choices=others, default=others, metavar="SYSTEM")
    add("--repeats", type=int, default=STEPS_REPEATS, help="of all works but those of tfx")
    add("--json", type=Path, default=flights.CACHE / "result.json")
    add("--write-docs", action="store_true", help="write docs/benchmarks.md")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure; write the JSON and print the tables of each part as it ends, and the page."""
    options = options_of(arguments)
    result = json.loads(options.json.read_text()) if options.json.exists() else {}
    for part in options.only:
        if part == "tfx":
            result.update(measure_tfx(options, result))
            machine, words, tables = result["machine"], "", list(report.tables(result))
        elif part in PLAIN_PARTS:
            run, tables_of = PLAIN_PARTS[part]
            result[part] = found = run(options.repeats, report.progress)
            machine, words, tables = found["machine"], "", list(tables_of(found))
        else:
            names = [OURS.name, *options.beside]
            result["steps"] = steps = run_steps(names, options.repeats, report.progress)
            machine, words = steps["machine"], steps_report.sentences(steps)
            tables = list(steps_report.tables(steps))
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(result, indent=1) + "\n")
        page.print_tables(tables)
        if options.write_docs:
            sentence = page.measured_on(machine, f"--only {part} --write-docs") + words
            page.write_part(PAGE, f"measured {part}", sentence, tables)


if __name__ == "__main__":
    main()
