"""The scratch stores that a run is reproduced into, and the spec that runs there."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from zenml.artifacts.store import ArtifactStore
from zenml.errors import RunError
from zenml.metadata.base import metadata_store_from_config
from zenml.runtime.workspace import Workspace
from zenml.spec import UNPINNED, BackendSpec, NodeSpec, PipelineSpec, StepSpec
from zenml.temporary import temporary_folder

PUSHER = "pusher"
_INFERRER = "inferrer"
_OWN_INFERRERS = "zenml.steps.inferrer."
_FOLDER_DEPLOYER = "zenml.steps.deployer.folder.FolderDeployer"
_NO_STEP = StepSpec("zenml.steps.base.BaseStep", UNPINNED)
_ACTS_OUTSIDE = ("on_failure", "on_success", "enable_cache")


@contextmanager
def scratch_folder(keep: str | None) -> Iterator[Path]:
    """A folder of its own for what is made, removed at the end.

    Args:
        keep: A folder that stays instead; it must be empty, or not there.

    Raises:
        RunError: There is something in it already.
    """
    if keep is not None:
        folder = Path(keep).expanduser().absolute()
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise RunError(f"{folder} is not empty: name a folder that is, or that is not there.")
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
        return
    with temporary_folder("reproduce") as folder:
        yield folder


def scratch_spec(
    spec: PipelineSpec, folder: Path, nodes: Collection[str], given: Collection[str]
) -> PipelineSpec:
    """The same pipeline with other stores, no cache, and nothing that acts on the outside.

    Args:
        spec: The frozen pipeline of the run.
        folder: The scratch folder.
        nodes: Names of the nodes that are to be in it.
        given: Names of those that do not run: nobody asks for their code.
    """
    kept = [node for node in spec.nodes if node.name in nodes]
    return dataclasses.replace(
        spec,
        nodes=tuple(_node(node, folder, nodes, given) for node in kept),
        enable_cache=False,
        settings=_quiet(spec.settings),
        backend=BackendSpec("local"),
        artifact_store=str(folder / "artifacts"),
        metadata_store=BackendSpec("sqlite", {"uri": str(folder / "metadata.db")}),
    )


def scratch_workspace(spec: PipelineSpec) -> Workspace:
    """The workspace of a scratch spec."""
    return dataclasses.replace(
        Workspace.default(),
        artifacts=ArtifactStore(spec.artifact_store),
        metadata=metadata_store_from_config(spec.metadata_store),
    )


def is_repeatable(node: NodeSpec) -> bool:
    """Whether running a node again acts on nothing but the scratch stores.

    A deployer of the user's own goes where only it knows, and so may an inferrer write.
    """
    if node.component == _INFERRER:
        return node.step is not None and node.step.source.startswith(_OWN_INFERRERS)
    return node.component != PUSHER or (
        node.step is not None and node.step.source == _FOLDER_DEPLOYER
    )


def _node(node: NodeSpec, folder: Path, nodes: Collection[str], given: Collection[str]) -> NodeSpec:
    step = node.step
    if step is not None and node.name in given:
        step = _NO_STEP
    elif step is not None and node.component == PUSHER:
        args = {**step.args, "path": str(folder / "deployed" / node.name)}
        step = dataclasses.replace(step, args=args)
    elif step is not None and node.component == _INFERRER and "output_path" in step.args:
        args = {**step.args, "output_path": str(folder / "written" / node.name)}
        step = dataclasses.replace(step, args=args)
    after = tuple(name for name in node.after if name in nodes)
    return dataclasses.replace(node, step=step, after=after, settings=_quiet(node.settings))


def _quiet(settings: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in settings.items() if key not in _ACTS_OUTSIDE}
