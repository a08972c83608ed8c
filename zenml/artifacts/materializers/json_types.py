"""How values of Python's own types stand in JSON."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from zenml.artifacts.materializers import json_pandas
from zenml.artifacts.materializers.base import Unsuitable

if TYPE_CHECKING:
    from zenml.artifacts.materializers.json_writing import Encoder

TAG = json_pandas.TAG
NOT_JSON = object()  # what is given for a value that has to be an artifact of its own
DIGITS = 1 << 10_000  # Python refuses to write far larger integers as decimals
_INLINE_BYTES = 1 << 16

Encode = Callable[["Encoder", Any], Any]


def of_type(kind: type) -> Encode | None:
    """How values of exactly that type are encoded; None if it has no notation here."""
    return _BY_TYPE.get(kind) or _BY_NAME.get(f"{kind.__module__}.{kind.__qualname__}")


def _int(encoder: Encoder, value: int) -> Any:
    if -DIGITS < value < DIGITS:
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
        return NOT_JSON
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


def _tagged(kind: str, parts: Callable[[Any], list[Any]]) -> Encode:
    """Of a type that is made again from a few arguments."""
    return lambda encoder, value: {TAG: kind, "items": encoder.items(parts(value))}


_BY_TYPE: dict[type, Encode] = {
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
_BY_NAME: dict[str, Encode] = {
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
    **json_pandas.WRITERS,
    "uuid.UUID": _tagged("UUID", lambda value: [value.hex]),
}
