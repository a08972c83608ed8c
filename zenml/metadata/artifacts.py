"""Artifacts: what a node made, and whether it is still there as it was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ml_metadata.proto import metadata_store_pb2

from zenml.metadata.contexts import get_values, set_values

CONTENT_HASH = "content_hash"
COLUMN_ORDER = "column_order"  # of examples: JSON of the columns as the source has them
FILES = "zenml_files"
BYTES = "zenml_bytes"
VOCABULARY = "vocabulary"  # of tokenized examples: each index of a token is below it
WRITTEN = "zenml_written"  # JSON: file outside of the store -> sha256 of its content


@dataclass(frozen=True)
class Artifact:
    """One recorded artifact.

    Attributes:
        id: Its number in the metadata store.
        type: Its ML Metadata type, e.g. "Examples".
        uri: Where its files lie.
        live: False once it was deleted.
        properties: Declared and custom properties together.

    Example:
        >>> Artifact(1, "Model", "/tmp/model", True, {"content_hash": "ab"}).content_hash
        'ab'
    """

    id: int
    type: str
    uri: str
    live: bool = True
    properties: dict[str, Any] = field(default_factory=dict)

    @property
    def is_external(self) -> bool:
        """Whether its files were there before it was recorded: they are nobody's to remove."""
        return bool(self.properties.get("is_external"))

    @property
    def content_hash(self) -> str:
        """Hash of what the artifact holds, "" where none was recorded."""
        return str(self.properties.get(CONTENT_HASH, ""))


def from_proto(proto: Any) -> Artifact:
    """Reads a record of ML Metadata."""
    states = metadata_store_pb2.Artifact
    live = proto.state in (states.LIVE, states.UNKNOWN)
    properties = {**get_values(proto.properties), **get_values(proto.custom_properties)}
    return Artifact(proto.id, proto.type, proto.uri, live, properties)


def by_id(store: Any, ids: Iterable[int]) -> dict[int, Artifact]:
    """Artifacts by their numbers."""
    wanted = sorted(set(ids))
    found = store.get_artifacts_by_id(wanted) if wanted else []
    return {proto.id: from_proto(proto) for proto in found}


def annotate(store: Any, values: dict[int, dict[str, Any]]) -> None:
    """Sets custom properties of artifacts: artifact id -> property -> value."""
    protos = store.get_artifacts_by_id(sorted(values)) if values else []
    for proto in protos:
        set_values(proto.custom_properties, values[proto.id])
    if protos:
        store.put_artifacts(protos)


def mark_deleted(store: Any, ids: Iterable[int]) -> None:
    """Records that the files of artifacts are gone."""
    _mark(store, ids, metadata_store_pb2.Artifact.DELETED)


def mark_live(store: Any, ids: Iterable[int]) -> None:
    """Records that the files of artifacts are there after all."""
    _mark(store, ids, metadata_store_pb2.Artifact.LIVE)


def _mark(store: Any, ids: Iterable[int], state: Any) -> None:
    wanted = sorted(set(ids))
    protos = store.get_artifacts_by_id(wanted) if wanted else []
    for proto in protos:
        proto.state = state
    if protos:
        store.put_artifacts(protos)
