"""Executions: one node of one run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ml_metadata.proto import metadata_store_pb2

from zenml.metadata import artifacts, contexts, events
from zenml.metadata.artifacts import Artifact

_STATES = metadata_store_pb2.Execution
SUCCEEDED = (_STATES.COMPLETE, _STATES.CACHED)
DELETED = "zenml_deleted"


@dataclass(frozen=True)
class Execution:
    """One recorded execution.

    Attributes:
        id: Its number in the metadata store.
        node: Name of the node.
        state: "running", "succeeded", "cached", "failed" or "unknown".
        seconds: Wall time, where it was recorded.
        inputs: Input key -> artifacts.
        outputs: Output key -> artifacts.
        properties: Declared and custom properties together.

    Example:
        >>> Execution(1, "split", "cached").ok
        True
    """

    id: int
    node: str
    state: str
    seconds: float | None = None
    inputs: dict[str, list[Artifact]] = field(default_factory=dict)
    outputs: dict[str, list[Artifact]] = field(default_factory=dict)
    properties: dict[str, Any] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether its outputs can be used."""
        return self.state in ("succeeded", "cached")


_STATE_NAMES = {
    _STATES.NEW: "running",
    _STATES.RUNNING: "running",
    _STATES.COMPLETE: "succeeded",
    _STATES.CACHED: "cached",
    _STATES.FAILED: "failed",
    _STATES.CANCELED: "failed",
}
NODE = "zenml_node"
SECONDS = "zenml_seconds"
ERROR = "zenml_error"


def load(store: Any, protos: Sequence[Any]) -> list[Execution]:
    """Reads executions with the artifacts of their events, in three queries."""
    if not protos:
        return []
    told: dict[int, list[Any]] = {proto.id: [] for proto in protos}
    recorded = store.get_events_by_execution_ids(list(told))
    found = artifacts.by_id(store, (event.artifact_id for event in recorded))
    for event in recorded:
        told[event.execution_id].append(event)
    for proto in protos:
        if NODE not in proto.custom_properties:  # of TFX, and not (or not yet) ended well
            node = contexts.node_among(store.get_contexts_by_execution(proto.id))
            contexts.set_values(proto.custom_properties, {NODE: node})
    return [from_proto(proto, *events.sides(told[proto.id], found)) for proto in protos]


def event_key(event: Any) -> str:
    """The key of the input or output that an event is about."""
    return events.places(event)[0][0]


def from_proto(
    proto: Any, inputs: dict[str, list[Artifact]], outputs: dict[str, list[Artifact]]
) -> Execution:
    """An execution, of its record and the artifacts around it."""
    properties = {
        **contexts.get_values(proto.properties),
        **contexts.get_values(proto.custom_properties),
    }
    return Execution(
        id=proto.id,
        node=str(properties.get(NODE, "")),
        state=_STATE_NAMES.get(proto.last_known_state, "unknown"),
        seconds=properties.get(SECONDS),
        inputs=inputs,
        outputs=outputs,
        properties=properties,
    )


def of_context(store: Any, context: Any) -> list[Execution]:
    """All executions of a context, oldest first."""
    protos = sorted(store.get_executions_by_context(context.id), key=lambda proto: proto.id)
    return load(store, protos)


def candidates(store: Any, fingerprint: str) -> list[Execution]:
    """Executions that ended well with that fingerprint, newest first."""
    context = contexts.find(store, contexts.FINGERPRINT, fingerprint)
    if context is None:
        return []
    protos = [
        proto
        for proto in store.get_executions_by_context(context.id)
        if proto.last_known_state in SUCCEEDED and DELETED not in proto.custom_properties
    ]
    return load(store, sorted(protos, key=lambda proto: -proto.id))


def annotate(store: Any, execution_id: int, values: Mapping[str, Any]) -> None:
    """Sets custom properties of an execution."""
    (proto,) = store.get_executions_by_id([execution_id])
    contexts.set_values(proto.custom_properties, dict(values))
    store.put_executions([proto])


def fail(store: Any, execution_ids: Iterable[int], error: str) -> None:
    """Marks executions that never came to an end as failed."""
    protos = store.get_executions_by_id(sorted(set(execution_ids)))
    for proto in protos:
        proto.last_known_state = _STATES.FAILED
        contexts.set_values(proto.custom_properties, {ERROR: error})
    if protos:
        store.put_executions(protos)


def put(
    store: Any, execution: Any, pairs: Sequence[Any], in_contexts: Sequence[Any]
) -> tuple[int, list[int]]:
    """Writes an execution, its events and new artifacts in one transaction.

    Contexts that have a number stay as they are recorded, and get theirs where
    they have none: the protos are changed.

    Returns:
        Numbers of the execution and of the artifacts.
    """
    number, made, found = store.put_execution(
        execution,
        list(pairs),
        list(in_contexts),
        reuse_context_if_already_exist=True,
        force_reuse_context=True,
    )
    for context, known in zip(in_contexts, found, strict=True):
        context.id = known
    return int(number), list(made)
