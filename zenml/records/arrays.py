"""NumPy arrays as rows: one column an array."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from zenml.records.columns import batch_of
from zenml.records.loose import loose_column
from zenml.records.origin import Origin

_ROWS = 5000
_VALUES = 1 << 21  # of a batch, where rows are wide


def array_batches(arrays: Mapping[str, Any], what: str) -> Iterator[pa.RecordBatch]:
    """Yields the rows of one array or more, all of one length.

    Args:
        arrays: Column -> array. One of several dimensions gives a list a row, in the
            order in which C has its values.
        what: Names the source in errors.

    Raises:
        DataError: Names the row and the column of a value that is not stored.

    Example:
        >>> arrays = {"n": np.arange(2), "pixels": np.zeros((2, 1, 2))}
        >>> [batch.to_pydict() for batch in array_batches(arrays, "arrays")]
        [{'n': [0, 1], 'pixels': [[0.0, 0.0], [0.0, 0.0]]}]
    """
    length = len(next(iter(arrays.values())))
    wide = sum(max(1, array.size // max(1, length)) for array in arrays.values())
    rows = max(1, min(_ROWS, _VALUES // wide))
    for start in range(0, length, rows):
        yield batch_of(
            (name, _column(array[start : start + rows], name, start, what))
            for name, array in arrays.items()
        )


def _column(cells: Any, name: str, start: int, what: str) -> pa.Array:
    if np.ma.isMaskedArray(cells) and cells.ndim > 1 and cells.dtype.kind == "f":
        cells = cells.filled(np.nan)
    if np.ma.isMaskedArray(cells):
        masked, cells = np.ma.getmaskarray(cells), np.array(cells.data, object)
        cells[masked] = None
    if cells.ndim > 1 and cells.dtype == object:
        lists = np.empty(len(cells), object)
        lists[:] = [row.ravel().tolist() for row in cells]
        cells = lists
    if cells.ndim == 1:
        return loose_column(cells, name, start, Origin(what))
    flat = cells.reshape(-1)
    try:
        values = pa.array(flat)  # NaN stays in its place
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
        values = loose_column(flat, name, start, Origin(what))
    width = len(values) // len(cells)
    return pa.LargeListArray.from_arrays(pa.array(np.arange(len(cells) + 1) * width), values)
