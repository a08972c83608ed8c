"""Transformed columns of a batch as NumPy arrays."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from zenml.errors import DataError
from zenml.models.columns import Column

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

Arrays = dict[str, "np.ndarray[Any, Any]"]


def arrays_of(batch: pa.RecordBatch, columns: Sequence[Column]) -> Arrays:
    """The columns of a batch of transformed rows.

    Args:
        batch: As `zenml.records.read_batches` yields it.
        columns: Which of them, and what is known about each.

    Returns:
        Name -> array of int64, float32 or bytes, of shape (rows, *shape of a row). Rows of
        any number of indices become float32 (rows, classes), 1.0 at each index.

    Raises:
        DataError: Names the column and the row that has another number of values.

    Example:
        >>> import pyarrow as pa
        >>> batch = pa.RecordBatch.from_arrays([pa.array([[0], [2]])], ["island_xf"])
        >>> arrays_of(batch, [Column("island_xf", "int64", (1,), 3)])["island_xf"].tolist()
        [[0], [2]]
    """
    return {column.name: _array(batch, column) for column in columns}


def multi_hot(
    rows: np.ndarray[Any, Any], indices: np.ndarray[Any, Any], count: int, classes: int
) -> np.ndarray[Any, Any]:
    """Indices as float32 (count, classes), 1.0 at each; what is no index is left out.

    Args:
        rows: Which row each index belongs to.
        indices: The indices.
        count: Number of rows.
        classes: Number of indices that there can be.
    """
    import numpy as np

    table = np.zeros((count, classes), np.float32)
    known = (indices >= 0) & (indices < classes)
    table[rows[known], indices[known]] = 1
    return table


def check_width(column: Column) -> None:
    """Refuses a column whose rows have any number of values that are no indices.

    Raises:
        DataError: Names it.
    """
    if None in column.shape and column.classes is None:
        raise DataError(
            f"Rows of {column.name!r} have different numbers of values. Bring them to one width "
            "in the preprocesser, for words with 'compute_and_apply_vocabulary' or 'tfidf'."
        )


def _array(batch: pa.RecordBatch, column: Column) -> np.ndarray[Any, Any]:
    import numpy as np

    from zenml.records.columns import empty_column, parts

    place = batch.schema.get_field_index(column.name)
    held = batch.column(place) if place >= 0 else empty_column(batch.num_rows)
    lengths, values = parts(held, column.name)
    flat = np.empty(0, np.int64) if values is None else values.to_numpy(zero_copy_only=False)
    if None in column.shape:
        check_width(column)
        rows = np.repeat(np.arange(len(lengths)), lengths)
        return multi_hot(rows, flat, len(lengths), column.classes or 0)
    width = math.prod(n or 1 for n in column.shape)
    if (lengths != width).any():
        row = int(np.argmax(lengths != width))
        raise DataError(
            f"Row {row} of the batch has {lengths[row]} value(s) in the column {column.name!r}, "
            f"which has {width} a row: these are not the rows that the preprocesser transformed."
        )
    kind = object if column.dtype == "string" else column.dtype
    return flat.astype(kind, copy=False).reshape(len(lengths), *column.shape)
