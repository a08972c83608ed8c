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
from zenml.errors import PipelineNotFoundError, ResultNotFoundError, RunNotFoundError

_SERVING = "Format-Serving"  # where trainers put the model, as TFX has it


@dataclass(frozen=True)
class RunModel:
    """What became of the model of a run.

    Attributes:
        run: The run that trained it, or took it from the cache.
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


def list_models(client: Client, pipeline: str | None = None) -> list[RunModel]:
    """The models of all runs, the newest run first.

    Args:
        client: Of the repository.
        pipeline: Only those of that pipeline.

    Raises:
        PipelineNotFoundError: There is no such pipeline; names those there are.
    """
    return [model for run in client.list_pipeline_runs(pipeline) for model in _models_of(run)]


def find_model(client: Client, name: str) -> RunModel:
    """The model of a run, or of the newest run of a pipeline that has one.

    Args:
        client: Of the repository.
        name: Of a pipeline or a run; the first letters of a run, or its id.

    Raises:
        PipelineNotFoundError: Neither a pipeline nor a run is called so.
        ResultNotFoundError: There is no model.
    """
    try:
        found = list_models(client, name)
    except PipelineNotFoundError:
        try:
            found = list(_models_of(client.get_pipeline_run(name)))
        except RunNotFoundError as exc:
            if "begin with" in str(exc):
                raise
            names = [view.name for view in client.list_pipelines()]
            raise PipelineNotFoundError(
                unknown("There is no pipeline, and no run,", name, names)
            ) from None
    if not found:
        raise ResultNotFoundError(f"No run of {name!r} has a model: add a trainer and run it.")
    return found[0]


def _models_of(run: RunView) -> Iterator[RunModel]:
    outputs = [view for step in run.steps.values() for view in step.outputs.values()]
    models = [view for view in outputs if view.type == "Model"]
    verdicts = [view.properties.get("blessed") for view in outputs if view.type == "ModelBlessing"]
    pushed = [view.properties for view in outputs if view.type == "PushedModel"]
    told = next((one for one in pushed if one.get("pushed_destination")), {})
    blessed = bool(verdicts[-1]) if verdicts and verdicts[-1] is not None else None
    for view in models[-1:]:
        yield RunModel(run, _serving(view), blessed, **_destination(told))


def _destination(told: dict[str, Any]) -> dict[str, str]:
    return {
        "destination": str(told.get("pushed_destination", "")),
        "version": str(told.get("pushed_version", "")),
    }


def _serving(view: ArtifactView) -> str:
    below = os.path.join(view.uri, _SERVING)
    return below if os.path.isdir(below) else view.uri
