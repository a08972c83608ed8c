"""Models that pipelines are given by folder: pinned by content, looked at before a run."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from zenml.artifacts import store as artifact_files
from zenml.errors import DataError, ModelError
from zenml.metadata import artifacts, executions
from zenml.models.folders import find_model, model_folder
from zenml.models.formats import read_description
from zenml.runtime.task import is_given
from zenml.runtime.workspace import Workspace
from zenml.spec import NodeSpec, PipelineSpec


def pin(uri: str, *, digest: str = "", unblessed: bool = False) -> dict[str, Any]:
    """What the node of a given model says of it.

    Args:
        uri: Its folder; a relative one starts at the root of the repository.
        digest: What its content must be, where that was pinned before.
        unblessed: Whether one that an evaluator did not bless will do.

    Returns:
        `uri`, relative to the repository where it lies inside; `digest`, a sha256 over its
        files; and `unblessed` where that is so.

    Raises:
        ModelError: There is no model, it is not as it was, or it is not blessed.
    """
    if not isinstance(uri, (str, os.PathLike)) or not str(uri).strip():
        raise ModelError(
            f"The uri of a model is {uri!r}; it must be a folder: what get_model_uri() of a "
            "TrainingPipeline gives, or that of a deployed model."
        )
    workspace = Workspace.default()
    try:
        folder = find_model(Path(workspace.home, Path(uri).expanduser()))
    except DataError as exc:
        raise ModelError(f"{exc} Name the folder of a trained or deployed model.") from exc
    told = {"uri": workspace.at_home(folder), "digest": artifact_files.digest(folder).digest}
    if digest and told["digest"] != digest:
        raise _changed(folder, digest, told["digest"])
    return {**told, "unblessed": True} if unblessed else told


def check_models(spec: PipelineSpec, workspace: Workspace) -> None:
    """Checks that the models which a pipeline is given are those that its file names.

    Raises:
        ModelError: One is gone or was changed, or is to be deployed and is not blessed.
    """
    for node in spec.nodes:
        if is_given(node):
            _check(node, workspace)
            if _is_deployed(node, spec) and not node.args.get("unblessed"):
                _check_blessed(str(Path(workspace.home, node.args["uri"])), workspace)


def _check(node: NodeSpec, workspace: Workspace) -> None:
    folder = str(Path(workspace.home, node.args["uri"]))
    try:
        read_description(model_folder(folder))
    except DataError as exc:
        raise ModelError(f"{exc} The pipeline was given the model that lay there.") from exc
    found = artifact_files.digest(folder).digest
    if found != node.args["digest"]:
        raise _changed(folder, node.args["digest"], found)


def _changed(folder: str, before: str, now: str) -> ModelError:
    return ModelError(
        f"The model in {folder} is not the one that the pipeline was given: its files had the "
        f"digest {before[:12]}, and have {now[:12]}. Put it back as it was, or make the pipeline "
        "anew from its code, for the model as it is now."
    )


def _is_deployed(model: NodeSpec, spec: PipelineSpec) -> bool:
    """Whether a model is deployed with no verdict but that of the run that made it."""
    return any(
        node.component == "pusher"
        and node.inputs.get("model", "").partition(".")[0] == model.name
        and "blessing" not in node.inputs
        for node in spec.nodes
    )


def _check_blessed(folder: str, workspace: Workspace) -> None:
    verdict = blessing_of(folder, workspace.store())
    if verdict is None or verdict.properties.get("blessed") == 1:
        return
    reason = str(verdict.properties.get("reason") or "its evaluator did not bless it")
    raise ModelError(
        f"The model in {folder} is not deployed: {reason}. Train a better one, or say that this "
        "one will do: deploy_unblessed=True, where the pipeline is given the model."
    )


def blessing_of(folder: str, store: Any) -> artifacts.Artifact | None:
    """The newest verdict of an evaluator on the model in a folder; None where there is none."""
    models = [proto.id for proto in store.get_artifacts_by_uri(folder)]
    events = store.get_events_by_artifact_ids(models) if models else []
    readers = store.get_executions_by_id(sorted({event.execution_id for event in events}))
    found = [
        artifact
        for execution in executions.load(store, sorted(readers, key=lambda proto: proto.id))
        if execution.ok and any(a.id in models for side in execution.inputs.values() for a in side)
        for made in execution.outputs.values()
        for artifact in made
        if artifact.type == "ModelBlessing"
    ]
    return found[-1] if found else None
