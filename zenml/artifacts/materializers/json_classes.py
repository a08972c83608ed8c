"""How instances of classes stand in JSON that are known by what they are, not by a name."""

from __future__ import annotations

from types import FunctionType
from typing import TYPE_CHECKING, Any

from zenml.artifacts.materializers import names
from zenml.artifacts.materializers.base import Unsuitable
from zenml.artifacts.materializers.json_types import NOT_JSON, TAG, Encode
from zenml.artifacts.materializers.registry import has_users_materializer

if TYPE_CHECKING:
    from zenml.artifacts.materializers.json_writing import Encoder


def of_class(kind: type) -> Encode | None:
    """How instances of a class are encoded; None if they are artifacts of their own."""
    if has_users_materializer(kind):
        return None
    bases = {f"{base.__module__}.{base.__qualname__}" for base in kind.__mro__}
    if "numpy.generic" in bases:
        return _numpy if kind.__module__ == "numpy" else None
    if "enum.Enum" in bases:
        return _enum
    if "pydantic.main.BaseModel" in bases:
        return _model
    if hasattr(kind, "__dataclass_fields__"):
        return _dataclass
    if tuple in kind.__mro__ and hasattr(kind, "_fields"):
        return _named_tuple
    return None


def _numpy(encoder: Encoder, value: Any) -> Any:
    dtype = value.dtype
    if dtype.kind in "biu" or (dtype.kind == "f" and dtype.itemsize <= 8):
        plain = encoder.item(value.item())
    elif dtype.kind in "mM":
        plain = int(value.astype("int64"))
    elif dtype.kind in "fcUS":
        plain = encoder.item(value.tobytes())
    else:
        return NOT_JSON
    return {TAG: "numpy", "dtype": dtype.str, "value": plain}


def _class(kind: type) -> str:
    """Its name, if it will be found by it."""
    name = names.name_of(kind)
    if name.startswith("__main__."):
        raise Unsuitable(f"its class {kind.__qualname__} was typed in and is in no file")
    if "<locals>" in name or names.in_memory(name, names.world_of(kind.__module__)) is not kind:
        raise Unsuitable(f"its class {kind.__qualname__} cannot be found again by its name")
    return name


def _enum(encoder: Encoder, value: Any) -> Any:
    kind = type(value)
    if value.name in kind.__members__:
        return {TAG: "enum", "class": _class(kind), "name": value.name}
    return {TAG: "enum", "class": _class(kind), "value": encoder.item(value.value)}


def _named_tuple(encoder: Encoder, value: Any) -> Any:
    kind = type(value)
    if getattr(value, "__dict__", None) or kind.__mro__[1] is not tuple:
        raise Unsuitable("it has more than the fields of a named tuple")
    return {TAG: "namedtuple", "class": _class(kind), "items": encoder.items(list(value))}


def _model(encoder: Encoder, value: Any) -> Any:
    kind: Any = type(value)
    base = next(b for b in kind.__mro__ if names.name_of(b) == "pydantic.main.BaseModel")
    if kind.__getstate__ is not base.__getstate__ or kind.__reduce_ex__ is not object.__reduce_ex__:
        raise Unsuitable("its class has its own way of being pickled")
    given = value.__pydantic_fields_set__
    return {
        TAG: "model",
        "class": _class(kind),
        "fields": encoder.pairs(value.__dict__),
        "extra": encoder.item(value.__pydantic_extra__),
        "private": encoder.item(value.__pydantic_private__),
        "given": sorted(given),
    }


def _dataclass(encoder: Encoder, value: Any) -> Any:
    kind: Any = type(value)
    state = getattr(kind, "__getstate__", None)
    own_state = isinstance(state, FunctionType) and state.__module__ != "dataclasses"
    plain = (kind.__new__, kind.__reduce__, kind.__reduce_ex__)
    if own_state or plain != (object.__new__, object.__reduce__, object.__reduce_ex__):
        raise Unsuitable("its class has its own way of being made or pickled")
    fields = {name: getattr(value, name) for name in kind.__dataclass_fields__ if _has(value, name)}
    fields.update(getattr(value, "__dict__", {}))
    return {TAG: "dataclass", "class": _class(kind), "fields": encoder.pairs(fields)}


def _has(value: Any, name: str) -> bool:
    """Whether the instance itself holds a field; a `ClassVar` or an `InitVar` it does not."""
    if name in getattr(value, "__dict__", {}):
        return True
    slots = [getattr(base, "__slots__", ()) for base in type(value).__mro__]
    named = {slot for each in slots for slot in ((each,) if isinstance(each, str) else each)}
    return name in named and hasattr(value, name)
