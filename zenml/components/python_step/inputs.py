"""What a free step reads: the values of the artifacts that its inputs name."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Protocol, get_args, get_origin

from zenml.artifacts.unmaterialized_artifact import UnmaterializedArtifact
from zenml.artifacts.values import ValueRecord, load_value
from zenml.components.python_step.materializers import load_materializer
from zenml.components.python_step.readers import read_artifact
from zenml.errors import ArtifactStoreError, ZenMLError
from zenml.spec import NodeSpec
from zenml.steps.base import BaseStep
from zenml.steps.readable import plain_type
from zenml.steps.types import type_name

VALUE = "ZenMLValue"
_ITEM = re.compile(r"(?P<name>.+)\[(?P<index>\d+)\]")


class Readable(Protocol):
    """An artifact as it can be read: `zenml.metadata.artifacts.Artifact`, or its like.

    Example:
        >>> from zenml.metadata.artifacts import Artifact
        >>> artifact: Readable = Artifact(1, "ZenMLValue", "/store/model/1")
    """

    @property
    def type(self) -> str:
        """Its ML Metadata type."""

    @property
    def uri(self) -> str:
        """Where its files lie."""

    @property
    def properties(self) -> dict[str, Any]:
        """Everything recorded with it."""


def read_inputs(
    node: NodeSpec, step: BaseStep, artifacts: Mapping[str, Sequence[Readable]]
) -> dict[str, Any]:
    """The values of a step's inputs, by name.

    The keys `models[0]`, `models[1]` and so on make one input `models`: a list, or
    a tuple where the step asks for one.

    Args:
        node: The node that reads.
        step: Its step, whose annotations say what is asked for.
        artifacts: Input key -> artifacts.

    Raises:
        ArtifactStoreError: Names the input, and why it cannot be read.
    """
    values: dict[str, Any] = {}
    items: dict[str, dict[int, Any]] = {}
    declared = step.signature.inputs
    for key, found in artifacts.items():
        match = _ITEM.fullmatch(key)
        name = match["name"] if match else key
        annotation = plain_type(declared[name].annotation if name in declared else Any)
        if match:
            index = int(match["index"])
            asked = _item_type(annotation, index)
            items.setdefault(name, {})[index] = _read(node, key, found, asked)
        else:
            values[name] = _read(node, key, found, annotation)
    for name, by_index in items.items():
        listed = [by_index[index] for index in sorted(by_index)]
        annotation = plain_type(declared[name].annotation if name in declared else Any)
        is_tuple = tuple in (annotation, get_origin(annotation))
        values[name] = tuple(listed) if is_tuple else listed
    return values


def _item_type(annotation: Any, index: int) -> Any:
    parts = [part for part in get_args(annotation) if part is not ...]
    if get_origin(annotation) is tuple and index < len(parts):
        return plain_type(parts[index])
    return plain_type(parts[0]) if parts else Any


def _read(node: NodeSpec, key: str, artifacts: Sequence[Readable], annotation: Any) -> Any:
    source = node.inputs.get(key, "another step")
    if not artifacts:
        raise ArtifactStoreError(
            f"Input {key!r} of step `{node.name}` comes from {source!r}, which gave nothing: a "
            "step without a return annotation has an output only where it returns something. "
            "Annotate what it returns (`-> Optional[...]` keeps None as a value)."
        )
    artifact = artifacts[0]
    if annotation is UnmaterializedArtifact:
        return UnmaterializedArtifact(artifact.uri, artifact.type, dict(artifact.properties))
    try:
        if artifact.type != VALUE:
            options = (node.args.get("inputs") or {}).get(key, {})
            return read_artifact(artifact, annotation, options)
        return load_value(
            artifact.uri,
            ValueRecord.from_properties(artifact.properties),
            content_hash=str(artifact.properties.get("content_hash", "")),
            data_type=None if annotation is Any else annotation,
            resolve=load_materializer,
        )
    except Exception as exc:  # a materializer of the user's can raise anything
        said = str(exc) if isinstance(exc, ZenMLError) else f"{type(exc).__name__}: {exc}"
        asked = "" if annotation is Any else f", a {type_name(annotation)},"
        raise ArtifactStoreError(
            f"Input {key!r} of step `{node.name}`{asked} cannot be read from {source!r}: {said}"
        ) from exc
