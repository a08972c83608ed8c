"""Executions: one node of one run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ml_metadata.proto import metadata_store_pb2

from zenml.metadata import artifacts, contexts
from zenml.metadata.artifacts import Artifact

_STATES = metadata_store_pb2.Execution
SUCCEEDED = (_STATES.COMPLETE, _STATES.CACHED)


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
    events = store.get_events_by_execution_ids([proto.id for proto in protos])
    found = artifacts.by_id(store, (event.artifact_id for event in events))
    sides: dict[int, tuple[dict[str, list[Artifact]], dict[str, list[Artifact]]]] = {
        proto.id: ({}, {}) for proto in protos
    }
    for event in events:
        is_output = event.type in (
            metadata_store_pb2.Event.OUTPUT,
            metadata_store_pb2.Event.DECLARED_OUTPUT,
        )
        side = sides[event.execution_id][int(is_output)]
        if event.artifact_id in found:
            side.setdefault(_key(event), []).append(found[event.artifact_id])
    return [_from_proto(proto, *sides[proto.id]) for proto in protos]


def _key(event: Any) -> str:
    keys = [step.key for step in event.path.steps if step.WhichOneof("value") == "key"]
    return keys[0] if keys else ""


def _from_proto(
    proto: Any, inputs: dict[str, list[Artifact]], outputs: dict[str, list[Artifact]]
) -> Execution:
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
        if proto.last_known_state in SUCCEEDED
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


def publish_cached(
    store: Any,
    original: Execution,
    inputs: Mapping[str, Sequence[Artifact]],
    values: Mapping[str, Any],
    in_contexts: Sequence[Any],
) -> Execution:
    """Records that a node's result was taken from an earlier execution.

    The new execution is of the same type, with the same outputs, as TFX writes
    it when its own cache is used.
    """
    (proto,) = store.get_executions_by_id([original.id])
    execution = metadata_store_pb2.Execution(type_id=proto.type_id, last_known_state=_STATES.CACHED)
    for key, value in proto.properties.items():
        execution.properties[key].CopyFrom(value)
    contexts.set_values(execution.custom_properties, dict(values))
    pairs = [
        *_events(inputs, metadata_store_pb2.Event.INPUT, store),
        *_events(original.outputs, metadata_store_pb2.Event.OUTPUT, store),
    ]
    execution_id, _, _ = store.put_execution(execution, pairs, list(in_contexts))
    execution.id = execution_id
    return _from_proto(execution, {k: list(v) for k, v in inputs.items()}, dict(original.outputs))


def _events(side: Mapping[str, Sequence[Artifact]], kind: Any, store: Any) -> list[Any]:
    ids = [artifact.id for values in side.values() for artifact in values]
    protos = {proto.id: proto for proto in store.get_artifacts_by_id(ids)} if ids else {}
    pairs = []
    for key, values in side.items():
        for index, artifact in enumerate(values):
            event = metadata_store_pb2.Event(type=kind)
            event.path.steps.add().key = key
            event.path.steps.add().index = index
            pairs.append((protos[artifact.id], event))
    return pairs
