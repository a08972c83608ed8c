"""What was measured in a large repository, as tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from benchmarks.page import Table


def tables(result: Mapping[str, Any]) -> Iterator[Table]:
    """A table of each question: seconds, processor seconds, and what was aimed at."""
    sizes, works = result["sizes"], result["works"]
    version, first, again = works["version"], works["steps, first"], works["steps, again"]
    headings = ("time", "processor time", "aim")
    yield Table(
        f"Closure and version of a step: {sizes['commits']:,} commits, {sizes['files']:,} files",
        headings,
        [
            ("whole process, cold", *_both(version), "300 ms"),
            ("- start of Python", *_both(works["python"]), ""),
            ("- imports of zenml", _ms(version["imports"]), "", ""),
            ("- closure and version", _ms(version["inside"]), "", ""),
            ("asked again in the process", _ms(version["warm"]), "", "20 ms"),
            ("git log -1 -- FILES, for comparison", *_both(works["git log"]), ""),
        ],
    )
    yield Table(
        f"get_step_versions(): {sizes['pipelines']:,} YAML files",
        headings,
        [
            ("whole process, no index yet", *_both(first), "10 s"),
            ("whole process, with the index", *_both(again), "1 s"),
            ("asked again in the process", _ms(again["warm"]), "", "1 s"),
        ],
    )


def _both(entry: Mapping[str, float]) -> tuple[str, str]:
    return _ms(entry["whole"]), _ms(entry["cpu"])


def _ms(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"
