from __future__ import annotations

import platform
from importlib import metadata
from typing import Any

from zenml.metadata import runs
from zenml.runtime.environment import Environment
from zenml.version import __version__


def test_a_run_records_what_it_ran_with(pipelines: Any, git: Any) -> None:
    pipelines.commit(
        {
            "mine.py": "import yaml\nfrom zenml.steps import step\n\n"
            "@step\ndef one() -> int:\n    return 1\n"
        }
    )
    result = pipelines.run(pipelines.spec(pipelines.node("a", "one")))
    found = Environment.from_properties(runs.by_name(result.store, result.name).properties)
    assert found.python == platform.python_version()
    assert found.zenml == __version__
    assert found.head == git("rev-parse", "HEAD")
    assert found.packages["pyyaml"] == metadata.version("PyYAML")


def test_differences_are_of_what_both_know() -> None:
    before = Environment(
        "3.10.1", "Linux x86_64", "1", "", {"numpy": "1.26.4", "tfx": "", "old": "1"}
    )
    now = Environment(
        "3.11.2", "Linux x86_64", "1", "", {"numpy": "2.0.0", "tfx": "1.16", "new": "1"}
    )
    assert now.differences(before) == [
        "Python 3.10.1 -> 3.11.2",
        "numpy 1.26.4 -> 2.0.0",
        "tfx not installed -> 1.16",
    ]
    assert now.differences(Environment.from_properties({})) == []
