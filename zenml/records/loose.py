"""Rows as users hand them over, to batches of lists whose types are not settled yet.

A loose batch holds int64, float or large_binary values, or none; which of them
a column is in the end is known only when all rows were seen (`spool`).
"""

from __future__ import annotations

import datetime
import decimal
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from zenml.errors import DataError
from zenml.records.columns import (
    BYTES,
    FLOAT,
    INT,
    WithinError,
    batch_of,
    is_list,
    list_column,
    ragged_column,
    with_values,
)
from zenml.records.origin import Origin
from zenml.records.values import iso_text, nan_to_null, number_text

_ROWS = 5000
_FLOAT = pa.float64()
_NONE = ("NAType", "NaTType")  # what pandas has besides None
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
    done = 0
    for item in items:
        if isinstance(item, Mapping):
            rows.append(item)
            if len(rows) < _ROWS:
                continue
        if rows:
            yield _from_dicts(rows, done, what, exact)
            done += len(rows)
            rows = []
        if not isinstance(item, Mapping):
            for batch in _arrow_batches(item, what, done, exact):
                yield _from_arrow(batch, what, done, exact)
                done += batch.num_rows
    if rows:
        yield _from_dicts(rows, done, what, exact)


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
        yield from item.to_batches(max_chunksize=_ROWS)
    elif type(item).__module__.startswith("pandas.") and hasattr(item, "columns"):
        for start in range(0, len(item), _ROWS):
            yield _from_frame(item.iloc[start : start + _ROWS], what, done + start, exact)
    else:
        raise DataError(
            f"{what} gave a {type(item).__module__}.{type(item).__qualname__} after {done} rows; "
            "it must give dicts, pandas DataFrames, or pyarrow RecordBatches or Tables."
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
    return _column(values.tolist(), name, done, what, name in exact)


def _from_dicts(
    rows: Sequence[Mapping[str, Any]], done: int, what: Origin, exact: frozenset[str]
) -> pa.RecordBatch:
    names = dict.fromkeys(name for row in rows for name in row)
    for name in names:
        if not isinstance(name, str):
            raise DataError(f"{what}: the column name {name!r} is no string.")
    columns = (
        (name, _column([row.get(name) for row in rows], name, done, what, name in exact))
        for name in names
    )
    return batch_of(columns, len(rows))


def _column(cells: list[Any], name: str, done: int, what: Origin, exact: bool = False) -> pa.Array:
    kinds = set(map(type, cells)) - {type(None)}
    try:
        if kinds <= {int, bool}:
            ints = [None if cell is None else int(cell) for cell in cells]
            return list_column(pa.array(ints, INT)) if kinds else pa.nulls(len(cells))
        if kinds <= ({float} if exact else {int, float}):
            return list_column(pa.array(cells, _FLOAT, from_pandas=True))
        if kinds == {str}:
            return list_column(pa.array(cells, pa.large_string()).cast(BYTES))
        if kinds == {bytes}:
            return list_column(pa.array(cells, BYTES))
    except (pa.ArrowInvalid, OverflowError, UnicodeEncodeError):
        pass  # the slow way names the row
    lists = [_scalars(cell, name, done + row, what) for row, cell in enumerate(cells)]
    valid = np.array([found is not None for found in lists], bool)
    lengths = np.array([len(found or ()) for found in lists], np.int64)
    flat = [value for found in lists if found for value in found]
    return (
        ragged_column(lengths, _flat(flat, exact), valid)
        if flat or valid.any()
        else pa.nulls(len(cells))
    )


def _flat(scalars: list[Any], exact: bool) -> pa.Array:
    kinds = set(map(type, scalars))
    if kinds <= {int}:
        return pa.array(scalars, INT)
    if kinds <= ({float} if exact else {int, float, decimal.Decimal}):
        return pa.array(map(float, scalars), _FLOAT)
    return pa.array([_encoded(scalar) for scalar in scalars], BYTES)


def _encoded(scalar: Any) -> bytes:
    if isinstance(scalar, bytes):
        return scalar
    return scalar.encode() if isinstance(scalar, str) else number_text(scalar)


def _scalars(cell: Any, name: str, row: int, what: Origin) -> list[Any] | None:
    """The values of one cell as int, float, Decimal, str or bytes; None where it is missing."""
    if isinstance(cell, np.ndarray):
        if cell.ndim > 1:
            raise _refused(cell, name, row, what, f"array of {cell.ndim} dimensions: flatten it")
        cell = cell.tolist()
    if isinstance(cell, (list, tuple)):
        found = [_scalar(value, name, row, what) for value in cell]
        if None not in found:
            return found
        if len(found) == 1 or not any(map(_is_there, cell)):
            return []
        if any(isinstance(value, (str, bytes)) for value in found) or not all(map(_is_there, cell)):
            raise WithinError(row).told(what.at(row), name)
        return [math.nan if value is None else value for value in found]
    scalar = _scalar(cell, name, row, what)
    return None if scalar is None else [scalar]


def _scalar(value: Any, name: str, row: int, what: Origin) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if not _is_there(value) or value != value:
        return None
    if isinstance(value, int):  # bool is one
        if not -(2**63) <= value < 2**63:
            raise _refused(value, name, row, what, "number beyond 64 bits: pass a float or text")
        return int(value)
    if isinstance(value, decimal.Decimal):
        return value
    if isinstance(value, float):
        return float(value)
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError as exc:
            raise _refused(value, name, row, what, "string that UTF-8 cannot hold") from exc
        return str(value)
    if isinstance(value, (bytes, bytearray)):
        return bytes(value)
    if isinstance(value, (datetime.date, datetime.datetime)):
        return _iso(value)
    raise _refused(value, name, row, what, "")


def _is_there(value: Any) -> bool:
    """Whether it is a value, be it NaN."""
    return value is not None and type(value).__name__ not in _NONE


def _iso(date: datetime.date) -> str:
    """ISO 8601, in UTC where a zone is named: one instant is one text."""
    if not isinstance(date, datetime.datetime) or date.tzinfo is None:
        return date.isoformat()
    return date.astimezone(datetime.timezone.utc).isoformat().replace("+00:00", "Z")


def _refused(value: Any, name: str, row: int, what: Origin, why: str) -> DataError:
    text = repr(value) if len(repr(value)) < 60 else repr(value)[:57] + "..."
    return DataError(
        f"{what.at(row)}, column {name!r}: {text} is a "
        f"{why or type(value).__module__ + '.' + type(value).__qualname__}. "
        "A cell is a number, a boolean, text, bytes, a date, None, or a list of these."
    )


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
        return _plain(values.cast(kind.value_type), name, what)
    if pa.types.is_null(kind):
        return None
    if kind in (INT, BYTES):
        return values
    if pa.types.is_boolean(kind) or pa.types.is_integer(kind):
        return values.cast(INT)
    if pa.types.is_float16(kind):  # Arrow 10 does not cast it
        floats = values.to_numpy(zero_copy_only=False).astype(np.float64)
        return pa.array(floats, _FLOAT, mask=np.asarray(values.is_null()))
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return values if kind == FLOAT else values.cast(_FLOAT)
    if pa.types.is_timestamp(kind):
        # Of a zone, Arrow keeps the instant in UTC: only its name goes.
        return iso_text(values.cast(pa.timestamp("us", kind.tz and "UTC"), safe=False))
    if pa.types.is_date(kind):
        return values.cast(pa.date32()).cast(pa.string()).cast(BYTES)
    try:
        return values.cast(BYTES)
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid) as exc:
        raise DataError(
            f"{what}: column {name!r} is of type {kind}; numbers, booleans, text, bytes, "
            "dates, and lists of these can be stored."
        ) from exc
