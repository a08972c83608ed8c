"""Earlier: what the nodes of a pipeline did in the runs before."""

from __future__ import annotations

from typing import Any

from zenml.metadata import contexts, executions
from zenml.metadata.executions import Execution

_ENDED = ("succeeded", "cached", "failed")
_EACH = 5


class Earlier:
    """Finds the newest executions of the nodes of a pipeline.

    A few runs are read as a whole, each once, for they mostly have all the nodes: a
    node costs next to nothing, however many there are, and however many runs were.
    A node that none of them has is looked for by itself.

    Args:
        store: The open metadata store.
        pipeline: Name of the pipeline.

    Example:
        >>> import os, tempfile
        >>> from zenml.metadata import SQLiteMetadataStore
        >>> uri = os.path.join(tempfile.mkdtemp(), "metadata.db")
        >>> Earlier(SQLiteMetadataStore(uri=uri).open(), "p").of("trainer")
        []
    """

    def __init__(self, store: Any, pipeline: str) -> None:
        """Asks nothing yet."""
        self._store = store
        self._pipeline = pipeline
        self._read: dict[int, dict[str, list[Execution]]] = {}
        self._runs: list[int] | None = None

    def of(self, node: str) -> list[Execution]:
        """The newest executions of a node that ended, back to one that ended well.

        Newest first, and without their artifacts.
        """
        name = contexts.node_name(self._pipeline, node)
        context = contexts.find(self._store, contexts.NODE, name)
        if context is None:
            return []
        found: list[Execution] = []
        for run in self._runs_of(context):
            found += self._in_run(run).get(node, [])
            if any(execution.ok for execution in found):
                return found
        return found or _ended(self._store, context.id, _newest(_EACH))

    def beside(self, execution_id: int) -> dict[str, Execution]:
        """Node -> its newest execution, in the run that an execution is part of."""
        around = self._store.get_contexts_by_execution(execution_id)
        runs = [context.id for context in around if context.type == contexts.PIPELINE_RUN]
        return {node: found[0] for run in runs for node, found in self._in_run(run).items()}

    def _runs_of(self, node: Any) -> list[int]:
        """Numbers of the newest runs that have a node, as the first one asked for has it."""
        if self._runs is None:
            newest = self._store.get_executions_by_context(node.id, list_options=_newest(_EACH))
            around = [self._store.get_contexts_by_execution(proto.id) for proto in newest]
            found = {c.id for each in around for c in each if c.type == contexts.PIPELINE_RUN}
            self._runs = sorted(found, reverse=True)
        return self._runs

    def _in_run(self, run: int) -> dict[str, list[Execution]]:
        if run not in self._read:
            found: dict[str, list[Execution]] = {}
            for execution in _ended(self._store, run):
                found.setdefault(execution.node, []).append(execution)
            self._read[run] = found
        return self._read[run]


def _newest(most: int) -> Any:
    from ml_metadata.metadata_store import ListOptions, OrderByField

    return ListOptions(limit=most, order_by=OrderByField.ID, is_asc=False)


def _ended(store: Any, context: int, options: Any = None) -> list[Execution]:
    protos = store.get_executions_by_context(context, list_options=options)
    newest = sorted(protos, key=lambda proto: -proto.id)
    found = [executions.from_proto(proto, {}, {}) for proto in newest]
    return [execution for execution in found if execution.state in _ENDED]


def run_of(store: Any, execution_id: int) -> str:
    """Name of the run that an execution is part of; "" where it is of none."""
    around = store.get_contexts_by_execution(execution_id)
    return next((each.name for each in around if each.type == contexts.PIPELINE_RUN), "")
