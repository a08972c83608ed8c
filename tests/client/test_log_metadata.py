"""Metadata that is logged in a step, and afterwards."""

from __future__ import annotations

import importlib
from collections.abc import Callable

import pytest

import zenml
from zenml.client import Client
from zenml.errors import (
    ArtifactNotFoundError,
    RunNotFoundError,
    StepContextError,
    StepInterfaceError,
)
from zenml.repo import Repository

FLOW = """
from typing import Annotated
from zenml import log_metadata, pipeline, step

@step
def fit() -> Annotated[float, "score"]:
    log_metadata({"rows": 3, "good": False})
    log_metadata({"digits": 2}, artifact_name="score")
    return 0.5

@pipeline
def flow():
    fit()
"""


@pytest.fixture
def run(commit: Callable[..., str]) -> str:
    """Name of a run."""
    commit({"flow.py": FLOW})
    Repository.init_repo()
    importlib.import_module("flow").flow()
    return Client().get_pipeline("flow").last_run.name


@pytest.fixture(autouse=True)
def _importable(git_repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(git_repo))


def test_what_a_step_logs(run) -> None:
    found = Client().get_pipeline_run(run)
    assert found.metadata == found.steps["fit"].metadata == {"rows": 3, "good": False}
    score = found.steps["fit"].output.metadata
    assert {key: score[key] for key in ("rows", "good", "digits")} == {
        "rows": 3,
        "good": False,
        "digits": 2,
    }


def test_a_run_is_told_of_later(run) -> None:
    zenml.log_metadata({"good": True, "by": "Ada"}, run=run)
    zenml.log_metadata({"by": "Grace"}, run=run[:-1])
    found = Client().get_pipeline_run(run)
    assert found.metadata == {"rows": 3, "good": True, "by": "Grace"}


def test_an_artifact_is_told_of_later(run) -> None:
    zenml.log_metadata({"good": True}, artifact_name="score")
    zenml.log_metadata({"by": "Ada"}, artifact_name="score", artifact_version=1)
    found = Client().get_artifact_version("score").metadata
    assert (found["rows"], found["good"], found["by"]) == (3, True, "Ada")


def test_what_is_not_there_or_cannot_be(run) -> None:
    with pytest.raises(RunNotFoundError, match="'nope'"):
        zenml.log_metadata({"a": 1}, run="nope")
    with pytest.raises(ArtifactNotFoundError, match="'nope'"):
        zenml.log_metadata({"a": 1}, artifact_name="nope")
    with pytest.raises(StepContextError, match=r"run=\.\.\."):
        zenml.log_metadata({"a": 1})
    with pytest.raises(StepInterfaceError, match=f"'a' of run {run} cannot be kept"):
        zenml.log_metadata({"a": object()}, run=run)
