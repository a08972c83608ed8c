"""Which predictions are NaN, and what is said of them."""

from __future__ import annotations

from typing import Any


def nan_rows(values: Any) -> Any:
    """Which rows of an output hold NaN, as an array of booleans.

    Args:
        values: Array of one row a row, of any rank.

    Example:
        >>> import numpy as np
        >>> nan_rows(np.array([[0.2, 0.8], [np.nan, 0.1]])).tolist()
        [False, True]
    """
    import numpy as np

    table = values.reshape(len(values), -1)
    return np.isnan(table).any(axis=1) if table.dtype.kind == "f" else np.zeros(len(table), bool)


def predicts_nan(model: str, output: str, count: int, rows: int, first: int) -> str:
    """What is said of a model that predicts NaN.

    Args:
        model: Its folder.
        output: The output that holds NaN.
        count: In how many rows.
        rows: Of how many.
        first: Number of the first of them, counted from 1.

    Example:
        >>> predicts_nan("models/1", "late_o", 2, 1000, 7)
        "The model in models/1 predicts NaN in 'late_o' for 2 of 1,000 rows, first for row 7. \
Look there for infinite or very large numbers, which become NaN in a model."
    """
    return (
        f"The model in {model} predicts NaN in {output!r} for {count:,} of {rows:,} rows, first "
        f"for row {first:,}. Look there for infinite or very large numbers, which become NaN in a "
        "model."
    )
