"""The three types of values, and columns of lists of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from zenml.errors import DataError
from zenml.records.types import DECLARABLE

Vector: TypeAlias = "np.ndarray[Any, Any]"

INT = pa.int64()
FLOAT = pa.float32()
DOUBLE = pa.float64()  # floats on their way to FLOAT, or to whole numbers that are exact
BYTES = pa.large_binary()

# Types that a schema may declare -> how their values are stored.
DECLARED = dict(zip(DECLARABLE, (INT, FLOAT, BYTES, BYTES, INT, BYTES), strict=True))


def list_column(values: pa.Array) -> pa.LargeListArray:
    """One list a row from one value a row; a null becomes a null list.

    Example:
        >>> list_column(pa.array([1, None])).to_pylist()
        [[1], None]
    """
    if not values.null_count:
        return pa.LargeListArray.from_arrays(pa.array(np.arange(len(values) + 1)), values)
    valid = np.asarray(values.is_valid())
    return ragged_column(valid.astype(np.int64), values.drop_null(), valid)


def ragged_column(lengths: Vector, values: pa.Array, valid: Vector) -> pa.LargeListArray:
    """Lists of the given lengths over `values`; null where not `valid`."""
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    nulls = np.concatenate([~valid, [False]])
    return pa.LargeListArray.from_arrays(pa.array(offsets, mask=nulls), values)


class WithinError(Exception):
    """A value that is missing among others of a list; `row` is the place of the list."""

    def __init__(self, row: int) -> None:
        super().__init__(row)
        self.row = row

    def told(self, where: str, name: str) -> DataError:
        """What is raised in its place.

        Args:
            where: Names the row.
            name: Of the column.
        """
        return DataError(
            f"{where}, column {name!r}: a value within the list is missing, and those after it "
            "would move up. Put a value in its place (NaN among floats), or leave out the list."
        )


def with_values(column: pa.Array, values: pa.Array) -> pa.LargeListArray:
    """The lists of a column with other values in them, one for one.

    A list of nulls, or whose only value is NaN, is null. A NaN among others stays: the
    place of a value in its list may mean something.

    Raises:
        WithinError: There is a null among others.

    Example:
        >>> lists = pa.array([[1, 2], [3]])
        >>> with_values(lists, pa.array([1, float("nan"), None])).to_pylist()
        [[1.0, nan], None]
    """
    valid = np.asarray(column.is_valid())
    lengths = np.asarray(pc.fill_null(pc.list_value_length(column), 0)).astype(np.int64)
    missing = np.asarray(values.is_null(nan_is_null=True))
    if missing.any():
        rows = np.repeat(np.arange(len(column)), lengths)
        nulls = np.bincount(rows[np.asarray(values.is_null())], minlength=len(column))
        if ((nulls > 0) & (nulls < lengths)).any():
            raise WithinError(int(np.argmax((nulls > 0) & (nulls < lengths))))
        lone = np.bincount(rows[missing], minlength=len(column)) == lengths
        gone = (nulls > 0) | (lone & (lengths == 1))
        valid, values = valid & ~gone, values.filter(pa.array(~gone[rows]))
        lengths = np.where(gone, 0, lengths)
    return ragged_column(lengths, values, valid)


def empty_column(rows: int, value_type: pa.DataType = INT) -> pa.LargeListArray:
    """A column without any value."""
    return pa.nulls(rows, pa.large_list(value_type))


def is_list(kind: pa.DataType) -> bool:
    """Whether it is one of Arrow's list types of any length."""
    return pa.types.is_list(kind) or pa.types.is_large_list(kind)


def parts(column: pa.Array, name: str) -> tuple[Vector, pa.Array | None]:
    """Lengths of the lists of a column, and all its values one after the other.

    Args:
        column: Lists of int64, floats, strings or bytes, or of type null.
        name: Said in the error.

    Returns:
        Lengths (int64, a null list is 0), and the values as int64, float32 or
        large_binary; None where the column is of type null.

    Raises:
        DataError: A column of another type.
    """
    kind = column.type
    if pa.types.is_null(kind):
        return np.zeros(len(column), np.int64), None
    if not is_list(kind):
        raise DataError(f"Column {name!r} is of type {kind}, not a list of values a row.")
    lengths = np.asarray(pc.fill_null(pc.list_value_length(column), 0)).astype(np.int64)
    values = column.flatten()
    if pa.types.is_null(values.type):
        return lengths, None
    return lengths, values.cast(stored_type(values.type, name), safe=False)


def stored_type(kind: pa.DataType, name: str) -> pa.DataType:
    """The stored type of canonical values, be they in 32 or 64 bits.

    Raises:
        DataError: For a type that is not stored.
    """
    if pa.types.is_int64(kind):
        return INT
    if pa.types.is_floating(kind):
        return FLOAT
    if any(
        test(kind)
        for test in (
            pa.types.is_binary,
            pa.types.is_large_binary,
            pa.types.is_string,
            pa.types.is_large_string,
        )
    ):
        return BYTES
    raise DataError(f"Column {name!r} holds values of type {kind}; int64, float32 or bytes do.")


def encodable(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The batch with columns of type null made columns of empty lists, which encode."""
    if not any(pa.types.is_null(field.type) for field in batch.schema):
        return batch
    columns = [
        empty_column(len(column)) if pa.types.is_null(column.type) else column
        for column in batch.columns
    ]
    return pa.RecordBatch.from_arrays(columns, batch.schema.names)


def batch_of(
    columns: Mapping[str, pa.Array] | Iterable[tuple[str, pa.Array]], rows: int = 0
) -> pa.RecordBatch:
    """A batch of named columns.

    Args:
        columns: Name -> column.
        rows: How many rows there are where there is no column to tell.

    Example:
        >>> batch_of({}, 3).num_rows
        3
    """
    named = dict(columns)
    if not named:
        bare = pa.Array.from_buffers(pa.struct([]), rows, [None])
        return pa.RecordBatch.from_struct_array(bare)
    return pa.RecordBatch.from_arrays(list(named.values()), list(named))
