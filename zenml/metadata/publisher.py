"""Publisher: writes the executions of a run, each state of one in a single transaction.

ML Metadata puts all artifacts of a transaction into the same contexts. So where a node
made more than one, which names they have versions of is written in a second one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ml_metadata.proto import metadata_store_pb2

from zenml.metadata import artifacts, contexts, events, executions, reuse
from zenml.metadata.artifact_versions import NAME, VALUE_TYPE
from zenml.metadata.artifacts import Artifact
from zenml.metadata.executions import Execution
from zenml.metadata.reuse import Reuse

Inputs = Mapping[str, Sequence[Artifact]]
_STATES = metadata_store_pb2.Execution


@dataclass(frozen=True)
class Made:
    """What a node made, and where it lies.

    Attributes:
        uri: Its folder.
        name: Of the artifact: the versions of one name count up.
        properties: Custom properties.

    Example:
        >>> Made("/store/model/1", "p::trainer::model").properties
        {}
    """

    uri: str
    name: str
    properties: Mapping[str, Any] = field(default_factory=dict)


class Publisher:
    """Writes what the nodes of one run do.

    The contexts of pipeline and run are looked up once; those of a node are made
    with its execution. So a node costs the same in a run of ten and of a thousand.

    Args:
        store: The open metadata store.
        pipeline: Name of the pipeline.
        run: Context of the run.

    Example:
        >>> import os, tempfile
        >>> from zenml.metadata import SQLiteMetadataStore, runs
        >>> uri = os.path.join(tempfile.mkdtemp(), "metadata.db")
        >>> store = SQLiteMetadataStore(uri=uri).open()
        >>> run = runs.start(store, name="p-1", pipeline="p", file="")
        >>> publisher = Publisher(store, "p", run)
        >>> number = publisher.begin("mine.Step", "load", "f" * 64, {}, {})
        >>> ended = publisher.complete("load", {"output": Made("/tmp/1", "p::load::output")})
        >>> ended.state, list(ended.outputs)
        ('succeeded', ['output'])
    """

    def __init__(self, store: Any, pipeline: str, run: Any) -> None:
        """Looks up the contexts that all nodes share."""
        self.store = store
        self.pipeline = pipeline
        self._shared = [contexts.ensure(store, contexts.PIPELINE, pipeline), run]
        self._types: dict[str, int] = {}
        self._begun: dict[str, tuple[Any, list[Any], events.Side]] = {}

    def begin(
        self, kind: str, node: str, fingerprint: str, inputs: Inputs, values: Mapping[str, Any]
    ) -> int:
        """Records that a node runs.

        Args:
            kind: Its execution type.
            node: Its name.
            fingerprint: What finds its result again.
            inputs: Input key -> artifacts it reads.
            values: Custom properties.

        Returns:
            Number of the execution.
        """
        proto = metadata_store_pb2.Execution(
            type_id=self._execution_type(kind), last_known_state=_STATES.RUNNING
        )
        contexts.set_values(proto.custom_properties, dict(values))
        around = [*self._around(node), self._context(contexts.FINGERPRINT, fingerprint)]
        pairs = events.events_of(events.INPUT, inputs)
        proto.id, _ = executions.put(self.store, proto, pairs, around)
        side = {key: list(found) for key, found in inputs.items()}
        self._begun[node] = proto, around, side
        return int(proto.id)

    def complete(
        self, node: str, made: Mapping[str, Made], values: Mapping[str, Any] | None = None
    ) -> Execution:
        """Records that a node ended well, and what it made.

        Args:
            node: Its name.
            made: Output key -> what lies there.
            values: Further custom properties of the execution.
        """
        proto, around, inputs = self._begun.pop(node)
        proto.last_known_state = _STATES.COMPLETE
        contexts.set_values(proto.custom_properties, dict(values or {}))
        protos = [self._artifact(one) for one in made.values()]
        pairs = [
            (artifact, events.event(events.OUTPUT, [(key, 0)]))
            for key, artifact in zip(made, protos, strict=True)
        ]
        names = [self._context(contexts.ARTIFACT, one.name) for one in made.values()]
        alone = names if len(names) == 1 else []  # of one output, in the same transaction
        _, numbers = executions.put(self.store, proto, pairs, [*around, *alone])
        for artifact, number in zip(protos, numbers, strict=True):
            artifact.id = number
        if len(names) > 1:
            self._attribute(protos, names)
        outputs = {key: [artifacts.from_proto(one)] for key, one in zip(made, protos, strict=True)}
        return executions.from_proto(proto, inputs, outputs)

    def fail(self, node: str, error: str, values: Mapping[str, Any] | None = None) -> None:
        """Records that a node failed."""
        proto, around, _ = self._begun.pop(node)
        proto.last_known_state = _STATES.FAILED
        contexts.set_values(proto.custom_properties, {**(values or {}), executions.ERROR: error})
        executions.put(self.store, proto, [], around)

    def cached(
        self, original: Execution, node: str, inputs: Inputs, values: Mapping[str, Any]
    ) -> Execution:
        """Records that a node's result was taken from an earlier execution."""
        return self.reused([Reuse(node, original, inputs, values)])[0]

    def reused(self, nodes: Sequence[Reuse]) -> list[Execution]:
        """Records of several nodes that their results were taken from earlier executions."""
        return reuse.publish(self.store, self.pipeline, nodes, self._shared) if nodes else []

    def _around(self, node: str) -> list[Any]:
        name = contexts.node_name(self.pipeline, node)
        return [*self._shared, self._context(contexts.NODE, name)]

    def _context(self, kind: str, name: str) -> Any:
        """A context that is made, where it is missing, with the execution that it is put with."""
        if kind not in self._types:
            self._types[kind] = contexts.type_id(self.store, kind)
        return metadata_store_pb2.Context(type_id=self._types[kind], name=name)

    def _execution_type(self, kind: str) -> int:
        if kind not in self._types:
            made = metadata_store_pb2.ExecutionType(name=kind)
            self._types[kind] = self.store.put_execution_type(made)
        return self._types[kind]

    def _artifact(self, made: Made) -> Any:
        if VALUE_TYPE not in self._types:
            kind = metadata_store_pb2.ArtifactType(name=VALUE_TYPE)
            self._types[VALUE_TYPE] = self.store.put_artifact_type(kind)
        proto = metadata_store_pb2.Artifact(
            type_id=self._types[VALUE_TYPE],
            type=VALUE_TYPE,
            uri=made.uri,
            state=metadata_store_pb2.Artifact.LIVE,
        )
        contexts.set_values(proto.custom_properties, {**made.properties, NAME: made.name})
        return proto

    def _attribute(self, protos: list[Any], names: list[Any]) -> None:
        """Puts each artifact into the context of its name."""
        pairs = [
            metadata_store_pb2.Attribution(
                artifact_id=artifact.id,
                context_id=contexts.ensure(self.store, contexts.ARTIFACT, context.name).id,
            )
            for artifact, context in zip(protos, names, strict=True)
        ]
        self.store.put_attributions_and_associations(pairs, [])
