"""Values kept as artifacts outside of any run, and read again."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from zenml.artifacts import store as artifact_files
from zenml.edges import edge
from zenml.errors import ArtifactStoreError
from zenml.metadata import artifact_versions, artifacts, version_claims
from zenml.metadata.artifacts import Artifact
from zenml.metadata.saved import record
from zenml.runtime.pruning import SAVED_FOLDER
from zenml.runtime.workspace import Workspace

if TYPE_CHECKING:
    from zenml.client.artifact import ArtifactView


@edge
def save_artifact(
    data: Any,
    name: str,
    version: str | int | None = None,
    tags: Sequence[str] | None = None,
    materializer: type | None = None,
) -> ArtifactView:
    """Keeps a value as an artifact, outside of any run.

    Args:
        data: The value.
        name: Of the artifact.
        version: None takes the next number.
        tags: What to tag it with.
        materializer: What writes it; None is the one for its type.

    Raises:
        AlreadyExistsException: The artifact has that version already.
        ArtifactStoreError: The value cannot be written.

    Example:
        >>> save_artifact([1, 2], name="numbers")  # doctest: +SKIP
        ArtifactView('numbers', version='1')
    """
    from zenml.client.artifact import ArtifactView

    if not isinstance(name, str) or not name.strip():
        raise ArtifactStoreError(f"An artifact cannot be called {name!r}: give it a name.")
    workspace = Workspace.default()
    store = workspace.store()
    given = None if version is None else str(version)
    with version_claims.held(store, name, given):
        artifact = _save(workspace, store, data, name, given, tags, materializer)
    return ArtifactView(store, artifact)


def _save(
    workspace: Workspace,
    store: Any,
    data: Any,
    name: str,
    version: str | None,
    tags: Sequence[str] | None,
    materializer: type | None,
) -> Artifact:
    """Writes a value and records it; what cannot be written leaves nothing."""
    from zenml.artifacts.values import save_value

    uri = os.path.join(workspace.artifacts.uri, SAVED_FOLDER, uuid.uuid4().hex)
    try:
        value = save_value(data, uri, materializer)
        content = artifact_files.digest(uri)
        properties = {
            **value.to_properties(),
            artifacts.FILES: content.files,
            artifacts.BYTES: content.bytes,
            artifacts.CONTENT_HASH: content.digest,
            artifact_versions.NAME: name,
            artifact_versions.GIVEN_VERSION: version,
            artifact_versions.TAGS: json.dumps(list(tags)) if tags else None,
            artifact_versions.SAVED: 1,
        }
        return record(store, uri, name, properties)
    except BaseException:
        artifact_files.remove(uri)
        raise


@edge
def load_artifact(name: str, version: str | int | None = None) -> Any:
    """The value of an artifact.

    Args:
        name: The name that it was given, or `pipeline::step::output`.
        version: None is the newest.

    Raises:
        ArtifactNotFoundError: No such name, or version of it; names what there is.

    Example:
        >>> load_artifact("numbers")  # doctest: +SKIP
        [1, 2]
    """
    from zenml.client.client import Client

    return Client().load_artifact(name, version)
