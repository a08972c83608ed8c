"""Versions of artifacts that a user gives."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from zenml.client import Client
from zenml.errors import AlreadyExistsException
from zenml.repo import Repository

FLOW = """
from typing import Annotated

from zenml import ArtifactConfig, pipeline, step


@step
def load(rows: int) -> Annotated[list, ArtifactConfig(name="numbers", version="final", tags=["x"])]:
    print("loading")
    return list(range(rows))


@step
def again(X: list) -> Annotated[list, ArtifactConfig(name="numbers", version="final")]:
    return X


@pipeline
def flow(rows: int = 3):
    load(rows)


@pipeline
def twice():
    again(load(3))
"""


@pytest.fixture
def flows(git_repo: Path, commit: Callable[..., str]) -> Any:
    Repository.init_repo()
    commit({"flows.py": FLOW})
    sys.path.insert(0, str(git_repo))
    return importlib.import_module("flows")


def test_a_version_is_made_once_and_reused(flows: Any) -> None:
    flows.flow()
    flows.flow()
    (view,) = Client().list_artifact_versions("numbers")
    assert (view.version, view.tags, view.load()) == ("final", ["x"], [0, 1, 2])
    assert Client().get_artifact_version("numbers", "final").id == view.id


def test_a_second_use_is_an_error_before_anything_runs(
    flows: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    flows.flow()
    capsys.readouterr()
    with pytest.raises(AlreadyExistsException, match=r"`load`: .*'numbers' has a version 'final'"):
        flows.flow(rows=4)
    with pytest.raises(AlreadyExistsException, match="the next number is 1"):
        flows.flow.with_options(enable_cache=False)()
    assert "loading" not in capsys.readouterr().out
    assert len(Client().list_pipeline_runs()) == 1


def test_two_steps_that_give_the_same_version_are_refused(flows: Any) -> None:
    with pytest.raises(AlreadyExistsException, match="`load` and `again` both make version"):
        flows.twice()
    assert Client().list_pipeline_runs() == []
