"""Measure processes of systems, check what they have done, and keep the figures."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from typing import Any

from benchmarks.measure import Measurement, measure
from benchmarks.report import Progress
from benchmarks.steps.systems import FEW, Command, System

Entry = dict[str, Any]


class Measuring:
    """Measures, checks what was measured, and keeps every figure of each work and system."""

    def __init__(self, report_line: Progress) -> None:
        self._report_line = report_line
        self._entries: dict[str, dict[str, list[Entry]]] = {}

    def chain(
        self, work: str, system: System, count: int, words: Command = (), cached: bool = False
    ) -> None:
        """Run steps in a row, and read back in another process what they have kept."""
        name = f"{work} {count}" if work == "chains" else work
        entry = self.process(name, system, words or system.chain, count)
        if system.check is None:
            require(entry.get("result") == count, f"{system.title} gave {entry.get('result')}")
            return
        kept = last_json(measure_system(system, system.check, count).output)
        verify(system.title, count, kept, cached)

    def process(self, name: str, system: System, words: Command, count: int = FEW) -> Entry:
        """Run one process; what it says about itself is a line of JSON, its last."""
        return self.keep(name, system.name, measure_system(system, words, count))

    def keep(self, name: str, system: str, cost: Measurement) -> Entry:
        """Keep what a process cost, and what it said."""
        said = last_json(cost.output)
        entry = {"whole": cost.seconds, "cpu": cost.cpu_seconds, "peak": cost.peak_mb, **said}
        self._entries.setdefault(name, {}).setdefault(system, []).append(entry)
        self._report_line(system, 0, name, cost)
        return entry

    def medians(self) -> dict[str, dict[str, Entry]]:
        """Work to system to the median of each figure."""
        return {
            work: {system: _median(entries) for system, entries in systems.items()}
            for work, systems in self._entries.items()
        }


def verify(title: str, count: int, kept: Entry, cached: bool) -> None:
    """End the measurement where a system has not done the work.

    Args:
        title: Of the system.
        count: How many steps in a row; the first gives 1, each other one more.
        kept: What was read back: the `values`, and how many of the steps were `cached`.
        cached: Whether all of them had to be; else none.

    Raises:
        SystemExit: A value is missing or wrong, or was cached, or was not.
    """
    values = kept["values"]
    right = values == list(range(1, count + 1))
    require(right, f"{title} kept {len(values)} values, not 1 to {count}: {values[:12]}")
    wanted = count if cached else 0
    require(kept["cached"] == wanted, f"{title} took {kept['cached']} steps from its cache")


def require(holds: bool, sentence: str) -> None:
    """End the measurement with a sentence where something does not hold."""
    if not holds:
        raise SystemExit(f"bench: {sentence}")


def last_json(output: str) -> Entry:
    """The object in the last line of what a process wrote; empty where that is something else."""
    lines = output.strip().splitlines()
    try:
        said = json.loads(lines[-1]) if lines else {}
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def measure_system(system: System, words: Command, count: int = FEW) -> Measurement:
    return measure(system.command(words, count), system.folder, system.environment())


def _median(entries: Sequence[Entry]) -> Entry:
    """The median of each figure, and how far the whole seconds went."""
    found: Entry = {"times": len(entries)}
    for key in entries[0]:
        found[key] = round(statistics.median(entry[key] for entry in entries), 5)
    whole = [entry["whole"] for entry in entries]
    found["least"], found["most"] = round(min(whole), 5), round(max(whole), 5)
    return found
