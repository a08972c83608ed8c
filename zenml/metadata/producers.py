"""Who made what: artifacts and the executions that they came out of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ml_metadata.proto import metadata_store_pb2

from zenml.metadata import artifacts, contexts, executions
from zenml.metadata.artifacts import Artifact
from zenml.metadata.executions import Execution

_OUTPUTS = (metadata_store_pb2.Event.OUTPUT, metadata_store_pb2.Event.DECLARED_OUTPUT)


@dataclass(frozen=True)
class Producer:
    """Where an artifact came from.

    Attributes:
        execution: Number of the execution that made it; one that reused it did not.
        run: Name of the run, "" where it is not known.
        pipeline: Name of the pipeline, "" where it is not known.
        node: Name of the node.
        output: Key of the output.

    Example:
        >>> Producer(3, "p-1", "p", "split", "examples").node
        'split'
    """

    execution: int
    run: str
    pipeline: str
    node: str
    output: str


def output_events(store: Any, artifact_ids: Iterable[int]) -> list[Any]:
    """The events in which artifacts came out of executions, the oldest execution first."""
    ids = sorted(set(artifact_ids))
    events = store.get_events_by_artifact_ids(ids) if ids else []
    made = [event for event in events if event.type in _OUTPUTS]
    return sorted(made, key=lambda event: event.execution_id)


def producer_of(store: Any, artifact: Artifact) -> Producer | None:
    """The execution that made an artifact; None for one that was saved by hand."""
    events = output_events(store, [artifact.id])
    if not events:
        return None
    number = events[0].execution_id
    run = pipeline = node = ""
    for context in store.get_contexts_by_execution(number):
        if context.type == contexts.PIPELINE_RUN:
            run = context.name
        elif context.type == contexts.PIPELINE:
            pipeline = context.name
        elif context.type == contexts.NODE:
            node = context.name
    node = node.removeprefix(f"{pipeline}.")
    return Producer(number, run, pipeline, node, executions.event_key(events[0]))


def outputs_of_node(store: Any, node: Any) -> dict[str, list[Artifact]]:
    """Output key -> what a node made in all of its runs; what it reused was made before.

    Args:
        store: The open metadata store.
        node: The context of the node.
    """
    made = [
        proto.id
        for proto in store.get_executions_by_context(node.id)
        if proto.last_known_state == metadata_store_pb2.Execution.COMPLETE
    ]
    events = store.get_events_by_execution_ids(made) if made else []
    keys = {e.artifact_id: executions.event_key(e) for e in events if e.type in _OUTPUTS}
    found: dict[str, list[Artifact]] = {}
    for number, artifact in sorted(artifacts.by_id(store, keys).items()):
        found.setdefault(keys[number], []).append(artifact)
    return found


def original_of(store: Any, execution: Execution) -> Execution:
    """The execution whose result a cached one took; any other is its own."""
    if execution.state != "cached":
        return execution
    made = _artifact_ids(execution)
    mark = str(execution.properties.get(contexts.FINGERPRINT, ""))
    for candidate in executions.candidates(store, mark):
        if candidate.id < execution.id and _artifact_ids(candidate) == made:
            return candidate
    return execution


def _artifact_ids(execution: Execution) -> set[int]:
    return {artifact.id for values in execution.outputs.values() for artifact in values}
