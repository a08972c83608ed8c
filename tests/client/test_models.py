"""Which model of a pipeline is listed, and which is served, by what its runs recorded."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from zenml.client import Client
from zenml.client.models import find_model, find_served, list_models
from zenml.errors import ResultNotFoundError
from zenml.metadata.parts import PARTS, Parts


class Models:
    """Runs that train, judge and deploy models."""

    def __init__(self, recorder: Any, deployed: Path) -> None:
        self.recorder = recorder
        self.deployed = deployed

    def run(self, name: str, verdict: int | None = 1, version: str = "", fails: str = "") -> str:
        """Trains a model; deploys it as a version. Gives the model's folder."""
        self.recorder.begin(name)
        trained = self.recorder.typed(name, f"trainer_{name}", "Model").outputs["model"][0]
        if verdict is not None:
            told = {"inputs": {"model": [trained]}, "blessed": verdict}
            self.recorder.typed(name, f"evaluator_{name}", "ModelBlessing", **told)
        if version:
            self.deploy(name, version)
        self.recorder.end(name, "failed" if fails else "succeeded", fails)
        return str(trained.uri)

    def deploy(self, name: str, version: str) -> None:
        folder = self.deployed / version
        folder.mkdir(parents=True)
        told = {"pushed_destination": str(folder), "pushed_version": version}
        self.recorder.typed(name, f"deployer_{name}", "PushedModel", **told)

    def given(self, name: str, model: str) -> None:
        """A run that is given a model, as TFX's importer records it."""
        self.recorder.begin(name)
        execution = self.recorder.typed(name, f"model_{name}", "Model")
        (proto,) = self.recorder.store.get_executions_by_id([execution.id])
        proto.custom_properties["reimport"].int_value = 0
        proto.custom_properties[PARTS].string_value = Parts("importer").to_json()
        self.recorder.store.put_executions([proto])
        (artifact,) = self.recorder.store.get_artifacts_by_id([execution.outputs["model"][0].id])
        artifact.uri = model
        self.recorder.store.put_artifacts([artifact])

    def reuse_given(self, name: str, before: str) -> None:
        """A run that is given the same model as a run before it: nothing is imported anew."""
        (step,) = Client().get_pipeline_run(before).steps.values()
        values = {key: step.record.properties[key] for key in ("zenml_fingerprint", PARTS)}
        self.recorder._publisher(name).cached(step.record, step.name, {}, values)


@pytest.fixture
def models(recorder: Any, tmp_path: Path) -> Models:
    return Models(recorder, tmp_path / "deployed" / "p")


def test_a_model_that_was_refused_is_not_served_for_its_pipeline(models: Models) -> None:
    good, bad = models.run("p-1"), models.run("p-2", verdict=0)
    assert find_served(Client(), "p")[1] == good
    assert find_served(Client(), "p-2")[1] == bad
    assert find_model(Client(), "p").uri == bad
    assert find_served(Client(), "p-1")[1] == good


def test_what_was_deployed_comes_before_what_was_not(models: Models) -> None:
    models.run("p-1", version="7")
    models.run("p-2", version="8")
    models.run("p-3", verdict=0)
    assert find_served(Client(), "p")[1] == str(models.deployed)
    assert find_served(Client(), "p-1")[1] == os.path.join(models.deployed, "7")


def test_a_model_without_a_verdict_is_served_unless_its_run_failed(models: Models) -> None:
    good = models.run("p-1", verdict=None)
    models.run("p-2", verdict=None, fails="no disk")
    assert find_served(Client(), "p")[1] == good


def test_where_all_were_refused_it_says_so_and_what_to_name(models: Models) -> None:
    models.run("p-1", verdict=0)
    with pytest.raises(ResultNotFoundError, match=r"run, p-1, was not blessed\. Name the run p-1"):
        find_served(Client(), "p")


def test_a_model_that_was_only_given_is_not_listed_until_it_is_deployed(models: Models) -> None:
    uri = models.run("p-1")
    models.given("p-2", uri)
    models.recorder.end("p-2")
    assert [model.run.name for model in list_models(Client())] == ["p-1"]
    models.recorder.begin("p-4")
    models.reuse_given("p-4", "p-2")
    models.recorder.end("p-4")
    assert [model.run.name for model in list_models(Client())] == ["p-1"]
    models.given("p-3", uri)
    models.deploy("p-3", "9")
    models.recorder.end("p-3")
    (deployed, _) = list_models(Client())
    assert (deployed.run.name, deployed.blessed, deployed.version) == ("p-3", True, "9")
