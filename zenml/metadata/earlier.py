"""Earlier: what the nodes of a pipeline did in the runs before."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from zenml.metadata import contexts, executions
from zenml.metadata.executions import Execution

_ENDED = ("succeeded", "cached", "failed")
_RUNS = 20  # the newest ones; those of the pipeline among them are looked into
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

    def of(self, node: str) -> list[Execution]:
        """The newest executions of a node that ended, back to one that ended well.

        Newest first, and without their artifacts.
        """
        name = contexts.node_name(self._pipeline, node)
        context = contexts.find(self._store, contexts.NODE, name)
        if context is None:
            return []
        found: list[Execution] = []
        for run in self._runs[:_EACH]:
            found += self._in_run(run).get(node, [])
            if any(execution.ok for execution in found):
                return found
        return found or _ended(self._store, context.id, _newest(_EACH))

    @cached_property
    def _runs(self) -> list[int]:
        """Numbers of the newest runs of the pipeline, the newest first."""
        options = _newest(_RUNS, f"type = '{contexts.PIPELINE_RUN}'")
        return [
            context.id
            for context in self._store.get_contexts(list_options=options)
            if context.custom_properties["zenml_pipeline"].string_value == self._pipeline
        ]

    def _in_run(self, run: int) -> dict[str, list[Execution]]:
        if run not in self._read:
            found: dict[str, list[Execution]] = {}
            for execution in _ended(self._store, run):
                found.setdefault(execution.node, []).append(execution)
            self._read[run] = found
        return self._read[run]


def _newest(most: int, query: str | None = None) -> Any:
    from ml_metadata.metadata_store import ListOptions, OrderByField

    return ListOptions(limit=most, order_by=OrderByField.ID, is_asc=False, filter_query=query)


def _ended(store: Any, context: int, options: Any = None) -> list[Execution]:
    protos = store.get_executions_by_context(context, list_options=options)
    newest = sorted(protos, key=lambda proto: -proto.id)
    found = [executions.from_proto(proto, {}, {}) for proto in newest]
    return [execution for execution in found if execution.state in _ENDED]


def run_of(store: Any, execution_id: int) -> str:
    """Name of the run that an execution is part of; "" where it is of none."""
    around = store.get_contexts_by_execution(execution_id)
    return next((each.name for each in around if each.type == contexts.PIPELINE_RUN), "")
