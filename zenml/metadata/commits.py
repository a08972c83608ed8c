"""Commits of datasources: contexts that hold a snapshot and its description."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ml_metadata.proto import metadata_store_pb2

from zenml.metadata import contexts, executions
from zenml.metadata.executions import Execution

COMMITTING = "datasource-"  # how the runs that commit one are called, before its name


@dataclass(frozen=True)
class Commit:
    """One commit of a datasource.

    Attributes:
        id: 40 hex digits, the hash of its content.
        datasource: Name of the datasource.
        committed: Unix seconds of the last time that it was committed.
        rows: Number of rows.
        source_marks: Fingerprints of the source in states that gave this content.
        context: Number of its context in the metadata store.

    Example:
        >>> Commit("ab" * 20, "penguins", 1.0, 344, frozenset(), 1).short
        'abababababab'
    """

    id: str
    datasource: str
    committed: float
    rows: int
    source_marks: frozenset[str]
    context: int

    @property
    def short(self) -> str:
        """Its first digits."""
        return self.id[:12]


def list_commits(store: Any, datasource: str | None = None) -> list[Commit]:
    """Commits, oldest first.

    Args:
        store: The open metadata store.
        datasource: Only those of the datasource of that name.
    """
    found = [_from_context(context) for context in store.get_contexts_by_type(contexts.COMMIT)]
    wanted = [commit for commit in found if datasource in (None, commit.datasource)]
    return sorted(wanted, key=lambda commit: commit.committed)


def _from_context(context: Any) -> Commit:
    values = contexts.get_values(context.custom_properties)
    return Commit(
        id=str(values.get("commit", "")),
        datasource=str(values.get("datasource", "")),
        committed=float(values.get("committed", 0.0)),
        rows=int(values.get("rows", 0)),
        source_marks=frozenset(str(values.get("source_marks", "")).split()),
        context=context.id,
    )


def record(
    store: Any, *, datasource: str, commit: str, rows: int, source_mark: str, made_by: Sequence[int]
) -> Any:
    """Records a commit, or that it was committed once more.

    Args:
        store: The open metadata store.
        datasource: Name of the datasource.
        commit: The commit.
        rows: Its number of rows.
        source_mark: Fingerprint of the source as it was read.
        made_by: Numbers of the executions that read and described it.
    """
    context = contexts.ensure(store, contexts.COMMIT, f"{datasource}@{commit}")
    marks = set(str(contexts.get_values(context.custom_properties).get("source_marks", "")).split())
    values = {
        "datasource": datasource,
        "commit": commit,
        "committed": time.time(),
        "rows": rows,
        "source_marks": " ".join(sorted(marks | {source_mark})),
    }
    contexts.set_properties(store, context, values)
    associate(store, context, made_by)
    return context


def associate(store: Any, context: Any, execution_ids: Sequence[int]) -> None:
    """Puts executions into a context."""
    associations = [
        metadata_store_pb2.Association(context_id=context.id, execution_id=number)
        for number in execution_ids
    ]
    store.put_attributions_and_associations([], associations)


def executions_of(store: Any, commit: Commit) -> dict[str, Execution]:
    """Node -> the newest execution that made or described a commit."""
    (context,) = store.get_contexts_by_id([commit.context])
    return {e.node: e for e in executions.of_context(store, context) if e.ok}
