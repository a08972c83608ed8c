"""Encoder: a value as JSON data that says exactly what it was."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

from zenml.artifacts.materializers.base import Unsuitable
from zenml.artifacts.materializers.json_classes import of_class
from zenml.artifacts.materializers.json_types import DIGITS, NOT_JSON, TAG, of_type

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
        if found is NOT_JSON:
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
            found, pickled = NOT_JSON, True
        return self._part(value, pickled) if found is NOT_JSON else found

    def items(self, values: Iterable[Any]) -> list[Any]:
        """The JSON data of each."""
        values = values if isinstance(values, (list, tuple)) else list(values)
        kinds = set(map(type, values))
        if kinds <= _PLAIN or (kinds == {float} and all(map(math.isfinite, values))):
            return list(values)
        if kinds == {int} and min(values) > -DIGITS and max(values) < DIGITS:
            return list(values)
        return [self.item(value) for value in values]

    def pairs(self, value: Any) -> list[list[Any]]:
        """The JSON data of a mapping's keys and values."""
        return [[self.item(key), self.item(item)] for key, item in value.items()]

    def _encode(self, value: Any) -> Any:
        kind = type(value)
        if kind in _PLAIN:
            return value
        encode = of_type(kind) or of_class(kind)
        if encode is None:
            return NOT_JSON
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
