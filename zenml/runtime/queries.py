"""Questions about what ran."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from zenml.compiler.registry import COMPONENTS
from zenml.errors import PipelineError
from zenml.metadata import runs
from zenml.repo.repository import Repository
from zenml.runtime.workspace import Workspace

if TYPE_CHECKING:
    from zenml.spec import PipelineSpec

_COMPONENT_NAMES = {
    "datagen": "data",
    "datastatistics": "data_statistics",
    "dataschema": "data_schema",
    "splitgen": "split",
    "splitstatistics": "split_statistics",
    "splitschema": "split_schema",
    "transform": "preprocesser",
    "pusher": "deployer",
}
_STATUS = {"running": "Running", "succeeded": "Succeeded", "failed": "Failed"}


def status_of(pipeline: str) -> str:
    """State of the last run of a pipeline; see `BasePipeline.get_status`."""
    found = runs.list_runs(_store_of(pipeline), pipeline)
    return _STATUS.get(found[0].state, "Unknown") if found else "NotStarted"


def artifact_uris(pipeline: str, component: str) -> list[str]:
    """Where a node's artifacts lie; see `BasePipeline.get_artifacts_uri_by_component`."""
    specs = [spec for _, spec in Repository.get_instance().pipeline_specs(pipeline)]
    store = _store_of(pipeline)
    names: set[str] = set()
    for run in runs.list_runs(store, pipeline):
        executions = runs.nodes(store, run)
        names.update(execution.node for execution in executions)
        wanted = nodes_named(component, [execution.node for execution in executions], *specs)
        made = [execution for execution in executions if execution.node in wanted and execution.ok]
        if made:
            return [a.uri for one in made for values in one.outputs.values() for a in values]
    have = f"its nodes are {', '.join(sorted(names))}" if names else "it never ran"
    raise PipelineError(f"Pipeline {pipeline!r} has no results of {component!r}; {have}.")


def nodes_named(component: str, nodes: Collection[str], *specs: PipelineSpec) -> list[str]:
    """The nodes that a name means: a node's own, or that of a component, which several may have.

    Args:
        component: E.g. "split" or "SplitGen".
        nodes: Names of the nodes that there are.
        specs: Of the pipeline, which tell the components of its nodes.

    Example:
        >>> nodes_named("SplitGen", ["data", "split"]), nodes_named("Trainer", ["Trainer"])
        (['split'], ['Trainer'])
    """
    if component in nodes:
        return [component]
    name = component.lower()
    classes = {
        node.name: COMPONENTS.get(node.component, "").lower()
        for spec in specs
        for node in spec.nodes
    }
    found = [node for node in nodes if classes.get(node) == name]
    alias = _COMPONENT_NAMES.get(name, name)
    return found or [node for node in nodes if node.lower() == alias]


def _store_of(pipeline: str) -> Any:
    """The open metadata store that the pipeline last ran with."""
    specs = Repository.get_instance().pipeline_specs(pipeline)
    workspace = Workspace.of(specs[-1][1]) if specs else Workspace.default()
    return workspace.store()
