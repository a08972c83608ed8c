"""Rows for people and their libraries: a pyarrow Table or a DataFrame of plain columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from zenml.errors import DataError
from zenml.records.columns import BYTES, is_list
from zenml.records.folders import split_files
from zenml.records.reader import read_batches

if TYPE_CHECKING:
    import pandas as pd


def read_table(uri: str, split: str, rows: int | None = None) -> pa.Table:
    """The rows of a split of an examples artifact, or the first of them.

    A column in which no row has more than one value is a column of values, another one
    of lists. Values are int64, float32, and strings, or bytes where a column holds some
    that are no UTF-8. A missing value is null. Columns are sorted by name.

    Args:
        uri: Folder of the artifact.
        split: Name of the split.
        rows: At most so many; None is all.

    Raises:
        DataError: There is no such split, or a file that cannot be read.
    """
    batches = read_batches(split_files(uri, split))
    return plain_table(list(batches if rows is None else _first(batches, rows)))


def _first(batches: Iterable[pa.RecordBatch], rows: int) -> Iterator[pa.RecordBatch]:
    left = rows
    for batch in batches:
        yield batch.slice(0, left)
        left -= batch.num_rows
        if left <= 0:
            return


def plain_table(batches: list[pa.RecordBatch]) -> pa.Table:
    """Batches of lists as one table of plain columns.

    Example:
        >>> lists = pa.array([[b"x"], None], pa.large_list(pa.large_binary()))
        >>> plain_table([pa.RecordBatch.from_arrays([lists], ["a"])]).to_pydict()
        {'a': ['x', None]}
    """
    names = sorted({name for batch in batches for name in batch.schema.names})
    columns = [_plain(_whole(batches, name)) for name in names]
    return pa.Table.from_arrays(columns, names)


def _whole(batches: list[pa.RecordBatch], name: str) -> pa.Array:
    """A column of all batches; where a batch has no value of it, nulls of the others' type."""
    found = []
    for batch in batches:
        at = batch.schema.get_field_index(name)
        found.append(pa.nulls(batch.num_rows) if at < 0 else batch.column(at))
    kinds = [column.type for column in found if not pa.types.is_null(column.type)]
    kind = kinds[0] if kinds else pa.null()
    return pa.concat_arrays(
        [pa.nulls(len(c), kind) if pa.types.is_null(c.type) else c.cast(kind) for c in found]
    )


def _plain(column: pa.Array) -> pa.Array:
    if not is_list(column.type):
        return column
    lengths = np.asarray(pc.fill_null(pc.list_value_length(column), 0)).astype(np.int64)
    values = _text(column.flatten())
    if not lengths.size or lengths.max() > 1:
        offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        return pa.LargeListArray.from_arrays(pa.array(offsets), values)
    if len(values) == len(column):
        return values
    places = np.cumsum(lengths) - 1
    return values.take(pa.array(places, mask=lengths == 0))


def _text(values: pa.Array) -> pa.Array:
    """Bytes as strings, if all of them are."""
    if values.type != BYTES:
        return values
    try:
        return values.cast(pa.large_string())
    except pa.ArrowInvalid:
        return values


def to_frame(table: pa.Table) -> pd.DataFrame:
    """A table as a DataFrame; whole numbers stay whole where some are missing (`Int64`).

    Example:
        >>> to_frame(pa.table({"n": [1, None]})).dtypes["n"]
        Int64Dtype()
    """
    import pandas as pd

    columns: dict[str, Any] = {}
    for name, column in zip(table.column_names, table.columns, strict=True):
        if pa.types.is_integer(column.type) and column.null_count:
            missing = np.asarray(column.is_null())
            numbers = pc.fill_null(column, 0).to_numpy()
            columns[name] = pd.Series(pd.arrays.IntegerArray(numbers.copy(), missing))
        elif is_list(column.type):
            columns[name] = pd.Series(column.to_pylist(), dtype=object)
        else:
            columns[name] = column.to_pandas()
    return pd.DataFrame(columns, columns=table.column_names)


def with_index(frame: Any, what: str) -> Any:
    """The frame with its named indexes as columns; of those without a name, only numbers go.

    Args:
        frame: A DataFrame.
        what: Names its source in errors, e.g. "Step `load` returned".

    Raises:
        DataError: An index and a column have the same name, or an index that has none
            holds more than whole numbers, which count rows.
    """
    _check_nameless(frame, what)
    named = [name for name in frame.index.names if name is not None]
    if not named:
        return frame
    try:
        return frame.reset_index(level=named)
    except ValueError as exc:
        raise DataError(
            f"{what} a DataFrame with an index and a column of one name ({exc}): rename "
            "one, or drop the index with reset_index(drop=True)."
        ) from exc


def _check_nameless(frame: Any, what: str) -> None:
    for level, name in enumerate(frame.index.names):
        values = frame.index.get_level_values(level)
        if name is None and len(values) and values.dtype.kind not in "iu":
            raise DataError(
                f"{what} a DataFrame with an index without a name that holds {values[0]!r} and the "
                "like: name it (rename_axis), and it is a column; or drop it with "
                "reset_index(drop=True)."
            )
