"""Columns of a batch as matrices."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from zenml.components.evaluator.rows import NoNumbersError, NotVectorisableError
from zenml.errors import DataError


def matrix_of(batch: pa.RecordBatch, column: str, what: str) -> np.ndarray:
    """(rows, values) of a column in which each row has as many values as the others."""
    array = batch.column(batch.schema.get_field_index(column))
    if pa.types.is_null(array.type):
        lengths = np.zeros(len(array), np.int64)
    else:
        lengths = np.asarray(array.value_lengths().fill_null(0))
    empty = int((lengths == 0).sum())
    if empty:
        raise DataError(
            f"The {what} {column!r} has no value in {empty:,} of {len(array):,} rows of a batch, "
            "so they cannot be evaluated. Leave those rows out of the data, or fill the column."
        )
    if lengths.min() != lengths.max():
        raise NotVectorisableError(f"the {what} {column!r}, whose rows differ in length")
    values = array.flatten()
    if pa.types.is_large_binary(values.type) or pa.types.is_binary(values.type):
        raise NoNumbersError(f"the {what} {column!r} is text")
    if not (pa.types.is_integer(values.type) or pa.types.is_floating(values.type)):
        raise NotVectorisableError(f"the {what} {column!r} of type {values.type}")
    return np.asarray(values).reshape(len(array), -1)
