"""Checked rows to serialised `tf.train.Example`s."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from zenml.models.parsed_columns import RawColumn
from zenml.serving.rows import Rows

_FEW = 10  # rows


def serialised(parts: Sequence[Rows], columns: Mapping[str, RawColumn]) -> list[bytes]:
    """The rows of several requests as `tf.train.Example`s, in one go.

    They become one Arrow column for each, and tfx_bsl writes the rows in C++. Of a few rows
    that costs more than it gains: these are made one by one.
    """
    if sum(part.count for part in parts) <= _FEW:
        return [_example(part, at, columns) for part in parts for at in range(part.count)]

    import pyarrow as pa
    from tfx_bsl.coders.example_coder import RecordBatchToExamplesEncoder

    arrays = [_array(parts, column) for column in columns.values()]
    batch = pa.RecordBatch.from_arrays(arrays, list(columns))
    found: list[bytes] = RecordBatchToExamplesEncoder().encode(batch)
    return found


def _example(part: Rows, at: int, columns: Mapping[str, RawColumn]) -> bytes:
    """One row."""
    from tensorflow.core.example.example_pb2 import Example

    example = Example()
    features = example.features.feature
    for name, column in columns.items():
        cell = part.columns[name][at]
        if cell is None:
            continue
        values = cell if isinstance(cell, list) else [cell]
        if column.dtype == "string":
            features[name].bytes_list.value.extend(
                [value.encode() if isinstance(value, str) else value for value in values]
            )
        elif column.dtype == "int64":
            features[name].int64_list.value.extend(values)
        else:
            features[name].float_list.value.extend(values)
    found: bytes = example.SerializeToString()
    return found


def _array(parts: Sequence[Rows], column: RawColumn) -> Any:
    """A column of lists; a value that is missing becomes a null list."""
    import pyarrow as pa

    from zenml.records.columns import list_column

    kind = {"int64": pa.int64(), "float32": pa.float32()}.get(column.dtype, pa.large_binary())
    name = column.name
    if all(name in part.plain for part in parts):
        values = [value for part in parts for value in part.columns[name]]
        if column.dtype == "string":
            values = [None if value is None else value.encode() for value in values]
        return list_column(pa.array(values, kind))
    lists: list[Any] = []
    for part in parts:
        cells = part.columns[name]
        if name in part.plain:
            cells = [None if cell is None else [_stored(cell, column)] for cell in cells]
        lists += cells
    return pa.array(lists, pa.large_list(kind))


def _stored(value: Any, column: RawColumn) -> Any:
    return value.encode() if column.dtype == "string" else value
