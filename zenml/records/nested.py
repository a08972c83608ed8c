"""Nested columns made flat: the fields of an object are columns of their own, named `a.b`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from zenml.errors import DataError
from zenml.records.columns import batch_of


def flat_batch(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The batch with a column for each field of its structs.

    Example:
        >>> flat_batch(pa.RecordBatch.from_pylist([{"a": {"b": 1}}, {"a": None}])).to_pydict()
        {'a.b': [1, None]}
    """
    if not any(pa.types.is_struct(field.type) for field in batch.schema):
        return batch
    pairs = zip(batch.schema.names, batch.columns, strict=True)
    columns = [flat for name, column in pairs for flat in _flat_column(name, column)]
    names = [name for name, _ in columns]
    if len(set(names)) < len(names):  # said by who looks for it in every batch
        return pa.RecordBatch.from_arrays([column for _, column in columns], names)
    return batch_of(columns, batch.num_rows)


def _flat_column(name: str, column: pa.Array) -> Iterator[tuple[str, pa.Array]]:
    if not pa.types.is_struct(column.type):
        yield name, column
        return
    # flatten() leaves a field null where its struct is.
    for field, values in zip(column.type, column.flatten(), strict=True):
        yield from _flat_column(f"{name}.{field.name}", values)


def flat_row(row: Mapping[str, Any], where: str) -> dict[str, Any]:
    """The row with a key for each field of its objects.

    Args:
        row: As JSON gives it.
        where: Names the row in errors.

    Raises:
        DataError: Two values come to stand under one name, or a name is empty.

    Example:
        >>> flat_row({"a": {"b": 1, "c": {"d": 2}}}, "line 1")
        {'a.b': 1, 'a.c.d': 2}
    """
    found: dict[str, Any] = {}
    for name, value in _fields(row, ""):
        if name in found:
            raise DataError(f"{where}: there are two values for the column {name!r}.")
        if not name.strip(".") or name.endswith("."):
            raise DataError(f"{where}: a value has an empty name; name it.")
        found[name] = value
    return found


def _fields(row: Mapping[str, Any], before: str) -> Iterator[tuple[str, Any]]:
    for key, value in row.items():
        if isinstance(value, Mapping):
            yield from _fields(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", value
