"""Models of runs: what was trained, whether it is blessed, and where it was deployed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from zenml.client.artifact import ArtifactView
from zenml.client.client import Client
from zenml.client.named import unknown
from zenml.client.run import RunView
from zenml.client.step import StepView
from zenml.errors import PipelineNotFoundError, ResultNotFoundError, RunNotFoundError
from zenml.metadata import parts
from zenml.models.folders import model_folder

_IMPORTED = "reimport"  # property of an execution of TFX's importer: its model was only given


@dataclass(frozen=True)
class RunModel:
    """What became of the model of a run.

    Attributes:
        run: The run that trained it, took it from the cache, or deployed one that it was given.
        uri: Folder of the model.
        blessed: The evaluator's verdict; None without an evaluator.
        destination: Where it was deployed, or "".
        version: The version that it was deployed as, or "".

    Example:
        >>> RunModel(None, "/store/model/7/Format-Serving").pushed
        False
    """

    run: RunView
    uri: str
    blessed: bool | None = None
    destination: str = ""
    version: str = ""

    @property
    def pushed(self) -> bool:
        """Whether it was deployed."""
        return bool(self.destination)

    @property
    def folder(self) -> str:
        """What to serve: the folder of the versions where it was deployed, else the model."""
        base = os.path.dirname(self.destination)
        return base if self.version and os.path.isdir(self.destination) else self.uri

    @property
    def own_folder(self) -> str:
        """What to serve of this run alone: the version that it deployed, else the model."""
        is_there = self.version and os.path.isdir(self.destination)
        return self.destination if is_there else self.uri

    @property
    def refusal(self) -> str:
        """Why it is not served unless its run is named, or ""."""
        if self.blessed is False:
            return f"the model of its newest run, {self.run.name}, was not blessed"
        if self.run.state != "succeeded":
            return f"its newest run, {self.run.name}, is {self.run.status}"
        return ""


def list_models(client: Client, pipeline: str | None = None) -> list[RunModel]:
    """The models that runs trained or deployed, the newest run first.

    Args:
        client: Of the repository.
        pipeline: Only those of that pipeline.

    Raises:
        PipelineNotFoundError: There is no such pipeline; names those there are.
    """
    return [model for run in client.list_pipeline_runs(pipeline) for model in _models_of(run)]


def find_model(client: Client, name: str) -> RunModel:
    """The model of a run, or of the newest run of a pipeline that has one, blessed or not.

    Args:
        client: Of the repository.
        name: Of a pipeline or a run; the first letters of a run, or its id.

    Raises:
        PipelineNotFoundError: Neither a pipeline nor a run is called so.
        ResultNotFoundError: There is no model.
    """
    return _candidates(client, name)[0][0]


def find_served(client: Client, name: str) -> tuple[RunModel, str]:
    """The model that answers for a pipeline or a run, and the folder to serve it from.

    Of a pipeline that is what its newest run that deployed put into the folder of versions;
    where none did, the newest model that no evaluator refused. A run that is named gives its
    own model, whatever was said of it.

    Args:
        client: Of the repository.
        name: Of a pipeline or a run; the first letters of a run, or its id.

    Raises:
        PipelineNotFoundError: Neither a pipeline nor a run is called so.
        ResultNotFoundError: There is no model, or none that may be served; says why.
    """
    found, is_run = _candidates(client, name)
    if is_run:
        return found[0], found[0].own_folder
    chosen = next((model for model in found if model.pushed), None) or next(
        (model for model in found if not model.refusal), None
    )
    if chosen is None:
        newest = found[0]
        raise ResultNotFoundError(
            f"The pipeline {name!r} has no model to serve: {newest.refusal}. Name the run "
            f"{newest.run.name} to serve its model all the same."
        )
    return chosen, chosen.folder


def _candidates(client: Client, name: str) -> tuple[list[RunModel], bool]:
    """The models of what is called so, at least one, newest first; and whether it is a run."""
    is_run = False
    try:
        found = list_models(client, name)
    except PipelineNotFoundError:
        try:
            found, is_run = list(_models_of(client.get_pipeline_run(name))), True
        except RunNotFoundError:
            if any(run.name.startswith(name) for run in client.list_pipeline_runs()):
                raise  # several begin so
            names = [view.name for view in client.list_pipelines()]
            raise PipelineNotFoundError(
                unknown("There is no pipeline, and no run,", name, names)
            ) from None
    if not found:
        raise ResultNotFoundError(f"No run of {name!r} has a model: add a trainer and run it.")
    return found, is_run


def _models_of(run: RunView) -> Iterator[RunModel]:
    """The model that a run trained; one that it was only given, where it deployed that."""
    outputs = [view for step in run.steps.values() for view in step.outputs.values()]
    pushed = [view.properties for view in outputs if view.type == "PushedModel"]
    told = next((one for one in pushed if one.get("pushed_destination")), {})
    verdicts = [view.properties.get("blessed") for view in outputs if view.type == "ModelBlessing"]
    models = [
        (view, _is_given(step))
        for step in run.steps.values()
        for view in step.outputs.values()
        if view.type == "Model"
    ]
    trained = [view for view, is_given in models if not is_given]
    given = [view for view, is_given in models if is_given and told]
    for view in (trained or given)[-1:]:
        verdict = verdicts[-1] if verdicts else None if trained else _own_verdict(view, run)
        blessed = None if verdict is None else bool(verdict)
        yield RunModel(run, model_folder(view.uri), blessed, **_destination(told))


def _is_given(step: StepView) -> bool:
    """Whether a step only gave a model that was there; a reused one has not all that TFX told."""
    told = parts.of(step.record)
    return _IMPORTED in step.record.properties or (
        told is not None and told.component == "importer"
    )


def _own_verdict(model: ArtifactView, run: RunView) -> Any:
    """What an evaluator said of a model that a run was given."""
    from zenml.runtime.models import blessing_of

    verdict = blessing_of(model.uri, run.store)
    return None if verdict is None else verdict.properties.get("blessed")


def _destination(told: dict[str, Any]) -> dict[str, str]:
    return {
        "destination": str(told.get("pushed_destination", "")),
        "version": str(told.get("pushed_version", "")),
    }
