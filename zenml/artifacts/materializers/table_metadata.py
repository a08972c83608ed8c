"""Statistics and the first rows of tables: what is recorded beside a DataFrame."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from zenml.artifacts.materializers.metadata import LIMIT, plain_value

PREVIEW_ROWS = 5
CHEAP = 20_000_000  # cells; beyond, statistics would take as long as writing
_FOR_COLUMNS = LIMIT * 6 // 10
_FOR_ROWS = LIMIT * 3 // 10


def describe_frame(frame: Any) -> dict[str, Any]:
    """Rows and columns of a pandas DataFrame, statistics of each, the first rows."""
    cheap = frame.size <= CHEAP
    columns = [
        (label, partial(describe_column, frame.iloc[:, i], cheap))
        for i, label in enumerate(frame.columns)
    ]
    head = frame.iloc[:PREVIEW_ROWS]
    rows = [list(row) for row in head.itertuples(index=False, name=None)]
    return describe_table(len(frame), columns, rows)


def describe_series(series: Any) -> dict[str, Any]:
    """Length, dtype and statistics of a pandas Series, the first values."""
    found = describe_column(series, series.size <= CHEAP)
    return {"rows": len(series), **found, "preview": list(series.iloc[:PREVIEW_ROWS])}


def describe_column(column: Any, cheap: bool) -> dict[str, Any]:
    """dtype, nulls, and of numbers and times the smallest, the largest and the mean."""
    found: dict[str, Any] = {"dtype": str(column.dtype)}
    if not cheap:
        return found
    nulls = int(column.isna().sum())
    found["nulls"] = nulls
    if column.dtype.kind in "biufmM" and nulls < len(column):
        for name in ("min", "max", "mean"):
            # Some dtypes have no mean, and some versions of pandas none for them yet.
            with suppress(TypeError, ValueError, ArithmeticError, NotImplementedError):
                found[name] = plain_value(getattr(column, name)())
    return found


def describe_table(
    rows: int,
    columns: Sequence[tuple[Any, Callable[[], dict[str, Any]]]],
    preview: Sequence[list[Any]],
) -> dict[str, Any]:
    """What is recorded of a table of any library, as much of it as there is room for.

    Args:
        rows: How many.
        columns: Label of each -> what describes it.
        preview: The first rows.
    """
    found: dict[str, Any] = {"rows": rows, "columns": len(columns)}
    described: list[dict[str, Any]] = []
    room = _FOR_COLUMNS
    for label, describe in columns:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of overflows, which give null
            one = {"name": plain_value(label), **plain_value(describe())}
        room -= len(json.dumps(one)) + 1
        if room < 0:
            found["columns_left_out"] = len(columns) - len(described)
            break
        described.append(one)
    found["statistics"] = described
    shown = [plain_value(row[: len(described)]) for row in preview]
    while shown and len(json.dumps(shown)) > _FOR_ROWS:
        shown.pop()
    return {**found, "preview": shown}
