"""`zenml run why`."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from zenml.client import Client
from zenml.repo import Repository

SCRIPT = """
import json, sys
from zenml import pipeline, step
from helper import SCALE

@step
def load(rows: int = 3) -> int:
    return rows

@step
def scale(x: int) -> int:
    return x * SCALE

@step
def fit(x: int, layers: int = 1) -> int:
    return x * layers

@pipeline
def p(layers: int = 1):
    fit(scale(load()), layers=layers)

if __name__ == "__main__":
    p.with_options(run_name=sys.argv[1])(*json.loads(sys.argv[2]))
"""
Run = Callable[..., str]


@pytest.fixture
def run(git_repo: Path, commit: Callable[..., str]) -> Run:
    """Runs the script in a process of its own; what it said of reasons."""
    Repository.init_repo()
    commit({"script.py": SCRIPT, "helper.py": "SCALE = 2\n"}, "Begin")

    def go(name: str, *arguments: Any) -> str:
        words = [sys.executable, "script.py", name, json.dumps(arguments)]
        done = subprocess.run(words, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return "\n".join(line for line in done.stdout.splitlines() if "ran because" in line)

    return go


def test_a_run_and_a_step_of_it(run: Run, zenml: Any, commit: Any, write: Any) -> None:
    assert run("first") == ""
    assert run("second", 2) == "fit: ran because layers changed 1 -> 2"
    answer = zenml("run", "why", "second", "fit")
    assert answer == (0, "fit ran because\n  layers changed 1 -> 2\nCompared with run first.\n", "")

    sha = commit({"helper.py": "SCALE = 3\n"}, "Scale by three")
    run("third", 2)
    story = zenml("run", "why", "third", "scale").out.splitlines()
    assert story[0] == "scale ran because"
    assert story[1].startswith(f"  helper.py changed in {sha[:7]} (Ada, ")
    assert story[1].endswith(": Scale by three)")
    assert story[2:4] == ["  its input x, from load, changed", "    load ran because"]
    assert story[-1] == "Compared with run second."

    write({"helper.py": "SCALE = 4\n"})
    run("fourth", 2)
    story = zenml("run", "why", "fourth", "fit").out
    assert "helper.py changed (not committed)" in story
    assert "-SCALE = 3\n+SCALE = 4\n" in story


def test_as_a_table_and_as_json(
    run: Run, zenml: Any, write: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("first")
    run("second", 2)
    monkeypatch.setenv("COLUMNS", "100")
    table = zenml("run", "why", "second").out
    assert "load    was not run: its result of run first is as good" in table
    assert "fit     ran because layers changed 1 -> 2" in table
    assert "ran because it had never run before" in zenml("run", "why", "first").out

    told = json.loads(zenml("run", "why", "second", "--output", "json").out)
    assert [(row["step"], row["state"], row["since"]) for row in told] == [
        ("load", "cached", "first"),
        ("scale", "cached", "first"),
        ("fit", "succeeded", "first"),
    ]
    reason = {"kind": "argument", "about": "layers", "old": 1, "new": 2}
    assert told[2]["reasons"] == [{**reason, "text": "layers changed 1 -> 2"}]

    write({"helper.py": "SCALE = 4\n"})
    run("third", 2)
    told = json.loads(zenml("run", "why", "third", "scale", "--output", "json").out)
    assert (told["run"], told["step"], told["since"]) == ("third", "scale", "second")
    assert "+SCALE = 4" in told["reasons"][0]["diff"]


def test_the_client_says_it_too(run: Run) -> None:
    run("first")
    run("second", 2)
    steps = Client().get_pipeline_run("second").steps
    assert str(steps["fit"].why) == "fit ran because layers changed 1 -> 2"
    assert steps["fit"].why.reasons[0].old == 1
    assert str(steps["load"].why) == "load was not run: its result of run first is as good"


def test_runs_and_steps_that_are_not_there(run: Run, zenml: Any) -> None:
    run("first")
    assert "There is no run 'no'" in zenml("run", "why", "no").err
    answer = zenml("run", "why", "first", "no")
    assert answer.status == 1
    assert "Run first has no step 'no'" in answer.err


def test_a_run_that_another_zenml_recorded(recorder: Any, zenml: Any) -> None:
    recorder.begin("first")
    recorder.value("first", "load", output=1)
    recorder.end("first")
    assert "load   ran; why was not recorded" in zenml("run", "why", "first").out
    assert zenml("run", "why", "first", "load").out == "load ran; why was not recorded\n"
