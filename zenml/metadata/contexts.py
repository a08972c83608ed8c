"""Contexts: the pipeline, its run, its node, and the fingerprint of a result."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ml_metadata.proto import metadata_store_pb2

PIPELINE = "pipeline"
PIPELINE_RUN = "pipeline_run"
NODE = "node"
FINGERPRINT = "zenml_fingerprint"
COMMIT = "zenml_datasource_commit"
ARTIFACT = "zenml_artifact"


def find(store: Any, kind: str, name: str) -> Any | None:
    """The context of that type and name, or None."""
    return store.get_context_by_type_and_name(kind, name)


def ensure(store: Any, kind: str, name: str) -> Any:
    """The context of that type and name, made where it is missing."""
    from ml_metadata import errors

    context = find(store, kind, name)
    if context is not None:
        return context
    context = metadata_store_pb2.Context(type_id=type_id(store, kind), name=name)
    try:
        (context.id,) = store.put_contexts([context])
    except errors.AlreadyExistsError:  # another process was first
        context = find(store, kind, name)
    return context


def type_id(store: Any, kind: str) -> int:
    """Number of a type of context, made where it is missing."""
    return int(store.put_context_type(metadata_store_pb2.ContextType(name=kind)))


def node_name(pipeline: str, node: str) -> str:
    """Name of the context of a node, as TFX writes it."""
    return f"{pipeline}.{node}"


def node_among(found: Iterable[Any]) -> str:
    """Name of the node that an execution is of, by its contexts; "" where they do not say."""
    names = {context.type: context.name for context in found}
    return str(names.get(NODE, "")).removeprefix(node_name(names.get(PIPELINE, ""), ""))


def set_properties(store: Any, context: Any, values: dict[str, Any]) -> None:
    """Sets custom properties of a context and stores it."""
    set_values(context.custom_properties, values)
    store.put_contexts([context])


def set_values(properties: Any, values: dict[str, Any]) -> None:
    """Writes Python values into a map of ML Metadata values; None is left out."""
    for key, value in values.items():
        if value is None:
            continue
        if isinstance(value, (bool, int)):
            properties[key].int_value = int(value)
        elif isinstance(value, float):
            properties[key].double_value = value
        else:
            properties[key].string_value = str(value)


def get_values(properties: Any) -> dict[str, Any]:
    """The inverse of `set_values`."""
    found = {}
    for key, value in properties.items():
        kind = value.WhichOneof("value")
        if kind in ("int_value", "double_value", "string_value"):
            found[key] = getattr(value, kind)
    return found
