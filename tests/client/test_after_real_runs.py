"""Asking after pipelines that really ran, with today's names and with those of 2022."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import zenml
from zenml.client import Client
from zenml.errors import (
    ArtifactNotFoundError,
    PipelineError,
    PipelineNotFoundError,
    RunNotFoundError,
    StepRunError,
)
from zenml.post_execution import get_pipeline, get_pipelines, get_run, get_unlisted_runs
from zenml.repo import Repository
from zenml.runtime import pruning

TODAY = '''
from typing import Annotated, Tuple

from zenml import log_metadata, pipeline, step


@step
def load(rows: int = 3) -> Tuple[Annotated[list, "train"], Annotated[list, "test"]]:
    """Some numbers."""
    print("loading", rows)
    return list(range(rows)), [9]


@step
def fit(X: list, rate: float = 0.5) -> float:
    if rate < 0:
        raise ValueError("a negative rate")
    log_metadata({"rows": len(X)})
    return sum(X) * rate


@pipeline
def flow(rate: float = 0.5):
    train, test = load()
    fit(train, rate=rate)
'''

OF_2022 = """
from zenml.pipelines import BasePipeline, pipeline
from zenml.steps import BaseParameters, BaseStep, Output, step


@step
def loader() -> Output(X=list, y=int):
    return [1, 2, 3], 1


class Params(BaseParameters):
    rate: float = 2.0


class Trainer(BaseStep):
    def entrypoint(self, params: Params, X: list) -> float:
        return sum(X) * params.rate


@pipeline
def first_pipeline(step_1, step_2):
    X, y = step_1()
    step_2(X)


class FirstPipeline(BasePipeline):
    def connect(self, step_1, step_2):
        X, y = step_1()
        step_2(X)
