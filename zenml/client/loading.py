"""Reads the values of artifacts."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from zenml.errors import ArtifactStoreError, ZenMLError
from zenml.metadata.artifact_versions import VALUE_TYPE
from zenml.metadata.artifacts import Artifact


def load(artifact: Artifact, what: str, data_type: Any, options: Mapping[str, Any]) -> Any:
    """The value of an artifact, of a free step or of a standard one.

    Args:
        artifact: The record.
        what: What it is called in errors.
        data_type: What to read it as; None is as it was saved.
        options: What to take of it, e.g. `{"split": "train"}`.

    Raises:
        ArtifactStoreError: The files are gone, or cannot be read.
    """
    if not artifact.live or not os.path.exists(artifact.uri):
        raise ArtifactStoreError(
            f"The files of artifact {what} are not in the artifact store any more "
            f"({artifact.uri}). Run its pipeline again to make them anew."
        )
    try:
        if artifact.type == VALUE_TYPE:
            return _load_value(artifact, data_type)
        return _load_typed(artifact, data_type, options)
    except ZenMLError as exc:
        raise type(exc)(f"Artifact {what} cannot be read: {exc}") from exc


def _load_value(artifact: Artifact, data_type: Any) -> Any:
    from zenml.artifacts.values import ValueRecord, load_value
    from zenml.components.python_step.materializers import load_materializer

    return load_value(
        artifact.uri,
        ValueRecord.from_properties(artifact.properties),
        content_hash=artifact.content_hash,
        data_type=data_type,
        resolve=load_materializer,
    )


def _load_typed(artifact: Artifact, data_type: Any, options: Mapping[str, Any]) -> Any:
    """The value of what a standard step made: the same as a free step would read."""
    from zenml.components.python_step.readers import read_artifact
    from zenml.quiet import quiet_imports, without_notices

    quiet_imports()
    with without_notices():
        return read_artifact(artifact, Any if data_type is None else data_type, options)
