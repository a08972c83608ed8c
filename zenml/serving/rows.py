"""Rows of a request by the names of their columns, checked against what the model reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zenml.errors import RequestError
from zenml.models.parsed_columns import RawColumn
from zenml.models.row_words import unknown_column
from zenml.serving.values import INFINITE, Where, as_json, to_cell

_ACCEPTED: dict[str, set[type]] = {"int64": {int}, "float32": {float, int}, "string": {str}}
# Integers below are stored by Arrow as they are.
_LIMIT = {"int64": 2**63, "float32": 2**24}


@dataclass(frozen=True)
class Rows:
    """Rows of a request, checked, by column; serialised together with those of others.

    Attributes:
        count: How many.
        columns: Column -> a value for each row, or a list of values for each, or None.
        plain: The columns in which no cell is a list.

    Example:
        >>> Rows(2, {"n": [1, 2]}, frozenset(["n"])).count
        2
    """

    count: int
    columns: Mapping[str, list[Any]]
    plain: frozenset[str]


def rows_of(
    given: Sequence[Mapping[str, Any]],
    columns: Mapping[str, RawColumn],
    ignored: Sequence[str],
    key: str,
) -> Rows:
    """Checks rows.

    Args:
        given: Objects of values by column; one that is missing is left out, or null.
        columns: What the model reads.
        ignored: Columns that the rows may have besides: labels, and what it does not read.
        key: Of the rows in the request, said in errors.

    Raises:
        RequestError: Names the row and the column that does not fit.
    """
    known = columns.keys() | set(ignored)
    for number, row in enumerate(given):
        if not isinstance(row, dict):
            raise RequestError(
                f"{key}[{number}] is {as_json(row)}; a row is an object of values by column, like "
                f"the others of the request."
            )
        if not row.keys() <= known:
            name = next(name for name in row if name not in known)
            raise RequestError(unknown_column(f"{key}[{number}]", name, known))
    return _checked(
        {name: [row.get(name) for row in given] for name in columns},
        columns,
        len(given),
        lambda number, name: f"{key}[{number}]: column {name!r}",
    )


def rows_of_columns(
    given: Mapping[str, Any], columns: Mapping[str, RawColumn], ignored: Sequence[str], key: str
) -> Rows:
    """Checks columns, each a list of one value for each row; see `rows_of`."""
    known = columns.keys() | set(ignored)
    for name, values in given.items():
        if name not in known:
            raise RequestError(unknown_column(key, name, known))
        if not isinstance(values, list):
            raise RequestError(
                f"{key}: column {name!r} is {as_json(values)}; it takes a list, a value a row."
            )
    lengths = {name: len(values) for name, values in given.items()}
    if len(set(lengths.values())) != 1 or not next(iter(lengths.values())):
        told = ", ".join(f"{name} has {length}" for name, length in lengths.items())
        raise RequestError(
            f"{key}: columns are of the same length, at least 1: {told or 'none is there'}."
        )
    count = next(iter(lengths.values()))
    return _checked(
        {name: given.get(name, [None] * count) for name in columns},
        columns,
        count,
        lambda number, name: f"{key}: column {name!r}, row {number}",
    )


def _checked(
    values: Mapping[str, list[Any]], columns: Mapping[str, RawColumn], count: int, where: Where
) -> Rows:
    """The cells as they are stored: those of most columns as they came."""
    found: dict[str, list[Any]] = {}
    plain = set()
    for name, column in columns.items():
        if _are_plain(values[name], column):
            found[name] = values[name]
            plain.add(name)
        else:
            found[name] = [to_cell(v, column, where, at) for at, v in enumerate(values[name])]
    return Rows(count, found, frozenset(plain))


def _are_plain(values: Sequence[Any], column: RawColumn) -> bool:
    """Whether cells are stored as they came: one value each, or none, and all of them fit."""
    kinds = set(map(type, values))
    if not column.required:
        kinds.discard(type(None))
    if column.size not in (None, 1) or not kinds <= _ACCEPTED[column.dtype]:
        return False
    if column.dtype == "string":
        return _is_utf8(values)
    limit = _LIMIT[column.dtype] if int in kinds else INFINITE
    return all(value is None or -limit < value < limit for value in values)  # NaN is not


def _is_utf8(texts: Sequence[str | None]) -> bool:
    try:
        "".join(text for text in texts if text).encode()
    except UnicodeEncodeError:
        return False
    return True
