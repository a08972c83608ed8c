"""What is said of rows that a model does not take, in Python and over HTTP alike."""

from __future__ import annotations

from collections.abc import Collection

from zenml.hints import did_you_mean, number_of
from zenml.models.parsed_columns import RawColumn


def unknown_column(where: str, name: str, known: Collection[str]) -> str:
    """That there is no such column; names the nearest.

    Args:
        where: The row, or the rows.
        name: Of the column.
        known: The columns that rows may have.

    Example:
        >>> unknown_column("row 1", "plce", ["place", "size"])
        "row 1: the model has no column 'plce'. Did you mean 'place'? It has: place, size."
    """
    near = did_you_mean(name, known)
    return f"{where}: the model has no column {name!r}.{near} It has: {', '.join(sorted(known))}."


def missing_value(where: str) -> str:
    """That a column that every row needs has no value; `where` names row and column."""
    return f"{where} is missing; every row needs it."


def other_kind(where: str, column: RawColumn, shown: str) -> str:
    """That a value, as it is shown, is not of the column's type."""
    return f"{where} takes {column.kind}, not {shown}."


def other_size(where: str, column: RawColumn, count: int) -> str:
    """That a cell has more or fewer values than the column."""
    return f"{where} has {number_of('values', count)}; it takes {column.size}."
