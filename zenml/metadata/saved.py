"""Artifacts that no execution made: somebody kept them by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ml_metadata.proto import metadata_store_pb2

from zenml.metadata import artifacts, contexts
from zenml.metadata.artifact_versions import VALUE_TYPE
from zenml.metadata.artifacts import Artifact


def record(store: Any, uri: str, name: str, properties: Mapping[str, Any]) -> Artifact:
    """Records a value that lies in the artifact store.

    What was recorded in part, as the store failed, is marked as deleted.

    Args:
        store: The open metadata store.
        uri: Its folder.
        name: Of the artifact.
        properties: Custom properties.
    """
    kind = metadata_store_pb2.ArtifactType(name=VALUE_TYPE)
    proto = metadata_store_pb2.Artifact(
        type_id=store.put_artifact_type(kind), uri=uri, state=metadata_store_pb2.Artifact.LIVE
    )
    contexts.set_values(proto.custom_properties, dict(properties))
    context = contexts.ensure(store, contexts.ARTIFACT, name)
    (number,) = store.put_artifacts([proto])
    try:
        attribution = metadata_store_pb2.Attribution(artifact_id=number, context_id=context.id)
        store.put_attributions_and_associations([attribution], [])
        return artifacts.by_id(store, [number])[number]
    except BaseException:
        artifacts.mark_deleted(store, [number])
        raise
