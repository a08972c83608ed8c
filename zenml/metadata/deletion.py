"""Deleting: ML Metadata keeps every record, so what is deleted is marked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from zenml.metadata import artifacts, contexts, runs
from zenml.metadata.artifact_versions import SAVED
from zenml.metadata.artifacts import Artifact
from zenml.metadata.runs import DELETED, UNLISTED, Run


def mark_run(store: Any, run: Run, execution_ids: Iterable[int]) -> None:
    """Marks a run as deleted, and those of its executions that no cache may use any more."""
    protos = store.get_executions_by_id(sorted(set(execution_ids)))
    for proto in protos:
        contexts.set_values(proto.custom_properties, {DELETED: 1})
    if protos:
        store.put_executions(protos)
    (context,) = store.get_contexts_by_id([run.id])
    contexts.set_properties(store, context, {DELETED: 1})


def unlist(store: Any, pipeline: str) -> int:
    """Marks the runs of a pipeline as unlisted; returns how many they are."""
    found = [run for run in runs.list_runs(store, pipeline) if not run.unlisted]
    for context in store.get_contexts_by_id([run.id for run in found]) if found else []:
        contexts.set_properties(store, context, {UNLISTED: 1})
    return len(found)


def forgotten(store: Any) -> set[int]:
    """Numbers of the executions that only deleted runs have.

    An execution that made or described a commit of a datasource is never one.
    """
    marked = store.get_contexts_by_type(contexts.PIPELINE_RUN)
    gone = [context.id for context in marked if DELETED in context.custom_properties]
    found = {proto.id for run in gone for proto in store.get_executions_by_context(run)}
    for commit in store.get_contexts_by_type(contexts.COMMIT) if found else ():
        found -= {proto.id for proto in store.get_executions_by_context(commit.id)}
    return found


def unused(store: Any, found: Iterable[Artifact]) -> list[Artifact]:
    """Those artifacts that are there, and that nothing made, reused or read that still counts.

    What was saved by hand is always used.
    """
    without = forgotten(store)
    users = _users(store, found)
    return [artifact for artifact, numbers in users if without.issuperset(numbers)]


def only_of(store: Any, run: Run, found: Iterable[Artifact]) -> list[Artifact]:
    """Those artifacts that would be unused without a run.

    As `unused`, and in a time that does not grow with the number of runs.
    """
    known: dict[int, bool] = {}

    def counts(execution: int) -> bool:
        if execution not in known:
            known[execution] = _counts(store.get_contexts_by_execution(execution), run)
        return known[execution]

    users = _users(store, found)
    return [artifact for artifact, numbers in users if not any(map(counts, numbers))]


def _counts(around: Iterable[Any], without: Run) -> bool:
    """Whether an execution, told by its contexts, uses what it reads and makes."""
    in_runs = [context for context in around if context.type == contexts.PIPELINE_RUN]
    left = [c for c in in_runs if c.id != without.id and DELETED not in c.custom_properties]
    of_commit = any(context.type == contexts.COMMIT for context in around)
    return bool(of_commit or left or not in_runs)


def _users(store: Any, found: Iterable[Artifact]) -> list[tuple[Artifact, list[int]]]:
    """Artifacts that are there, each with the executions that made or read it, newest first."""
    asked = {a.id: a for a in found if a.live and not a.properties.get(SAVED)}
    users: dict[int, set[int]] = {number: set() for number in asked}
    for event in store.get_events_by_artifact_ids(list(asked)) if asked else ():
        users[event.artifact_id].add(event.execution_id)
    return [(asked[number], sorted(users[number], reverse=True)) for number in asked]


def live_artifacts(store: Any) -> list[Artifact]:
    """Every artifact whose files are there, as far as is recorded."""
    found = [artifacts.from_proto(proto) for proto in store.get_artifacts()]
    return [artifact for artifact in found if artifact.live]
