"""Compares what a node made with what is recorded of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from zenml.artifacts.values import ValueRecord, load_value
from zenml.components.python_step.materializers import load_materializer
from zenml.errors import ZenMLError
from zenml.metadata.artifact_versions import VALUE_TYPE
from zenml.metadata.artifacts import Artifact
from zenml.metadata.executions import Execution
from zenml.quiet import quiet_imports, without_notices
from zenml.runtime import cache
from zenml.runtime.reproduce.files import compare_files
from zenml.runtime.reproduce.tolerance import Tolerance
from zenml.runtime.reproduce.values import compare_values, unlike
from zenml.runtime.reproduce.verdict import DIFFERENT, IDENTICAL, Comparison

_HERE = "zenml.runtime.reproduce"
# Type of artifact -> "module:function", called as function(new folder, recorded folder, tolerance).
_COMPARERS = {
    "Examples": f"{_HERE}.examples:compare_examples",
    "ExampleStatistics": f"{_HERE}.descriptions:compare_statistics",
    "Schema": f"{_HERE}.descriptions:compare_schemas",
    "TransformGraph": f"{_HERE}.graphs:compare_transform_graphs",
    "Model": f"{_HERE}.models:compare_models",
    "PushedModel": f"{_HERE}.models:compare_models",
    "ModelEvaluation": f"{_HERE}.models:compare_evaluations",
    "ModelRun": f"{_HERE}.models:compare_curves",
}


def compare_node(
    new: Execution, recorded: Execution, tolerance: Tolerance
) -> dict[str, Comparison]:
    """Output -> how the artifact that was made now compares with the recorded one.

    Args:
        new: What ran now.
        recorded: What ran then.
        tolerance: For weights, metrics and other floats.
    """
    found = {}
    for key, artifacts in recorded.outputs.items():
        made = new.outputs.get(key, [])
        if len(made) != len(artifacts):
            found[key] = unlike("", f"{len(artifacts)} artifacts", f"{len(made)}")
            continue
        pairs = zip(made, artifacts, strict=True)
        found[key] = Comparison.worst([_compare(a, b, tolerance) for a, b in pairs])
    return found


def _compare(new: Artifact, recorded: Artifact, tolerance: Tolerance) -> Comparison:
    if new.type == "ModelBlessing":
        return _blessings(new, recorded)
    if new.content_hash and new.content_hash == recorded.content_hash:
        return Comparison(IDENTICAL)
    if not cache.is_whole(recorded):
        return Comparison(
            DIFFERENT, "another content hash; the recorded files are gone, so no more can be told"
        )
    if new.type == VALUE_TYPE:
        return _values(new, recorded, tolerance)
    quiet_imports()
    with without_notices():
        return _comparer(new.type)(new.uri, recorded.uri, tolerance)


def _comparer(kind: str) -> Callable[[str, str, Tolerance], Comparison]:
    if kind not in _COMPARERS:
        return lambda new, recorded, tolerance: compare_files(new, recorded)
    module, _, name = _COMPARERS[kind].partition(":")
    comparer: Callable[[str, str, Tolerance], Comparison] = getattr(import_module(module), name)
    return comparer


def _blessings(new: Artifact, recorded: Artifact) -> Comparison:
    words = [_blessed(one.properties) for one in (recorded, new)]
    return Comparison(IDENTICAL) if words[0] == words[1] else unlike("", *words)


def _blessed(properties: Mapping[str, Any]) -> str:
    return "blessed" if properties.get("blessed") == 1 else "not blessed"


def _values(new: Artifact, recorded: Artifact, tolerance: Tolerance) -> Comparison:
    """Values of other bytes can be equal all the same: they are loaded."""
    try:
        found, known = (_load(artifact) for artifact in (new, recorded))
    except ZenMLError as exc:
        reason = str(exc).splitlines()[0]
        return Comparison(DIFFERENT, f"another content hash, and it cannot be read: {reason}")
    try:
        return compare_values(found, known, tolerance, "value")
    except RecursionError:
        return Comparison(DIFFERENT, "another content hash; the value holds itself")


def _load(artifact: Artifact) -> Any:
    return load_value(
        artifact.uri,
        ValueRecord.from_properties(artifact.properties),
        content_hash=artifact.content_hash,
        resolve=load_materializer,
    )
