"""Rows as users hand them over, to batches of lists whose types are not settled yet.

A loose batch holds int64, float or large_binary values, or none; which of them
a column is in the end is known only when all rows were seen (`spool`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from zenml.errors import DataError
from zenml.records.columns import (
    BYTES,
    DOUBLE,
    FLOAT,
    INT,
    WithinError,
    batch_of,
    is_list,
    list_column,
    ragged_column,
    with_values,
)
from zenml.records.objects import kind_of_object, object_column, size_of
from zenml.records.origin import Origin
from zenml.records.values import iso_text, nan_to_null, number_text

_ROWS = 5000
_BYTES = 16 << 20  # of a batch, where rows are large
_SAMPLED = 50  # one row of so many tells how large they are
_EXACT = ("INTEGER", "TIMESTAMP", "STRING", "BYTES")  # types that no float may stand for


def loose_batches(
    items: Iterable[Any], what: str | Origin, declared: Mapping[str, str] | None = None
) -> Iterator[pa.RecordBatch]:
    """Yields loose batches from dicts, DataFrames, Arrow batches or Arrow tables.

    Args:
        items: What a user's generator yields; kinds may be mixed.
        what: Names the generator in errors, e.g. "MySource.read()".
        declared: Types of columns, as a schema declares them: what becomes a whole number
            or text keeps all its digits.

    Raises:
        DataError: Names the row and the column of a value that is not stored.

    Example:
        >>> [b.to_pydict() for b in loose_batches([{"a": 1}, {"a": None, "b": "x"}], "read()")]
        [{'a': [[1], None], 'b': [None, [b'x']]}]
    """
    what, exact = Origin.of(what), exact_columns(declared)
    rows: list[Mapping[str, Any]] = []
    done = size = 0
    for item in _items(items, what):
        if isinstance(item, Mapping):
            rows.append(item)
            size += size_of(item.values())
            if len(rows) < _ROWS and size < _BYTES:
                continue
        if rows:
            yield _from_dicts(rows, done, what, exact)
            done += len(rows)
            rows, size = [], 0
        if not isinstance(item, Mapping):
            for batch in _arrow_batches(item, what, done, exact):
                yield _from_arrow(batch, what, done, exact)
                done += batch.num_rows
    if rows:
        yield _from_dicts(rows, done, what, exact)


def _items(given: Any, what: Origin) -> Iterable[Any]:
    """What a generator yields, or the one table that a function returned in its place."""
    if _is_frame(given) or isinstance(given, (pa.RecordBatch, pa.Table)):
        return [given]
    if isinstance(given, (Mapping, str)) or not isinstance(given, Iterable):
        raise DataError(
            f"{what} gave {kind_of_object(given)}; it must yield dicts, pandas DataFrames, or "
            "pyarrow RecordBatches or Tables."
        )
    return given


def _is_frame(item: Any) -> bool:
    return type(item).__module__.startswith("pandas.") and hasattr(item, "columns")


def _frame_size(frame: Any) -> int:
    """About how many bytes a DataFrame is, by some of its rows; the same rows are as many."""
    some = frame.iloc[::_SAMPLED]
    return _SAMPLED * sum(size_of(some.iloc[:, at]) for at in range(frame.shape[1]))


def _rows_at_once(rows: int, size: int) -> int:
    """How many rows of a table of that size make a batch."""
    return max(1, min(_ROWS, _BYTES * rows // max(1, size)))


def exact_columns(declared: Mapping[str, str] | None) -> frozenset[str]:
    """The columns whose values must not go through floats, which hold 16 digits.

    Example:
        >>> exact_columns({"a": "INTEGER", "b": "FLOAT"})
        frozenset({'a'})
    """
    return frozenset(name for name, kind in (declared or {}).items() if kind in _EXACT)


def _arrow_batches(item: Any, what: Origin, done: int, exact: frozenset[str]) -> Iterator[Any]:
    if isinstance(item, pa.RecordBatch):
        item = pa.Table.from_batches([item])
    if isinstance(item, pa.Table):
        yield from item.to_batches(max_chunksize=_rows_at_once(item.num_rows, item.nbytes))
    elif _is_frame(item):
        from zenml.records.frames import with_index

        item = with_index(item, f"{what} gave")
        for first in range(0, len(item), _ROWS):
            part = item.iloc[first : first + _ROWS]
            rows = _rows_at_once(len(part), _frame_size(part))
            for start in range(0, len(part), rows):
                some = part.iloc[start : start + rows]
                yield _from_frame(some, what, done + first + start, exact)
    else:
        raise DataError(
            f"{what} gave {kind_of_object(item)} after {done} rows; it must give dicts, pandas "
            "DataFrames, or pyarrow RecordBatches or Tables."
        )


def _from_frame(frame: Any, what: Origin, done: int, exact: frozenset[str]) -> pa.RecordBatch:
    columns: dict[str, pa.Array] = {}
    for position, name in enumerate(frame.columns):
        column = loose_column(frame.iloc[:, position], str(name), done, what, exact)
        if str(name) in columns:
            raise DataError(f"{what} gave a DataFrame with two columns {str(name)!r}.")
        columns[str(name)] = column
    return batch_of(columns, len(frame))


def loose_column(
    values: Any, name: str, done: int, what: Origin, exact: frozenset[str] = frozenset()
) -> pa.Array:
    """A Series, or an array of one dimension, as Arrow has it; mixed cells as lists.

    Args:
        values: One value a row.
        name: Of the column, for errors.
        done: How many rows came before.
        what: Where the rows come from.
        exact: Names of columns whose values must not go through floats.

    Raises:
        DataError: Names the row of a value that is not stored.
    """
    try:
        found = pa.array(values, from_pandas=True)
        if not is_list(found.type) or not found.flatten().null_count:
            return found  # NaN within lists is null there
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError):
        pass
    return object_column(values.tolist(), name, done, what, name in exact)


def _from_dicts(
    rows: Sequence[Mapping[str, Any]], done: int, what: Origin, exact: frozenset[str]
) -> pa.RecordBatch:
    names = dict.fromkeys(name for row in rows for name in row)
    for name in names:
        if not isinstance(name, str):
            raise DataError(f"{what}: the column name {name!r} is no string.")
    columns = (
        (name, object_column([row.get(name) for row in rows], name, done, what, name in exact))
        for name in names
    )
    return batch_of(columns, len(rows))


def _from_arrow(
    batch: pa.RecordBatch, what: Origin, done: int, exact: frozenset[str]
) -> pa.RecordBatch:
    names = batch.schema.names
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise DataError(f"{what} gave a batch with two columns {twice!r}.")
    columns = (
        (name, _loosen(_digits(column) if name in exact else column, name, what, done))
        for name, column in zip(names, batch.columns, strict=True)
    )
    return batch_of(columns, batch.num_rows)


def _digits(column: pa.Array) -> pa.Array:
    """Decimals as whole numbers, or as text where some are none; all else as it is."""
    if pa.types.is_fixed_size_list(column.type):
        column = _large_list(column)
    values = column.flatten() if is_list(column.type) else column
    if not pa.types.is_decimal(values.type):
        return column
    try:
        exact = values.cast(INT)
    except pa.ArrowInvalid:  # Arrow 10 makes no text of decimals
        texts = [None if d is None else number_text(d).decode() for d in values.to_pylist()]
        exact = pa.array(texts, pa.large_string())
    if values is column:
        return exact
    # with_values would leave out what is missing within a list
    lengths = pc.fill_null(pc.list_value_length(column), 0).cast(INT)
    return ragged_column(np.asarray(lengths), exact, np.asarray(column.is_valid()))


def _loosen(column: pa.Array, name: str, what: Origin, done: int) -> pa.Array:
    kind = column.type
    if pa.types.is_null(kind):
        return column
    if pa.types.is_fixed_size_list(kind):
        column = _large_list(column)
    try:
        if not is_list(column.type):
            values = _plain(column, name, what)
            if values is None:
                return column
            floats = pa.types.is_floating(values.type)
            return list_column(nan_to_null(values) if floats else values)
        values = column.flatten()
        loose = _plain(values, name, what)
        if loose is None:
            # Arrow 10 miscounts the values of lists of nulls.
            count = pc.sum(pc.list_value_length(column)).as_py() or 0
            return with_values(column, pa.nulls(count, INT))
        missing = pc.any(loose.is_null(nan_is_null=True)).as_py()
        if loose is values and not missing and pa.types.is_large_list(column.type):
            return column
        return with_values(column, loose)
    except WithinError as exc:
        raise exc.told(what.at(done + exc.row), name) from exc
    except pa.ArrowInvalid as exc:
        if len(column) == 1:
            raise DataError(f"{what.at(done)}, column {name!r}: {exc}") from exc
        for row in range(len(column)):  # one of them fails, and is named
            _loosen(column.slice(row, 1), name, what, done + row)
        raise DataError(f"{what.at(done)} and after, column {name!r}: {exc}") from exc


def _large_list(column: pa.Array) -> pa.LargeListArray:
    """Lists of one length as lists of any; Arrow 10 does not cast them."""
    valid = np.asarray(column.is_valid())
    values = column.filter(pa.array(valid)).flatten()
    return ragged_column(valid * np.int64(column.type.list_size), values, valid)


def _plain(values: pa.Array, name: str, what: Origin) -> pa.Array | None:
    kind = values.type
    if pa.types.is_dictionary(kind):
        try:
            return _plain(values.cast(kind.value_type), name, what)
        except pa.ArrowNotImplementedError as exc:
            raise _unstorable(kind.value_type, name, what) from exc
    if pa.types.is_null(kind):
        return None
    if kind in (INT, BYTES):
        return values
    if pa.types.is_uint64(kind) and (pc.max(values).as_py() or 0) >= 2**63:
        return values.cast(pa.large_string()).cast(BYTES)
    if pa.types.is_boolean(kind) or pa.types.is_integer(kind):
        return values.cast(INT)
    if pa.types.is_float16(kind):  # Arrow 10 does not cast it
        floats = values.to_numpy(zero_copy_only=False).astype(np.float64)
        return pa.array(floats, DOUBLE, mask=np.asarray(values.is_null()))
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return values if kind == FLOAT else values.cast(DOUBLE)
    if pa.types.is_timestamp(kind):
        # Of a zone, Arrow keeps the instant in UTC: only its name goes.
        return iso_text(values.cast(pa.timestamp("us", kind.tz and "UTC"), safe=False))
    if pa.types.is_date(kind):
        return values.cast(pa.date32()).cast(pa.string()).cast(BYTES)
    if pa.types.is_time(kind):
        return iso_text(values)
    try:
        return values.cast(BYTES)
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid) as exc:
        raise _unstorable(kind, name, what) from exc


def _unstorable(kind: pa.DataType, name: str, what: Origin) -> DataError:
    told, advice = str(kind), "Make it one of them."
    if pa.types.is_duration(kind):
        advice = "Make it a number of seconds: .dt.total_seconds() in pandas."
    elif pa.types.is_struct(kind) or pa.types.is_map(kind):
        advice = "Make a column of each field."
    elif isinstance(kind, pa.BaseExtensionType):
        told, advice = kind.extension_name, "Make it text: .astype(str) in pandas."
    return DataError(
        f"{what}: column {name!r} is of type {told}; numbers, booleans, text, bytes, dates, times, "
        f"and lists of these can be stored. {advice}"
    )
