"""Encoder: a value as JSON data that says exactly what it was."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable, Iterable
from types import FunctionType
from typing import Any

from zenml.artifacts.materializers import names
from zenml.artifacts.materializers.base import Unsuitable
from zenml.artifacts.materializers.registry import has_users_materializer

TAG = "$zenml"
_INLINE_BYTES = 1 << 16
_DIGITS = 1 << 10_000
_PLAIN = frozenset((str, bool, type(None)))
# Given a running number, a value, and whether it has to be pickled; saves it as an artifact of its
# own and gives what its index holds.
SavePart = Callable[[int, Any, bool], dict[str, str]]


class CyclicError(Unsuitable):
    """A container that holds itself."""


class Encoder:
    """Turns one value into JSON data.

    Plain JSON stays what it is: None, bool, int, str, finite floats, lists, and dicts whose
    keys are strings. Everything else is a dict with the key "$zenml", which names its kind.

    Args:
        save_part: Saves what JSON cannot hold.

    Example:
        >>> Encoder(lambda *part: {}).encode({"a": (1, 2)})
        {'a': {'$zenml': 'tuple', 'items': [1, 2]}}
    """

    def __init__(self, save_part: SavePart) -> None:
        self._save_part = save_part
        self._parts = 0
        self._open: set[int] = set()

    def encode(self, value: Any) -> Any:
        """The JSON data of a whole value.

        Raises:
            Unsuitable: It should be pickled as a whole: it is of a class that JSON cannot
                bring back, or it holds itself.
        """
        try:
            found = self._encode(value)
        except RecursionError as exc:
            raise Unsuitable("it is nested too deep for JSON") from exc
        if found is _NOT_JSON:
            raise Unsuitable("JSON cannot hold its type")
        return found

    def item(self, value: Any) -> Any:
        """The JSON data of something inside the value; an artifact of its own if need be."""
        pickled = False
        try:
            found = self._encode(value)
        except CyclicError:
            raise
        except Unsuitable:
            found, pickled = _NOT_JSON, True
        return self._part(value, pickled) if found is _NOT_JSON else found

    def items(self, values: Iterable[Any]) -> list[Any]:
        """The JSON data of each."""
        values = values if isinstance(values, (list, tuple)) else list(values)
        kinds = set(map(type, values))
        if kinds <= _PLAIN or (kinds == {float} and all(map(math.isfinite, values))):
            return list(values)
        if kinds == {int} and min(values) > -_DIGITS and max(values) < _DIGITS:
            return list(values)
        return [self.item(value) for value in values]

    def pairs(self, value: Any) -> list[list[Any]]:
        """The JSON data of a mapping's keys and values."""
        return [[self.item(key), self.item(item)] for key, item in value.items()]

    def _encode(self, value: Any) -> Any:
        kind = type(value)
        if kind in _PLAIN:
            return value
        encode = _BY_TYPE.get(kind) or _BY_NAME.get(f"{kind.__module__}.{kind.__qualname__}")
        if encode is None:
            encode = _of_class(kind)
        if encode is None:
            return _NOT_JSON
        if id(value) in self._open:
            raise CyclicError("it holds itself")
        self._open.add(id(value))
        try:
            return encode(self, value)
        finally:
            self._open.discard(id(value))

    def _part(self, value: Any, pickled: bool) -> dict[str, Any]:
        number = self._parts
        self._parts += 1
        record = self._save_part(number, value, pickled)
        return {TAG: "artifact", "folder": str(number), **record}


_NOT_JSON = object()


def _int(encoder: Encoder, value: int) -> Any:
    if -_DIGITS < value < _DIGITS:
        return value
    return {TAG: "int", "hex": hex(value)}


def _float(encoder: Encoder, value: float) -> Any:
    return value if math.isfinite(value) else {TAG: "float", "value": repr(value)}


def _dict(encoder: Encoder, value: dict[Any, Any]) -> Any:
    if all(type(key) is str for key in value) and TAG not in value:
        return dict(zip(value, encoder.items(list(value.values())), strict=True))
    return {TAG: "dict", "items": encoder.pairs(value)}


