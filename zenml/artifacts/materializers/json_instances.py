"""Makes instances of classes from JSON data: enumerations, named tuples, models, dataclasses."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from zenml.errors import ArtifactStoreError

if TYPE_CHECKING:
    from zenml.artifacts.materializers.json_reading import Decoder


def make_enum(decoder: Decoder, data: dict[str, Any]) -> Any:
    """A member of an enumeration."""
    import enum

    kind = decoder.find(data["class"], enum.Enum)
    return kind[data["name"]] if "name" in data else kind(data["value"])


def make_named_tuple(decoder: Decoder, data: dict[str, Any]) -> Any:
    """A tuple of a class that names its fields."""
    return tuple.__new__(decoder.find(data["class"], tuple), data["items"])


def make_model(decoder: Decoder, data: dict[str, Any]) -> Any:
    """A pydantic model; fields that it has got since have their defaults."""
    from pydantic import BaseModel

    kind = decoder.find(data["class"], BaseModel)
    fields = dict(data["fields"])
    unknown = [name for name in fields if name not in kind.model_fields]
    _refuse_unknown(decoder, kind, unknown if data["extra"] is None else [])
    for name, field in kind.model_fields.items():  # those that the class has had since
        if name not in fields and not field.is_required():
            fields[name] = field.get_default(call_default_factory=True)
    _refuse_missing(decoder, kind, [name for name in kind.model_fields if name not in fields])
    made = kind.__new__(kind)
    # As pydantic itself restores a model: its validators have seen these values once.
    made.__setstate__(
        {
            "__dict__": fields,
            "__pydantic_fields_set__": set(data["given"]),
            "__pydantic_extra__": data["extra"],
            "__pydantic_private__": data["private"],
        }
    )
    return made


def make_dataclass(decoder: Decoder, data: dict[str, Any]) -> Any:
    """A dataclass; fields that it has got since have their defaults."""
    kind: Any = decoder.find(data["class"])
    if not hasattr(kind, "__dataclass_fields__"):
        raise ArtifactStoreError(f"{data['class']} is no dataclass any more.")
    state = dict(data["fields"])
    made = object.__new__(kind)
    missing = []
    for field in dataclasses.fields(kind):
        if field.name in state:
            continue
        if field.default is not dataclasses.MISSING:
            state[field.name] = field.default
        elif field.default_factory is not dataclasses.MISSING:
            state[field.name] = field.default_factory()
        elif field.init:
            missing.append(field.name)
    _refuse_missing(decoder, kind, missing)
    for name, value in state.items():
        object.__setattr__(made, name, value)  # frozen ones too
    return made


def _refuse_missing(decoder: Decoder, kind: type, missing: list[str]) -> None:
    if missing:
        raise ArtifactStoreError(
            f"{decoder._path('data.json')} was saved before {kind.__name__} had {missing[0]!r}, "
            "which has no default. Give it one, or run the step that made it again."
        )


def _refuse_unknown(decoder: Decoder, kind: type, unknown: list[str]) -> None:
    if unknown:
        raise ArtifactStoreError(
            f"{decoder._path('data.json')} has {unknown[0]!r} for a {kind.__name__}, which has no "
            "such field any more. Run the step that made it again."
        )
