"""Measure pipelines of Python steps: ours and the others', in a new random order each time."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from benchmarks.measure import measure
from benchmarks.report import Progress, machine
from benchmarks.steps.environments import NotInstalledError
from benchmarks.steps.measuring import Entry, Measuring, measure_system, require
from benchmarks.steps.systems import FEW, FOLDERS, OURS, SCRIPTS, SYSTEMS, System

LINES = 10_000
RUNS = {"zenml": 1_000, "published": 5}
LISTING = {
    "zenml": {
        "list": ("zenml", "run", "list"),
        "list all": ("zenml", "run", "list", "--limit", "{count}"),
    },
    "published": {"list": ("zenml", "pipeline", "runs", "list")},
}


def run_steps(names: Iterable[str], repeats: int, report_line: Progress) -> dict[str, Any]:
    """Measure everything about pipelines of steps.

    Args:
        names: Of the systems; what does not install is left out, and the result says why.
        repeats: How often each work is done; the medians are kept.
        report_line: Told of each measurement as it is made.

    Returns:
        The figures, as `benchmarks.steps.report` reads them.
    """
    result: dict[str, Any] = {"machine": machine(()), "repeats": repeats}
    systems, result["systems"] = set_up(names)
    measuring = Measuring(report_line)
    for _ in range(repeats):
        for system in _shuffled(systems):
            _few(system, measuring)
    for _ in range(repeats):
        for system in _shuffled(systems):
            for count in system.sizes:
                system.begin()
                measuring.chain("chains", system, count)
    _starts(systems, repeats, measuring)
    _runs_listed(systems, repeats, measuring)
    _lines_printed(systems, repeats, measuring)
    result["works"] = measuring.medians()
    result["machine"]["load after"] = f"{os.getloadavg()[0]:.1f}"
    return result


def set_up(names: Iterable[str]) -> tuple[list[System], dict[str, Entry]]:
    """Prepare each system and try it once, unmeasured; what fails is told of and left out."""
    ready, told = [], {}
    for name in names:
        system, reason = SYSTEMS[name], ""
        try:
            system.set_up()
            Measuring(lambda *_: None).chain("trial", system, FEW)
            ready.append(system)
        except (NotInstalledError, subprocess.CalledProcessError, SystemExit) as error:
            if system is OURS:
                raise
            words = " ".join(f"{error} {getattr(error, 'stderr', None) or ''}".split())
            reason = words if len(words) < 300 else f"{words[:100]} ... {words[-200:]}"
            print(f"{system.title} is left out: {reason}", flush=True)
        told[name] = {"label": system.label, "left out": reason}
    return ready, told


def _few(system: System, measuring: Measuring) -> None:
    """Ten steps: a first run, the same again, and again in a process that has run them before."""
    system.begin()
    measuring.chain("first", system, FEW)
    if system.cached:
        measuring.chain("again", system, FEW, cached=True)
        script = system.chain[0]
        measuring.chain("again, warm", system, FEW, (script, "twice", "{count}"), cached=True)
    elif system.going_on:
        measuring.process("going on", system, system.going_on)


def _starts(systems: Sequence[System], repeats: int, measuring: Measuring) -> None:
    with_imports = [system for system in systems if system.imports]
    for _ in range(repeats):
        for system in _shuffled(with_imports):
            for name, statement in (("python", "pass"), ("import", system.imports)):
                command = [str(system.python), "-c", statement]
                cost = measure(command, system.folder, system.environment())
                measuring.keep(name, system.name, cost)


def _runs_listed(systems: Sequence[System], repeats: int, measuring: Measuring) -> None:
    """Really run a pipeline of one step, many times; then list the runs."""
    listing = [system for system in systems if system.name in LISTING]
    for system in listing:
        system.begin()
        wanted = RUNS[system.name]
        recorded = measuring.process(
            "record", system, (system.chain[0], "record", "{count}"), wanted
        )
        require(recorded.get("runs") == wanted, f"{system.title} recorded {recorded.get('runs')}")
    for _ in range(repeats):
        for system in _shuffled(listing):
            for name, words in LISTING[system.name].items():
                cost = measure_system(system, words, RUNS[system.name])
                wanted = RUNS[system.name] if name == "list all" else 1
                found = cost.output.count("single-")
                require(found >= wanted, f"{system.title} listed {found} runs:\n{cost.output}")
                measuring.keep(name, system.name, cost)


def _lines_printed(systems: Sequence[System], repeats: int, measuring: Measuring) -> None:
    """A step that prints, and the same function without any of them, into a file."""
    printing = [system.name for system in systems if system.name in LISTING]
    for _ in range(repeats):
        for name in random.sample([*printing, "python"], len(printing) + 1):
            if name == "python":
                command = [sys.executable, str(SCRIPTS / "plain_work.py"), str(LINES)]
                measuring.keep("lines", name, measure(command, FOLDERS))
            else:
                script = SYSTEMS[name].chain[0]
                measuring.process("lines", SYSTEMS[name], (script, "lines", "{count}"), LINES)


def _shuffled(systems: Sequence[System]) -> list[System]:
    return random.sample(list(systems), len(systems))
