"""The schemas of two runs."""

from __future__ import annotations

from typing import Any

from zenml.client.artifact import ArtifactView
from zenml.client.comparison.changes import Change, changes
from zenml.client.comparison.dataset import is_table
from zenml.client.comparison.side import Side
from zenml.errors import DataError

_SCHEMA = "Schema"


def compare_schemas(a: Side, b: Side) -> tuple[Change, ...]:
    """What differs, named as node, column and property: `split_schema island.values`.

    Of a table that a step made, the types of its columns stand for a schema.
    """
    old, new = _schemas(a), _schemas(b)
    found: list[Change] = []
    for name in (name for name in old if name in new):
        if old[name] is not new[name]:
            apart = changes(old[name], new[name])
            found += (Change(f"{name} {one.name}", one.a, one.b) for one in apart)
    return tuple(found)


def _schemas(side: Side) -> dict[str, dict[str, Any]]:
    """Node -> column -> what is said of it."""
    found = {}
    for name, step in side.steps.items():
        for key, view in step.outputs.items():
            if view.type == _SCHEMA:
                found[name] = _of_schema(view)
            elif is_table(view):
                found[f"{name}.{key}"] = _of_table(view)
    return found


def _of_schema(view: ArtifactView) -> dict[str, Any]:
    from tensorflow_metadata.proto.v0 import schema_pb2

    from zenml.records.tables import read_schema

    try:
        schema = read_schema(view.uri)
    except DataError:
        return {}
    texts = {domain.name: list(domain.value) for domain in schema.string_domain}
    found: dict[str, Any] = {}
    for feature in schema.feature:
        values = texts.get(feature.domain) or list(feature.string_domain.value)
        said = {
            "type": schema_pb2.FeatureType.Name(feature.type),
            "required": feature.presence.min_fraction == 1,
            "shape": [dim.size for dim in feature.shape.dim] if feature.HasField("shape") else None,
            "values": values or None,
        }
        found[feature.name] = {key: value for key, value in said.items() if value is not None}
    return found


def _of_table(view: ArtifactView) -> dict[str, Any]:
    columns = view.metadata["statistics"]
    return {str(one.get("name")): {"type": one.get("dtype")} for one in columns}
