"""Questions about what ran."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from zenml.errors import PipelineError
from zenml.metadata import runs
from zenml.repo.repository import Repository
from zenml.runtime.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd

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
    node = node_name(component)
    store = _store_of(pipeline)
    names: set[str] = set()
    for run in runs.list_runs(store, pipeline):
        executions = runs.nodes(store, run)
        names.update(execution.node for execution in executions)
        for execution in executions:
            if execution.node == node and execution.ok:
                return [a.uri for values in execution.outputs.values() for a in values]
    have = f"its nodes are {', '.join(sorted(names))}" if names else "it never ran"
    raise PipelineError(f"Pipeline {pipeline!r} has no results of {component!r}; {have}.")


def rows_of(pipeline: str, node: str, rows: int | None = None) -> pd.DataFrame:
    """Rows of the examples that a node made in the last run, all splits one after the other.

    Args:
        pipeline: Name of the pipeline.
        node: Name of the node.
        rows: How many at most; None is all.
    """
    import pandas as pd

    from zenml.records.folders import list_splits
    from zenml.records.tables import sample

    if rows is not None and (type(rows) is not int or rows < 0):
        raise PipelineError(f"sample_size is {rows!r}; it must be a whole number, or None for all.")
    (uri,) = artifact_uris(pipeline, node)
    left = sys.maxsize if rows is None else rows
    tables: list[pd.DataFrame] = []
    for split in list_splits(uri):
        tables.append(sample(uri, split, left))
        left -= len(tables[-1])
    return pd.concat(tables, ignore_index=True)


def node_name(component: str) -> str:
    """The node that a name means: its own, or that of its component.

    Example:
        >>> node_name("SplitGen"), node_name("trainer")
        ('split', 'trainer')
    """
    return _COMPONENT_NAMES.get(component.lower(), component.lower())


def _store_of(pipeline: str) -> Any:
    """The open metadata store that the pipeline last ran with."""
    specs = Repository.get_instance().pipeline_specs(pipeline)
    workspace = Workspace.of(specs[-1][1]) if specs else Workspace.default()
    return workspace.store()
