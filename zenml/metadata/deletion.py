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


def forgotten(store: Any, deleted: Iterable[int] = ()) -> set[int]:
    """Numbers of the executions that only deleted runs have.

    An execution that made or described a commit of a datasource is never one.

    Args:
        store: The open metadata store.
        deleted: Numbers of runs that count as deleted although they are not marked yet.
    """
    gone = {*deleted, *_marked(store)}
    found = {proto.id for run in gone for proto in store.get_executions_by_context(run)}
    for commit in store.get_contexts_by_type(contexts.COMMIT):
        found -= {proto.id for proto in store.get_executions_by_context(commit.id)}
    return found


def _marked(store: Any) -> list[int]:
    found = store.get_contexts_by_type(contexts.PIPELINE_RUN)
    return [context.id for context in found if DELETED in context.custom_properties]


def unused(store: Any, found: Iterable[Artifact], without: set[int]) -> list[Artifact]:
    """Those artifacts that are there, and that nothing made, reused or read that still counts.

    What was saved by hand is always used.

    Args:
        store: The open metadata store.
        found: The artifacts in question.
        without: Numbers of the executions that do not count; see `forgotten`.
    """
    asked = {a.id: a for a in found if a.live and not a.properties.get(SAVED)}
    events = store.get_events_by_artifact_ids(list(asked)) if asked else []
    used = {event.artifact_id for event in events if event.execution_id not in without}
    return [artifact for number, artifact in asked.items() if number not in used]


def live_artifacts(store: Any) -> list[Artifact]:
    """Every artifact whose files are there, as far as is recorded."""
    found = [artifacts.from_proto(proto) for proto in store.get_artifacts()]
    return [artifact for artifact in found if artifact.live]
