"""Measure the version of a step in a long history, and the versions in many files."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.flights import CACHE
from benchmarks.git import repositories
from benchmarks.measure import Measurement, measure
from benchmarks.report import Progress, machine

COMMITS = 10_000
FILES = 2_000
PIPELINES = 10_000
HERE = Path(__file__).parent
_GIT_LOG = ("git", "log", "-1", "--format=%H", "--")


def run_git(
    repeats: int,
    report_line: Progress,
    *,
    commits: int = COMMITS,
    files: int = FILES,
    pipelines: int = PIPELINES,
    folder: Path = CACHE / "git",
) -> dict[str, Any]:
    """Measure all of this part; each measurement is a process of its own.

    Args:
        repeats: How often each is done; the medians are kept.
        report_line: Told of each measurement as it is made.
        commits: Of the repository.
        files: Python files in it.
        pipelines: Files of pipelines.
        folder: Where to make the repository.
    """
    result: dict[str, Any] = {"machine": machine(()), "repeats": repeats}
    shutil.rmtree(folder, ignore_errors=True)
    root = folder / "repository"
    first = repositories.make_history(root, commits, files)
    repositories.make_pipelines(root, pipelines)
    work = [sys.executable, str(HERE / "work.py")]
    measuring = _Measuring(root, report_line)
    for command in ([sys.executable, "-m", "zenml", "init"], [*work, "version"]):
        measure(command, root)
    for _ in range(repeats):
        measuring.keep("python", [sys.executable, "-c", "pass"])
        measuring.keep("import", [sys.executable, "-c", "import zenml.repo.versions"])
        measuring.keep("version", [*work, "version"], first)
        measuring.keep("git log", [*_GIT_LOG, *repositories.closure_paths()])
    wanted = repositories.versions_of_step(pipelines)
    for _ in range(repeats):
        shutil.rmtree(root / ".zenml" / "cache", ignore_errors=True)
        measuring.keep("steps, first", [*work, "steps"], wanted)
        measuring.keep("steps, again", [*work, "steps"], wanted)
    result["machine"]["load after"] = f"{os.getloadavg()[0]:.1f}"
    result["sizes"] = {"commits": commits, "files": files, "pipelines": pipelines}
    return result | {"works": measuring.medians()}


class _Measuring:
    """Runs processes in the repository, and keeps what each cost."""

    def __init__(self, root: Path, report_line: Progress) -> None:
        self._root = root
        self._report_line = report_line
        self._entries: dict[str, list[dict[str, float]]] = {}

    def keep(self, name: str, command: list[str], result: object = None) -> None:
        cost = measure(command, self._root, {"PYTHONPATH": str(HERE.parent.parent)})
        said = _last_json(cost) if result is not None else {}
        if said.pop("result", None) != result:
            raise SystemExit(f"bench: {' '.join(command)} gave {cost.output}, not {result}")
        self._entries.setdefault(name, []).append(
            {"whole": cost.seconds, "cpu": cost.cpu_seconds, **said}
        )
        self._report_line("git", 0, name, cost)

    def medians(self) -> dict[str, dict[str, float]]:
        middle: Callable[[list[float]], float] = statistics.median
        return {
            name: {key: middle([entry[key] for entry in entries]) for key in entries[0]}
            for name, entries in self._entries.items()
        }


def _last_json(cost: Measurement) -> dict[str, Any]:
    return dict(json.loads(cost.output.splitlines()[-1]))
