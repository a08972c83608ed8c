"""Compares statistics and schemas: messages of TensorFlow Metadata, field by field."""

from __future__ import annotations

from typing import Any

from zenml.records.folders import list_splits
from zenml.records.tables import read_schema, read_statistics
from zenml.runtime.reproduce.tolerance import Tolerance
from zenml.runtime.reproduce.values import short, unlike
from zenml.runtime.reproduce.verdict import IDENTICAL, Comparison


def compare_statistics(new: str, recorded: str, tolerance: Tolerance) -> Comparison:
    """Whether two artifacts hold the same statistics of the same splits."""
    splits = list_splits(new), list_splits(recorded)
    if splits[0] != splits[1]:
        return unlike("splits", ", ".join(splits[1]), ", ".join(splits[0]))
    found = [
        compare_messages(read_statistics(new, s), read_statistics(recorded, s), f"split {s}")
        for s in splits[0]
    ]
    return Comparison.worst(found)


def compare_schemas(new: str, recorded: str, tolerance: Tolerance) -> Comparison:
    """Whether two artifacts hold the same schema."""
    return compare_messages(read_schema(new), read_schema(recorded), "schema")


def compare_messages(new: Any, recorded: Any, where: str) -> Comparison:
    """Whether two messages are the same; the first field that differs is told."""
    if new == recorded:
        return Comparison(IDENTICAL)
    path, one, other = _first(new, recorded, "")
    return unlike(f"{where}, {path}".rstrip(", "), other, one)


def _first(new: Any, recorded: Any, path: str) -> tuple[str, str, str]:
    """Path and both values of the first field that differs."""
    fields = {f.name: f for message in (recorded, new) for f, _ in message.ListFields()}
    for name, field in fields.items():
        one, other = getattr(new, name), getattr(recorded, name)
        if one == other:
            continue
        here = f"{path}.{name}" if path else name
        if hasattr(one, "__len__") and not isinstance(one, (str, bytes)):
            if len(one) != len(other):
                return here, f"{len(one)} of them", f"{len(other)} of them"
            if field.message_type is None:
                return here, short(list(one)), short(list(other))
            index = next(i for i, (a, b) in enumerate(zip(one, other, strict=True)) if a != b)
            return _first(one[index], other[index], f"{here}[{_label(other[index], index)}]")
        if field.message_type is not None:
            return _first(one, other, here)
        return here, short(one), short(other)
    return path, short(new), short(recorded)


def _label(message: Any, index: int) -> str:
    """What a message of a list is known by: the column, where it says one."""
    name = getattr(message, "name", "")
    steps = getattr(getattr(message, "path", None), "step", ())
    return str(name or ".".join(steps) or index)
