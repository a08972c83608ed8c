"""Versions of artifacts that a user gives."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from zenml.client import Client
from zenml.errors import AlreadyExistsException, ArtifactStoreError
from zenml.metadata import runs, version_claims
from zenml.repo import Repository
from zenml.runtime.workspace import Workspace

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


def test_of_two_runs_at_once_one_makes_the_version(flows: Any) -> None:
    store = Workspace.default().store()
    other = runs.start(store, name="other", pipeline="flow", file="")
    version_claims.claim(store, "numbers", "final", run="other")
    with pytest.raises(AlreadyExistsException, match="is being made by run other now"):
        flows.flow()
    with pytest.raises(AlreadyExistsException, match="is being made by run other now"):
        Client().save_artifact([1], "numbers", version="final")
    runs.finish(store, other, runs.FAILED, "no memory")
    flows.flow()
    assert Client().load_artifact("numbers", "final") == [0, 1, 2]


def test_a_version_that_could_not_be_saved_is_free(flows: Any) -> None:
    client = Client()
    with pytest.raises(ArtifactStoreError):
        client.save_artifact((i for i in range(3)), "n", version="v1")
    assert client.save_artifact([1], "n", version="v1").version == "v1"


def test_a_version_that_was_made_since_it_was_looked_for_is_refused(flows: Any) -> None:
    client, store = Client(), Workspace.default().store()
    client.save_artifact([1], "n", version="v1")
    with pytest.raises(AlreadyExistsException, match="has a version 'v1'"):
        version_claims.claim(store, "n", "v1", run="late")
