"""Copies: executions of one metadata store recorded in another, as results to go on from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ml_metadata.proto import metadata_store_pb2

from zenml.metadata import artifacts, contexts, events, executions
from zenml.metadata.artifacts import Artifact
from zenml.metadata.executions import Execution


def copy(
    source: Any,
    target: Any,
    original: Execution,
    *,
    pipeline: str,
    run: Any,
    inputs: Mapping[str, Sequence[Artifact]],
) -> Execution:
    """Records an execution of one store in another, as reused; the files stay where they are.

    Args:
        source: The open metadata store that has it.
        target: The open metadata store that gets it.
        original: The execution.
        pipeline: Name of the pipeline.
        run: Context of the run, in `target`.
        inputs: What it reads there: input key -> artifacts.
    """
    (proto,) = source.get_executions_by_id([original.id])
    (kind,) = source.get_execution_types_by_id([proto.type_id])
    made = metadata_store_pb2.Execution(
        type_id=target.put_execution_type(_unnumbered(kind)),
        last_known_state=metadata_store_pb2.Execution.CACHED,
    )
    _copy_properties(proto, made)
    around = [
        contexts.ensure(target, contexts.PIPELINE, pipeline),
        run,
        contexts.ensure(target, contexts.NODE, contexts.node_name(pipeline, original.node)),
    ]
    outputs = _records(source, target, original.outputs)
    pairs = [
        (artifact, events.event(events.OUTPUT, [(key, index)]))
        for key, found in outputs.items()
        for index, artifact in enumerate(found)
    ]
    number, ids = executions.put(
        target, made, [*events.events_of(events.INPUT, inputs), *pairs], around
    )
    for (artifact, _), given in zip(pairs, ids[len(ids) - len(pairs) :], strict=True):
        artifact.id = given
    made.id = number
    side = {key: list(found) for key, found in inputs.items()}
    told = {key: [artifacts.from_proto(one) for one in found] for key, found in outputs.items()}
    return executions.from_proto(made, side, told)


def copy_artifacts(
    source: Any, target: Any, side: Mapping[str, Sequence[Artifact]]
) -> dict[str, list[Artifact]]:
    """Records artifacts of one store in another; the files stay where they are.

    Args:
        source: The open metadata store that has them.
        target: The open metadata store that gets them.
        side: Key -> artifacts.

    Returns:
        Key -> the same artifacts in the other store.
    """
    made = _records(source, target, side)
    for protos in made.values():
        for proto, number in zip(protos, target.put_artifacts(protos), strict=True):
            proto.id = number
    return {key: [artifacts.from_proto(proto) for proto in found] for key, found in made.items()}


def _records(
    source: Any, target: Any, side: Mapping[str, Sequence[Artifact]]
) -> dict[str, list[Any]]:
    """Key -> records to be put into the other store."""
    wanted = sorted({one.id for found in side.values() for one in found})
    protos = {proto.id: proto for proto in source.get_artifacts_by_id(wanted)} if wanted else {}
    numbers = sorted({proto.type_id for proto in protos.values()})
    kinds = source.get_artifact_types_by_id(numbers) if numbers else []
    types = {kind.id: target.put_artifact_type(_unnumbered(kind)) for kind in kinds}
    return {key: [_artifact(protos[one.id], types) for one in found] for key, found in side.items()}


def _artifact(proto: Any, types: Mapping[int, int]) -> Any:
    made = metadata_store_pb2.Artifact(
        type_id=types[proto.type_id],
        type=proto.type,
        uri=proto.uri,
        state=metadata_store_pb2.Artifact.LIVE,
    )
    _copy_properties(proto, made)
    return made


def _copy_properties(proto: Any, made: Any) -> None:
    for field in ("properties", "custom_properties"):
        for key, value in getattr(proto, field).items():
            getattr(made, field)[key].CopyFrom(value)


def _unnumbered(kind: Any) -> Any:
    made = type(kind)()
    made.CopyFrom(kind)
    made.ClearField("id")
    return made
