"""Cells as Python and NumPy have them, to columns of lists."""

from __future__ import annotations

import datetime
import decimal
import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from zenml.errors import DataError
from zenml.hints import with_article
from zenml.records.columns import BYTES, DOUBLE, INT, WithinError, list_column, ragged_column
from zenml.records.origin import Origin
from zenml.records.values import number_text

_TEXTS = (str, bytes, bytearray)
_SIZED = (*_TEXTS, list, tuple, np.ndarray)
_NONE = ("NAType", "NaTType")  # what pandas has besides None


def object_column(
    cells: list[Any], name: str, done: int, what: Origin, exact: bool = False
) -> pa.Array:
    """A column of lists from cells of any kinds.

    Args:
        cells: One a row: numbers, text, bytes, dates, None, or lists of them.
        name: Of the column, for errors.
        done: How many rows came before.
        what: Where the rows come from.
        exact: Whether its values must not go through floats.

    Returns:
        Lists of int64, float64 or large_binary; of type null where there is no value.

    Raises:
        DataError: Names the row of a value that is not stored.

    Example:
        >>> object_column([1, None, [2, 3]], "a", 0, Origin("read()")).to_pylist()
        [[1], None, [2, 3]]
    """
    kinds = set(map(type, cells)) - {type(None)}
    try:
        if kinds <= {int, bool}:
            ints = [None if cell is None else int(cell) for cell in cells]
            return list_column(pa.array(ints, INT)) if kinds else pa.nulls(len(cells))
        if kinds <= ({float} if exact else {int, float}):
            return list_column(pa.array(cells, DOUBLE, from_pandas=True))
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
        return pa.array(map(float, scalars), DOUBLE)
    return pa.array([_encoded(scalar) for scalar in scalars], BYTES)


def _encoded(scalar: Any) -> bytes:
    if isinstance(scalar, bytes):
        return scalar
    return scalar.encode() if isinstance(scalar, str) else number_text(scalar)


def _scalars(cell: Any, name: str, row: int, what: Origin) -> list[Any] | None:
    """The values of one cell as int, float, Decimal, str or bytes; None where it is missing."""
    if isinstance(cell, np.ndarray):
        if cell.ndim > 1:
            raise _refused(cell, name, row, what, f"an array of {cell.ndim} dimensions: flatten it")
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
            raise _refused(value, name, row, what, "a number beyond 64 bits: pass a float or text")
        return int(value)
    if isinstance(value, decimal.Decimal):
        return value
    if isinstance(value, float):
        return float(value)
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError as exc:
            raise _refused(value, name, row, what, "a string that UTF-8 cannot hold") from exc
        return str(value)
    if isinstance(value, (bytes, bytearray)):
        return bytes(value)
    if isinstance(value, (datetime.date, datetime.datetime)):
        return _iso(value)
    if isinstance(value, datetime.time):
        return value.isoformat()
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
        f"{what.at(row)}, column {name!r}: {text} is {why or kind_of_object(value)}. "
        "A cell is a number, a boolean, text, bytes, a date or time, None, or a list of these."
        f"{_advice(value)}"
    )


def _advice(value: Any) -> str:
    if isinstance(value, Mapping):
        return " Give each of its keys a column; or, where rows lie in a list, each a row."
    return " Give its total_seconds()." if isinstance(value, datetime.timedelta) else ""


def kind_of_object(value: Any) -> str:
    """The type of a value, with an article.

    Example:
        >>> kind_of_object(3), kind_of_object(None)
        ('an int', 'nothing')
    """
    if value is None:
        return "nothing"
    kind = type(value)
    name = f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")
    return with_article(name)


def size_of(cells: Iterable[Any]) -> int:
    """About how many bytes cells are; a number that is a cell hardly counts.

    Example:
        >>> size_of([b"abc", 7, "de"]), size_of([[b"abc", b"de"]])
        (5, 21)
    """
    return sum(
        len(cell) if isinstance(cell, _TEXTS) else _size_of_many(cell)
        for cell in cells
        if isinstance(cell, _SIZED)
    )


def _size_of_many(cell: Any) -> int:
    """About how many bytes a list, a tuple or an array is: eight a value, and its text."""
    if isinstance(cell, np.ndarray):
        if not cell.dtype.hasobject:
            return cell.nbytes
        cell = cell.ravel()
    return 8 * len(cell) + sum(len(value) for value in cell if isinstance(value, _TEXTS))
