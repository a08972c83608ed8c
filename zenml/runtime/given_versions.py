"""Versions that a pipeline gives to what it makes: each is given once."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from zenml.errors import AlreadyExistsException
from zenml.metadata import artifact_versions, executions, version_claims
from zenml.runtime.task import is_python, uses_cache
from zenml.spec import NodeSpec, PipelineSpec


def check_given(spec: PipelineSpec, store: Any, marks: dict[str, str]) -> None:
    """Checks, before anything runs, that every version that will be made is a new one.

    A step that made that version before, and whose result is reused, makes none.

    Args:
        spec: The frozen pipeline.
        store: The open metadata store.
        marks: Node -> fingerprint.

    Raises:
        AlreadyExistsException: Names the step, the artifact, the version and a free one.
    """
    seen: dict[tuple[str, str], str] = {}
    for node in spec.nodes:
        for name, version in _given(spec, node):
            if (name, version) in seen:
                raise AlreadyExistsException(
                    f"Steps `{seen[name, version]}` and `{node.name}` both make version "
                    f"{version!r} of artifact {name!r}: give one of them another."
                )
            seen[name, version] = node.name
            if not _is_reused(spec, node, store, marks[node.name], name, version):
                where = f"Step `{node.name}`: "
                artifact_versions.require_free(store, name, version, where=where)


def claim_given(
    spec: PipelineSpec, store: Any, marks: dict[str, str], run: str, before: Collection[str]
) -> None:
    """Claims every version that a run will make, so that no other one makes it meanwhile.

    Args:
        spec: The frozen pipeline.
        store: The open metadata store.
        marks: Node -> fingerprint.
        run: Name of the run, which is recorded as running.
        before: Nodes that ended well before the run was resumed.

    Raises:
        AlreadyExistsException: Another run makes one of them now, or has just made it.
    """
    for node in spec.nodes:
        for name, version in _given(spec, node) if node.name not in before else ():
            if not _is_reused(spec, node, store, marks[node.name], name, version):
                where = f"Step `{node.name}`: "
                version_claims.claim(store, name, version, run=run, where=where)


def _given(spec: PipelineSpec, node: NodeSpec) -> Iterator[tuple[str, str]]:
    outputs = (node.args.get("outputs") or {}) if is_python(node) else {}
    for output, told in outputs.items():
        if told.get("version") is not None:
            name = told.get("artifact")
            default = artifact_versions.default_name(spec.name, node.name, output)
            yield name or default, str(told["version"])


def _is_reused(
    spec: PipelineSpec, node: NodeSpec, store: Any, mark: str, name: str, version: str
) -> bool:
    """Whether the cache may know a result of the node that is that version."""
    if not uses_cache(spec, node):
        return False
    known = [v for v in artifact_versions.of_name(store, name) if v.version == version]
    numbers = {version.artifact.id for version in known if version.artifact.live}
    return any(
        artifact.id in numbers
        for candidate in executions.candidates(store, mark)
        for made in candidate.outputs.values()
        for artifact in made
    )
