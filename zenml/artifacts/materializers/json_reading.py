"""Decoder: the value that an `Encoder`'s JSON data says."""

from __future__ import annotations

import base64
import builtins
import collections
import datetime
from collections.abc import Callable
from typing import Any

from zenml.artifacts.materializers import json_pandas
from zenml.artifacts.materializers.json_instances import (
    make_dataclass,
    make_enum,
    make_model,
    make_named_tuple,
)
from zenml.artifacts.materializers.json_types import TAG
from zenml.artifacts.materializers.reading import Reading
from zenml.errors import ArtifactStoreError


class Decoder:
    """Makes values from JSON data, the inner ones first: `decode` is an `object_hook`.

    Args:
        reading: Finds classes and loads parts, both only from files that are as recorded.
        path: Path of a file or folder of the artifact, by its name.

    Example:
        >>> Decoder(None, str).decode({"$zenml": "tuple", "items": [1, 2]})
        (1, 2)
    """

    def __init__(self, reading: Reading | None, path: Callable[[str], str]) -> None:
        self._reading = reading
        self._path = path
        self.file = path("data.json")

    def decode(self, data: dict[str, Any]) -> Any:
        """The value of one JSON object, whose items are values already."""
        if TAG not in data:
            return data
        kind = data[TAG]
        if kind not in _DECODERS:
            raise ArtifactStoreError(
                f"{self._path('data.json')} holds a {kind!r}, which this version of zenml does not "
                "know: it was written by a later one."
            )
        return _DECODERS[kind](self, data)

    def part(self, data: dict[str, Any]) -> Any:
        """The value of an artifact in a folder beside."""
        from zenml.artifacts.values import ValueRecord

        folder = data["folder"]
        if not (isinstance(folder, str) and folder.isdigit()):
            raise ArtifactStoreError(f"{self._path('data.json')} names the folder {folder!r}.")
        record = ValueRecord(data["materializer"], data["type"], data["python"])
        return self._context.load(self._path(folder), record, None)

    def find(self, source: str, base: type | None = None) -> Any:
        """A class that the data names.

        Raises:
            ArtifactStoreError: It is not what it was: an enumeration, a dataclass ...
        """
        found = self._context.find(source)
        if not isinstance(found, type) or (base is not None and not issubclass(found, base)):
            raise ArtifactStoreError(
                f"{self._path('data.json')} needs {source}, which is no longer what it was when "
                "the value was saved. Run the step that made it again."
            )
        return found

    @property
    def _context(self) -> Reading:
        return self._reading or Reading(self._path(""))


def _numpy(decoder: Decoder, data: dict[str, Any]) -> Any:
    import numpy as np

    dtype, value = np.dtype(data["dtype"]), data["value"]
    if isinstance(value, bytes):
        return np.frombuffer(value, dtype)[0] if dtype.itemsize else dtype.type()
    return np.array(value, "int64").astype(dtype)[()] if dtype.kind in "mM" else dtype.type(value)


def _default_dict(decoder: Decoder, data: dict[str, Any]) -> Any:
    factory = data["factory"] and getattr(builtins, data["factory"])
    if factory is not None and not isinstance(factory, type):
        raise ArtifactStoreError(f"{decoder._path('data.json')}: {factory!r} makes no values.")
    return collections.defaultdict(factory, data["items"])


def _time(decoder: Decoder, data: dict[str, Any]) -> Any:
    zone: Any = data["zone"]
    if zone is not None and "key" in zone:
        from zoneinfo import ZoneInfo

        zone = ZoneInfo(zone["key"])
    elif zone is not None:
        zone = datetime.timezone(datetime.timedelta(seconds=zone["offset"]))
    made = getattr(datetime, data[TAG]).fromisoformat(data["value"])
    return made.replace(tzinfo=zone, fold=data["fold"])


def _of(make: Callable[..., Any]) -> Callable[[Decoder, dict[str, Any]], Any]:
    """Made from the items, as one argument."""
    return lambda decoder, data: make(data["items"])


def _called(module: str, name: str) -> Callable[[Decoder, dict[str, Any]], Any]:
    """Made by a class of the standard library from the items as its arguments."""

    def make(decoder: Decoder, data: dict[str, Any]) -> Any:
        return getattr(__import__(module), name)(*data["items"])

    return make


_DECODERS: dict[str, Callable[[Decoder, dict[str, Any]], Any]] = {
    "artifact": Decoder.part,
    "tuple": _of(tuple),
    "set": _of(set),
    "frozenset": _of(frozenset),
    "dict": _of(dict),
    "OrderedDict": _of(collections.OrderedDict),
    "Counter": _of(lambda items: collections.Counter(dict(items))),
    "defaultdict": _default_dict,
    "deque": lambda decoder, data: collections.deque(data["items"], data["maxlen"]),
    "bytes": lambda decoder, data: base64.b64decode(data["base64"]),
    "bytearray": lambda decoder, data: bytearray(base64.b64decode(data["base64"])),
    "int": lambda decoder, data: int(data["hex"], 16),
    "float": lambda decoder, data: float(data["value"]),
    "complex": _called("builtins", "complex"),
    "range": _called("builtins", "range"),
    "date": lambda decoder, data: datetime.date.fromisoformat(*data["items"]),
    "datetime": _time,
    "time": _time,
    "timedelta": _called("datetime", "timedelta"),
    "Decimal": _called("decimal", "Decimal"),
    "Fraction": _called("fractions", "Fraction"),
    "UUID": _called("uuid", "UUID"),
    "numpy": _numpy,
    "pandas": lambda decoder, data: json_pandas.read(data),
    "enum": make_enum,
    "namedtuple": make_named_tuple,
    "model": make_model,
    "dataclass": make_dataclass,
}
