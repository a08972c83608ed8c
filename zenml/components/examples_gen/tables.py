"""What free steps return for a table: frames, Arrow tables, rows, columns, splits of these."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from zenml.errors import DataError
from zenml.records.frames import with_index
from zenml.steps.split.base import split_name_fault
from zenml.steps.types import type_name

SPLIT = "examples"  # the one split of a table


def tables_of(value: Any, what: str) -> dict[str, Iterable[Any]]:
    """The rows of a table as `loose_batches` takes them, by split.

    Args:
        value: A DataFrame of pandas or polars, a pyarrow Table or RecordBatch, a list of
            dicts, a dict of columns, or a dict of any of these by split.
        what: Names the step in errors.

    Raises:
        DataError: It is something else; says what would do.

    Example:
        >>> {split: list(rows) for split, rows in tables_of([{"a": 1}], "Step `load`").items()}
        {'examples': [{'a': 1}]}
        >>> list(tables_of({"train": [{"a": 1}], "test": [{"a": 2}]}, "Step `load`"))
        ['train', 'test']
    """
    if isinstance(value, Mapping) and value and all(map(_is_table, value.values())):
        for name in value:
            fault = split_name_fault(name)
            if fault:
                raise DataError(
                    f"{what} returned a dict with the split {name!r}, which is {fault}."
                )
        return {name: _rows(table, f"{what}, split {name!r}") for name, table in value.items()}
    return {SPLIT: _rows(value, what)}


def _is_table(value: Any) -> bool:
    """Whether it is a table by itself, and not a column."""
    if isinstance(value, (list, tuple)):
        return bool(value) and all(isinstance(row, Mapping) for row in value)
    return _is_frame(value) or isinstance(value, (pa.Table, pa.RecordBatch))


def _is_frame(value: Any) -> bool:
    package = type(value).__module__.partition(".")[0]
    return package in ("pandas", "polars") and hasattr(value, "columns")


def _rows(value: Any, what: str) -> Iterable[Any]:
    if isinstance(value, Mapping) and value:
        return [_of_columns(value, what)]
    if isinstance(value, (list, tuple)) and all(isinstance(row, Mapping) for row in value):
        return value
    if isinstance(value, (pa.Table, pa.RecordBatch)):
        return [value]
    if _is_frame(value):
        return [
            value.to_arrow()
            if hasattr(value, "to_arrow")
            else with_index(value, f"{what} returned")
        ]
    raise DataError(
        f"{what} returned {type_name(type(value))}, which is no table: return a pandas.DataFrame, "
        "a pyarrow.Table, a list of dicts, a dict of columns, or a dict of tables by split."
    )


def _of_columns(columns: Mapping[Any, Any], what: str) -> Any:
    import pandas as pd

    try:
        return pd.DataFrame({name: _cells(column) for name, column in columns.items()})
    except (TypeError, ValueError) as exc:
        raise DataError(
            f"{what} returned a dict that is no table ({exc}): return a dict of lists or arrays "
            "of one length, or of tables by split."
        ) from exc


def _cells(column: Any) -> list[Any]:
    if isinstance(column, (str, bytes, Mapping)):
        raise TypeError(f"{type(column).__name__} is no column")
    return list(column)
