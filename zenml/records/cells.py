"""Columns in which a row has one value, or none."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from zenml.errors import DataError
from zenml.hints import did_you_mean
from zenml.records.columns import parts


def single_values(batch: pa.RecordBatch, name: str, what: str) -> pa.Array:
    """The values of a column, one a row: int64, float32 or large_binary; null where missing.

    A NaN is a missing value. A column without any value is of type null.

    Args:
        batch: Columns of lists.
        name: Of the column.
        what: Said in errors: who asks for the column.

    Raises:
        DataError: There is no such column, or a row has several values in it.

    Example:
        >>> batch = pa.RecordBatch.from_arrays([pa.array([[1], None])], ["a"])
        >>> single_values(batch, "a", "the split").to_pylist()
        [1, None]
    """
    at = batch.schema.get_field_index(name)
    if at < 0:
        raise no_such_column(name, batch.schema.names, what)
    lengths, values = parts(batch.column(at), name)
    if values is None or not len(values):
        return pa.nulls(batch.num_rows, None if values is None else values.type)
    if lengths.max() > 1:
        raise DataError(
            f"{what} takes one value a row of the column {name!r}, and there is a row that has "
            f"{lengths.max()}. Use a column that holds one value a row, or data without this one."
        )
    if pa.types.is_floating(values.type):
        nans = pc.is_nan(values)
        if pc.any(nans).as_py():
            values = pc.if_else(nans, pa.scalar(None, values.type), values)
    if len(values) == batch.num_rows:
        return values
    return values.take(pa.array(np.cumsum(lengths) - 1, mask=lengths == 0))


def no_such_column(name: str, there: Iterable[str], what: str) -> DataError:
    """The error for a column that the data does not have."""
    names = sorted(there)
    return DataError(
        f"{what} names the column {name!r}, which is not in the data."
        f"{did_you_mean(name, names)} It has {', '.join(names)}."
    )
