"""`zenml pipeline run` and `zenml pipeline resume`, of pipelines of Python steps."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from zenml.client import Client
from zenml.errors import StepRunError
from zenml.repo import Repository

Zenml = Callable[..., Any]
FLOW = """
from pathlib import Path

from zenml import pipeline, step


@step
def load() -> int:
    return 20


@step
def add(number: int) -> int:
    if not Path("ready").exists():
        raise ValueError("not ready")
    return number + 1


@step
def double(number: int) -> int:
    return number * 2


@pipeline
def flow():
    number = load()
    add(number)
    double(number)
"""


@pytest.fixture
def failed(git_repo: Path, commit: Callable[..., str]) -> str:
    """The name of a run that failed, in a repository of its own."""
    Repository.init_repo()
    commit({"flows.py": FLOW})
    sys.path.insert(0, str(git_repo))
    flows = importlib.import_module("flows")
    with pytest.raises(StepRunError):
        flows.flow()
    return Client().get_pipeline("flow").last_run.name


def steps(zenml: Zenml, run: str) -> dict[str, str]:
    found = json.loads(zenml("run", "get", run, "--output", "json").out)
    return {step["step"]: step["state"] for step in found["steps"]}


def test_a_failed_run_goes_on(zenml: Zenml, failed: str, git_repo: Path) -> None:
    assert steps(zenml, failed)["add"] == "failed"
    answer = zenml("pipeline", "resume", failed)
    assert answer.status == 1
    assert "not ready" in answer.err
    (git_repo / "ready").touch()
    assert zenml("pipeline", "resume", failed[:6]).status == 0
    assert steps(zenml, failed) == {"load": "succeeded", "add": "succeeded", "double": "succeeded"}
    run = Client().get_pipeline_run(failed)
    assert (run.status, run.error) == ("completed", "")
    assert run.steps["add"].output.load() == 21
    assert len(Client().list_pipeline_runs()) == 1


def test_a_file_is_run_with_workers(zenml: Zenml, failed: str, git_repo: Path) -> None:
    (git_repo / "ready").touch()
    (file,) = (git_repo / "pipelines").glob("*flow*.yaml")
    assert zenml("pipeline", "run", str(file), "--max-workers", "2").status == 0
    run = Client().get_pipeline("flow").last_run
    assert {name: step.status for name, step in run.steps.items()} == {
        "load": "cached", "add": "completed", "double": "completed",
    }  # fmt: skip
    assert run.steps["double"].output.load() == 40


def test_no_workers_are_refused(zenml: Zenml, failed: str) -> None:
    answer = zenml("pipeline", "resume", failed, "--max-workers", "0")
    assert answer.status == 2
    assert "0 is not in the range x>=1" in answer.err