"""


@pytest.fixture
def use(git_repo: Path, commit: Callable[..., str]) -> Callable[[str], Any]:
    """Commits a module of an initialised repository, and imports it."""

    def import_text(text: str) -> Any:
        Repository.init_repo()
        commit({"flows.py": text})
        sys.path.insert(0, str(git_repo))
        return importlib.import_module("flows")

    return import_text


def test_today(use: Callable[[str], Any]) -> None:
    flows = use(TODAY)
    flows.flow()
    flows.flow(rate=2.0)
    with pytest.raises(StepRunError):
        flows.flow(rate=-1.0)
    pipeline = Client().get_pipeline("flow")
    assert [run.status for run in pipeline.runs] == ["failed", "completed", "completed"]
    failed, last, first = pipeline.runs
    assert pipeline.last_run.name == failed.name
    assert pipeline.last_successful_run.name == last.name
    assert "a negative rate" in failed.error
    assert "a negative rate" in failed.steps["fit"].error
    assert [step.status for step in last.steps.values()] == ["cached", "completed"]
    assert last.steps["fit"].output.load() == 6.0
    assert first.steps["fit"].output.load() == 1.5
    assert last.steps["load"].outputs["test"].load() == [9]
    assert last.steps["load"].logs == "loading 3\n"
    assert last.steps["fit"].inputs["X"].name == "train"
    assert (last.parameters, first.parameters) == ({"rate": 2.0}, {"rate": 0.5})
    assert last.steps["fit"].parameters == {"rate": 2.0}
    assert last.metadata == last.steps["fit"].metadata == {"rows": 3}
    assert last.steps["fit"].output.metadata["rows"] == 3
    assert last.steps["fit"].source == "flows.fit"
    assert len(last.steps["fit"].version) == 40


def test_parameters_outlive_the_file(use: Callable[[str], Any], git_repo: Path) -> None:
    flows = use(TODAY)
    flows.flow()
    flows.flow()
    for file in (git_repo / "pipelines").iterdir():
        file.unlink()
    for run in Client().list_pipeline_runs():
        assert run.spec is None
        assert run.steps["fit"].parameters == {"rate": 0.5}


def test_artifacts_are_versioned_by_their_names(use: Callable[[str], Any]) -> None:
    flows = use(TODAY)
    flows.flow()
    flows.flow(rate=2.0)
    client = Client()
    found = {view.name: view.version for view in client.list_artifacts()}
    assert found == {"train": "1", "test": "1", "flow::fit::output": "2"}
    assert zenml.load_artifact("flow::fit::output") == 6.0
    assert zenml.load_artifact("flow::fit::output", 1) == 1.5
    assert client.get_artifact_version("train").load() == [0, 1, 2]
    with pytest.raises(ArtifactNotFoundError, match="There is no artifact 'flow::load::train'"):
        client.get_artifact_version("flow::load::train")


def test_what_is_deleted_is_made_anew(use: Callable[[str], Any]) -> None:
    flows = use(TODAY)
    flows.flow()
    flows.flow(rate=2.0)
    client = Client()
    last, first = client.list_pipeline_runs()
    client.delete_pipeline_run(first.name)
    assert pruning.find_unused() == []
    assert client.get_pipeline_run(last.name).steps["load"].logs == "loading 3\n"
    flows.flow(rate=0.5)  # the result of this went, what it reads is still in use
    run = client.get_pipeline("flow").last_run
    assert [step.status for step in run.steps.values()] == ["cached", "completed"]
    for found in client.list_pipeline_runs():
        client.delete_pipeline_run(found.id)
    flows.flow(rate=0.5)
    run = client.get_pipeline("flow").last_run
    assert [step.status for step in run.steps.values()] == ["completed", "completed"]
    assert run.steps["fit"].output.version == "4"


def test_2022(use: Callable[[str], Any]) -> None:
    flows = use(OF_2022)
    instance = flows.first_pipeline(step_1=flows.loader(), step_2=flows.Trainer())
    instance.run()
    instance.run()
    for asked in ("first_pipeline", flows.first_pipeline, instance):
        pipeline = get_pipeline(asked)
        assert (pipeline.name, len(pipeline.runs)) == ("first_pipeline", 2)
    run = get_pipeline(pipeline="first_pipeline").runs[0]
    assert [step.name for step in run.steps] == ["step_1", "step_2"]
    assert [step.is_cached for step in run.steps] == [True, True]
    assert run.get_step("step_2").output.read() == 12.0
    assert run.get_step(step="step_1").outputs["y"].read() == 1
    assert get_run(run.name).steps[-1].name == "step_2"
    with pytest.raises(ArtifactNotFoundError, match="has 2 outputs: X, y"):
        run.get_step("step_1").output  # noqa: B018
    with pytest.raises(RunNotFoundError, match="Did you mean 'step_1'"):
        run.get_step("step1")


def test_2022_by_class(use: Callable[[str], Any]) -> None:
    flows = use(OF_2022)
    instance = flows.FirstPipeline(
        step_1=flows.loader(), step_2=flows.Trainer(flows.Params(rate=3.0))
    )
    instance.run()
    for asked in ("FirstPipeline", flows.FirstPipeline, instance):
        assert get_pipeline(asked).last_run.get_step("step_2").output.read() == 18.0
    assert [pipeline.name for pipeline in get_pipelines()] == ["FirstPipeline"]


def test_2022_unlisted(use: Callable[[str], Any]) -> None:
    flows = use(OF_2022)
    instance = flows.first_pipeline(step_1=flows.loader(), step_2=flows.Trainer())
    assert get_unlisted_runs() == []
    instance.run(unlisted=True)
    (run,) = get_unlisted_runs()
    assert run.get_step("step_2").output.read() == 12.0
    assert get_pipelines() == []
    instance.run()
    assert [found.name for found in get_pipelines()] == ["first_pipeline"]
    Client().delete_pipeline("first_pipeline")
    assert len(get_unlisted_runs()) == 2
    with pytest.raises(PipelineNotFoundError):
        get_pipeline(instance)


@pytest.mark.parametrize("wrong", [None, 3, object()])
def test_what_is_no_pipeline_is_refused(use: Callable[[str], Any], wrong: Any) -> None:
    use(OF_2022)
    with pytest.raises(PipelineError, match="takes a pipeline or its name"):
        get_pipeline(wrong)
