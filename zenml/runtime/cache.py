"""The cache: an earlier execution with the same fingerprint, if its results are whole."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from zenml.artifacts import store as artifact_files
from zenml.metadata import artifacts, executions
from zenml.metadata.artifacts import Artifact
from zenml.metadata.executions import Execution

Inputs = Mapping[str, Sequence[Artifact]]


def find(
    store: Any, fingerprint: str, inputs: Inputs, folder: str = "", node: str = ""
) -> Execution | None:
    """The newest execution whose outputs may stand for a new one.

    It has the fingerprint, it read the same inputs (the same artifacts, or ones
    of the same content), and its artifacts lie in the store as they were
    published; a deployed model is still the newest where it was deployed, and a file
    that was written elsewhere is as it was.
    Two nodes that do the same have one fingerprint: each takes its own, if it can.

    Args:
        store: The open metadata store.
        fingerprint: Of the node.
        inputs: Input key -> artifacts that the node would read.
        folder: Where the artifacts have to lie; "" is anywhere.
        node: Name of the node.
    """
    found = executions.candidates(store, fingerprint)
    for candidate in sorted(found, key=lambda execution: execution.node != node):
        if can_stand(candidate, inputs) and all(
            lies_in(artifact, folder) for artifact in _outputs(candidate)
        ):
            return candidate
    return None


def can_stand(execution: Execution, inputs: Inputs) -> bool:
    """Whether what an execution made is whole, can be read, and was made of these inputs."""
    return _same_inputs(execution.inputs, inputs) and all(
        is_whole(artifact)
        and is_readable(artifact)
        and is_deployed(artifact)
        and is_written(artifact)
        for artifact in _outputs(execution)
    )


def _outputs(execution: Execution) -> list[Artifact]:
    return [artifact for values in execution.outputs.values() for artifact in values]


def lies_in(artifact: Artifact, folder: str) -> bool:
    """Whether the files of an artifact lie in a folder; "" is any."""
    return not folder or artifact.uri.startswith(os.path.join(folder, ""))


def _same_inputs(left: Inputs, right: Inputs) -> bool:
    return set(left) == set(right) and all(same_artifacts(left[key], right[key]) for key in left)


def same_artifacts(left: Sequence[Artifact], right: Sequence[Artifact]) -> bool:
    """Whether artifacts are the same, or of the same content, one by one."""
    return len(left) == len(right) and all(
        one.id == other.id or (bool(one.content_hash) and one.content_hash == other.content_hash)
        for one, other in zip(left, right, strict=True)
    )


def is_whole(artifact: Artifact) -> bool:
    """Whether an artifact lies in the store with as many files and bytes as published."""
    if not artifact.live or not os.path.exists(artifact.uri):
        return False
    if artifacts.FILES not in artifact.properties:  # the run ended before it was sealed
        return False
    content = artifact_files.measure(artifact.uri)
    recorded = (artifact.properties[artifacts.FILES], artifact.properties.get(artifacts.BYTES))
    return (content.files, content.bytes) == recorded


def is_readable(artifact: Artifact) -> bool:
    """Whether this Python is sure to read an artifact.

    A pickle may hold the code of a function or class, which only the minor version of
    Python runs that wrote it.
    """
    python = str(artifact.properties.get("zenml_python", ""))
    if not python or python.split(".")[:2] == [str(part) for part in sys.version_info[:2]]:
        return True
    found = artifact_files.files_of(artifact.uri)
    return not any(entry.name.endswith(".pkl") for entry in found)


def is_deployed(artifact: Artifact) -> bool:
    """Whether what an artifact says it deployed is still what is served from there.

    True of artifacts that deploy nothing, or not to a folder.
    """
    if not artifact.properties.get("pushed_destination"):
        return True
    pushed = Path(str(artifact.properties["pushed_destination"]))
    if not pushed.is_absolute():  # the name of something at a service, which is not asked
        return True
    if not pushed.is_dir():
        return False
    versions = [int(path.name) for path in pushed.parent.iterdir() if path.name.isdecimal()]
    return not pushed.name.isdecimal() or int(pushed.name) == max(versions)


def is_written(artifact: Artifact) -> bool:
    """Whether the files that were written outside of the store lie there as they were.

    True of artifacts that wrote none.
    """
    files = json.loads(str(artifact.properties.get(artifacts.WRITTEN) or "{}"))
    return all(artifact_files.sha256_of(path) == digest for path, digest in files.items())


def lost(store: Any, reused: Sequence[Execution]) -> list[Execution]:
    """Those whose outputs were deleted before they were recorded as reused."""
    numbers = [artifact.id for execution in reused for artifact in _outputs(execution)]
    now = artifacts.by_id(store, numbers)
    return [one for one in reused if not all(now[a.id].live for a in _outputs(one))]


def seal(store: Any, execution: Execution) -> None:
    """Records what lies in the artifacts of a new execution: files, bytes, content hash."""
    values: dict[int, dict[str, Any]] = {}
    for outputs in execution.outputs.values():
        for artifact in outputs:
            content = artifact_files.digest(artifact.uri)
            values[artifact.id] = {
                artifacts.FILES: content.files,
                artifacts.BYTES: content.bytes,
                artifacts.CONTENT_HASH: artifact.content_hash or content.digest,
            }
    artifacts.annotate(store, values)