def _set(encoder: Encoder, value: Any) -> Any:
    # In an order of their own, so that the same set gives the same file.
    items = sorted(encoder.items(value), key=lambda item: json.dumps(item, sort_keys=True))
    return {TAG: type(value).__name__, "items": items}


def _bytes(encoder: Encoder, value: Any) -> Any:
    if len(value) > _INLINE_BYTES:
        return _NOT_JSON
    return {TAG: type(value).__name__, "base64": base64.b64encode(value).decode("ascii")}


def _default_dict(encoder: Encoder, value: Any) -> Any:
    factory = value.default_factory
    if factory is not None and getattr(factory, "__module__", "") != "builtins":
        raise Unsuitable("its default_factory is a function")
    label = None if factory is None else factory.__name__
    return {TAG: "defaultdict", "factory": label, "items": encoder.pairs(value)}


def _deque(encoder: Encoder, value: Any) -> Any:
    return {TAG: "deque", "items": encoder.items(value), "maxlen": value.maxlen}


def _time(encoder: Encoder, value: Any) -> Any:
    zone = value.tzinfo
    kind = f"{type(zone).__module__}.{type(zone).__qualname__}"
    if kind == "datetime.timezone":
        zone = {"offset": zone.utcoffset(None).total_seconds(), "name": zone.tzname(None)}
        if zone["name"] and not zone["name"].startswith("UTC"):
            raise Unsuitable("its timezone has a name of its own")
    elif kind == "zoneinfo.ZoneInfo" and zone.key:
        zone = {"key": zone.key}
    elif zone is not None:
        raise Unsuitable(f"its timezone is a {kind}")
    text = value.replace(tzinfo=None, fold=0).isoformat()
    return {TAG: type(value).__name__, "value": text, "fold": value.fold, "zone": zone}


def _numpy(encoder: Encoder, value: Any) -> Any:
    dtype = value.dtype
    if dtype.kind in "biu" or (dtype.kind == "f" and dtype.itemsize <= 8):
        plain = encoder.item(value.item())
    elif dtype.kind in "mM":
        plain = int(value.astype("int64"))
    elif dtype.kind in "fcUS":
        plain = encoder.item(value.tobytes())
    else:
        return _NOT_JSON
    return {TAG: "numpy", "dtype": dtype.str, "value": plain}


def _tagged(kind: str, parts: Callable[[Any], list[Any]]) -> Callable[[Encoder, Any], Any]:
    """Of a type that is made again from a few arguments."""
    return lambda encoder, value: {TAG: kind, "items": encoder.items(parts(value))}


_BY_TYPE: dict[type, Callable[[Encoder, Any], Any]] = {
    int: _int,
    float: _float,
    list: lambda encoder, value: encoder.items(value),
    tuple: _tagged("tuple", list),
    dict: _dict,
    set: _set,
    frozenset: _set,
    bytes: _bytes,
    bytearray: _bytes,
    complex: _tagged("complex", lambda value: [value.real, value.imag]),
    range: _tagged("range", lambda value: [value.start, value.stop, value.step]),
}
_BY_NAME: dict[str, Callable[[Encoder, Any], Any]] = {
    "collections.Counter": lambda encoder, value: {TAG: "Counter", "items": encoder.pairs(value)},
    "collections.OrderedDict": lambda encoder, value: {
        TAG: "OrderedDict",
        "items": encoder.pairs(value),
    },
    "collections.defaultdict": _default_dict,
    "collections.deque": _deque,
    "datetime.date": _tagged("date", lambda value: [value.isoformat()]),
    "datetime.datetime": _time,
    "datetime.time": _time,
    "datetime.timedelta": _tagged("timedelta", lambda v: [v.days, v.seconds, v.microseconds]),
    "decimal.Decimal": _tagged("Decimal", lambda value: [str(value)]),
    "fractions.Fraction": _tagged("Fraction", lambda v: [v.numerator, v.denominator]),
    "uuid.UUID": _tagged("UUID", lambda value: [value.hex]),
}


def _of_class(kind: type) -> Callable[[Encoder, Any], Any] | None:
    """How values of a class are encoded that is known by what it is, and not by its name."""
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


def _class(kind: type) -> str:
    """Its name, if it will be found by it."""
    name = names.name_of(kind)
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
