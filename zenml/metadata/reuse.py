"""Reuse: results of earlier executions that stand for those of nodes of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ml_metadata.proto import metadata_store_pb2

from zenml.metadata import contexts, events, executions
from zenml.metadata.artifacts import Artifact
from zenml.metadata.executions import Execution

_CACHED = metadata_store_pb2.Execution.CACHED


@dataclass(frozen=True)
class Reuse:
    """A node whose result is there.

    Attributes:
        node: Its name.
        original: The execution that made the result.
        inputs: Input key -> artifacts that the node would have read.
        values: Custom properties of its execution.

    Example:
        >>> Reuse("split", Execution(1, "split", "succeeded")).execution.state
        'cached'
    """

    node: str
    original: Execution
    inputs: Mapping[str, Sequence[Artifact]] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def execution(self) -> Execution:
        """Its execution, before it is recorded."""
        inputs = {key: list(found) for key, found in self.inputs.items()}
        outputs = dict(self.original.outputs)
        return Execution(0, self.node, "cached", inputs=inputs, outputs=outputs)


def publish(
    store: Any, pipeline: str, reuses: Sequence[Reuse], shared: Sequence[Any]
) -> list[Execution]:
    """Records that nodes took results of earlier executions: of all in three transactions.

    The new executions are of the same type, with the same outputs, as TFX writes
    them when its own cache is used.

    Args:
        store: The open metadata store.
        pipeline: Name of the pipeline.
        reuses: The nodes.
        shared: Contexts of pipeline and run.
    """
    recorded = store.get_executions_by_id(sorted({reuse.original.id for reuse in reuses}))
    originals = {proto.id: proto for proto in recorded}
    protos = [_proto(reuse, originals[reuse.original.id]) for reuse in reuses]
    edges = [
        (number, None, event)
        for number, reuse in enumerate(reuses)
        for _, event in [
            *events.events_of(events.INPUT, reuse.inputs),
            *events.events_of(events.OUTPUT, reuse.original.outputs),
        ]
    ]
    ids, _, _ = store.put_lineage_subgraph(
        protos, [], list(shared), edges, reuse_context_if_already_exist=True
    )
    for proto, number in zip(protos, ids, strict=True):
        proto.id = number
    _put_around(store, pipeline, reuses, ids, shared)
    return [
        executions.from_proto(proto, reuse.execution.inputs, reuse.execution.outputs)
        for proto, reuse in zip(protos, reuses, strict=True)
    ]


def _proto(reuse: Reuse, original: Any) -> Any:
    proto = metadata_store_pb2.Execution(type_id=original.type_id, last_known_state=_CACHED)
    for key, value in original.properties.items():
        proto.properties[key].CopyFrom(value)
    contexts.set_values(proto.custom_properties, dict(reuse.values))
    return proto


def _put_around(
    store: Any, pipeline: str, reuses: Sequence[Reuse], ids: Sequence[int], shared: Sequence[Any]
) -> None:
    """Puts the executions into the contexts of their nodes, and the artifacts into all."""
    associations = []
    attributions: set[tuple[int, int]] = set()
    for reuse, number in zip(reuses, ids, strict=True):
        name = contexts.node_name(pipeline, reuse.node)
        node = contexts.ensure(store, contexts.NODE, name).id
        associations.append(metadata_store_pb2.Association(context_id=node, execution_id=number))
        for side in (reuse.inputs, reuse.original.outputs):
            artifacts = [artifact.id for found in side.values() for artifact in found]
            around = [node, *(context.id for context in shared)]
            attributions.update((artifact, context) for artifact in artifacts for context in around)
    pairs = [
        metadata_store_pb2.Attribution(artifact_id=artifact, context_id=context)
        for artifact, context in sorted(attributions)
    ]
    store.put_attributions_and_associations(pairs, associations)
