"""Artifacts by name and version."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from zenml.artifacts.store import Content
from zenml.errors import AlreadyExistsException
from zenml.metadata import artifacts, contexts
from zenml.metadata.artifacts import Artifact
from zenml.metadata.producers import outputs_of_node

VALUE_TYPE = "ZenMLValue"
NAME = "zenml_name"
GIVEN_VERSION = "zenml_artifact_version"
TAGS = "zenml_tags"
SAVED = "zenml_saved"  # by hand, outside of any run
_PARTS = "::"


@dataclass(frozen=True)
class ArtifactVersion:
    """One version of a named artifact.

    Attributes:
        name: Given by the user, or `pipeline::node::output`.
        version: Given by the user, or the number of the version.
        artifact: The record.

    Example:
        >>> ArtifactVersion("model", "2", Artifact(7, "ZenMLValue", "/a")).tags
        ()
    """

    name: str
    version: str
    artifact: Artifact

    @property
    def tags(self) -> tuple[str, ...]:
        """What the user tagged it with."""
        return tuple(json.loads(self.artifact.properties.get(TAGS, "[]")))


def output_properties(told: Mapping[str, Any], content: Content) -> dict[str, Any]:
    """What is recorded with an output of a free step besides its value.

    Args:
        told: What the step's node says of the output: `version`, `tags`.
        content: What lies in its folder.
    """
    tags = told.get("tags")
    return {
        artifacts.CONTENT_HASH: content.digest,
        artifacts.FILES: content.files,
        artifacts.BYTES: content.bytes,
        GIVEN_VERSION: told.get("version"),
        TAGS: json.dumps(tags) if tags else None,
    }


def default_name(pipeline: str, node: str, output: str) -> str:
    """The name of an artifact that was given none."""
    return _PARTS.join((pipeline, node, output))


def numbered(name: str, found: Iterable[Artifact]) -> list[ArtifactVersion]:
    """Gives the artifacts of one name their versions, the oldest first.

    A version is 1 more than the greatest number before it, unless it was given. Those
    that were deleted keep theirs, so that nothing changes its version.
    """
    versions, last = [], 0
    for artifact in sorted(found, key=lambda artifact: artifact.id):
        version = str(artifact.properties.get(GIVEN_VERSION) or last + 1)
        last = max(last, int(version)) if version.isdecimal() else last
        versions.append(ArtifactVersion(name, version, artifact))
    return versions


def of_name(store: Any, name: str) -> list[ArtifactVersion]:
    """Every version of an artifact, also the deleted ones, the oldest first."""
    context = contexts.find(store, contexts.ARTIFACT, name)
    if context is not None:
        protos = store.get_artifacts_by_context(context.id)
        return numbered(name, [artifacts.from_proto(proto) for proto in protos])
    pipeline, _, rest = name.partition(_PARTS)
    node, _, output = rest.partition(_PARTS)
    around = contexts.find(store, contexts.NODE, contexts.node_name(pipeline, node))
    return [] if around is None else numbered(name, _typed(store, around).get(output, []))


def everything(store: Any) -> dict[str, list[ArtifactVersion]]:
    """Name -> every version of it that was not deleted, the oldest first."""
    found: dict[str, list[Artifact]] = {}
    for proto in store.get_artifacts_by_type(VALUE_TYPE):
        artifact = artifacts.from_proto(proto)
        found.setdefault(str(artifact.properties.get(NAME, "")), []).append(artifact)
    for around in store.get_contexts_by_type(contexts.NODE):
        pipeline, _, node = around.name.rpartition(".")
        for output, made in _typed(store, around).items():
            found.setdefault(default_name(pipeline, node, output), []).extend(made)
    versions = {name: numbered(name, found[name]) for name in sorted(found) if name}
    live = {name: [v for v in some if v.artifact.live] for name, some in versions.items()}
    return {name: some for name, some in live.items() if some}


def _typed(store: Any, node: Any) -> dict[str, list[Artifact]]:
    """Output -> what a node made of TFX's types: of those no record holds the name."""
    made = outputs_of_node(store, node)
    return {key: typed for key in made if (typed := [a for a in made[key] if a.type != VALUE_TYPE])}


def require_free(store: Any, name: str, version: str, *, where: str = "") -> None:
    """Checks that no artifact of a name has a version yet, not even a deleted one.

    Args:
        store: The open metadata store.
        name: Of the artifact.
        version: Wanted for a new one.
        where: Said first in the error, e.g. "Step `trainer`: ".

    Raises:
        AlreadyExistsException: It has; says which version is free.
    """
    known = [found.version for found in of_name(store, name)]
    if version not in known:
        return
    free = max((int(number) for number in known if number.isdecimal()), default=0) + 1
    raise AlreadyExistsException(
        f"{where}Artifact {name!r} has a version {version!r} already, and a version never changes. "
        f"Give another, or none: the next number is {free}."
    )


def of_artifact(store: Any, artifact: Artifact, name: str) -> ArtifactVersion:
    """The version that an artifact is of its name."""
    for version in of_name(store, name):
        if version.artifact.id == artifact.id:
            return version
    return ArtifactVersion(name, "", artifact)
