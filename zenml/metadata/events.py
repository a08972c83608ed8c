"""Events: which artifact an execution read or made, and under which key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ml_metadata.proto import metadata_store_pb2

from zenml.metadata.artifacts import Artifact

INPUT = metadata_store_pb2.Event.INPUT
OUTPUT = metadata_store_pb2.Event.OUTPUT
_OUTPUTS = (OUTPUT, metadata_store_pb2.Event.DECLARED_OUTPUT)

Side = dict[str, list[Artifact]]


def event(kind: Any, where: Iterable[tuple[str, int]], artifact_id: int | None = None) -> Any:
    """An event as TFX writes it: its path is key, index, key, index and so on."""
    made = metadata_store_pb2.Event(type=kind, artifact_id=artifact_id)
    for key, index in where:
        made.path.steps.add().key = key
        made.path.steps.add().index = index
    return made


def events_of(kind: Any, side: Mapping[str, Sequence[Artifact]]) -> list[tuple[None, Any]]:
    """The events of recorded artifacts, as `put_execution` takes them.

    An artifact that stands under several keys has one event, for ML Metadata
    keeps no second one.
    """
    found: dict[int, list[tuple[str, int]]] = {}
    for key, values in side.items():
        for index, artifact in enumerate(values):
            found.setdefault(artifact.id, []).append((key, index))
    return [(None, event(kind, where, number)) for number, where in found.items()]


def sides(events: Iterable[Any], artifacts: Mapping[int, Artifact]) -> tuple[Side, Side]:
    """What the events of one execution say: key -> artifacts of its inputs, and of its outputs."""
    found: tuple[list[tuple[int, str, Artifact]], ...] = ([], [])
    for one in events:
        if one.artifact_id in artifacts:
            side = found[int(one.type in _OUTPUTS)]
            artifact = artifacts[one.artifact_id]
            side.extend((index, key, artifact) for key, index in places(one))
    return _by_key(found[0]), _by_key(found[1])


def _by_key(found: list[tuple[int, str, Artifact]]) -> Side:
    side: Side = {}
    for _, key, artifact in sorted(found, key=lambda place: place[0]):
        side.setdefault(key, []).append(artifact)
    return side


def places(one: Any) -> list[tuple[str, int]]:
    """The keys and indices that an event stands for."""
    found: list[tuple[str, int]] = []
    for step in one.path.steps:
        if step.WhichOneof("value") == "key":
            found.append((step.key, 0))
        elif found:
            found[-1] = found[-1][0], step.index
    return found or [("", 0)]
