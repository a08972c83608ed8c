"""The features of a batch as one matrix of numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from zenml.errors import DataError
from zenml.models.arrays import Arrays, check_width
from zenml.models.columns import LABEL, Column

if TYPE_CHECKING:
    import numpy as np

ONE_HOT_CLASSES = 32


def matrix_of(
    features: Arrays, columns: Sequence[Column], one_hot_classes: int = ONE_HOT_CLASSES
) -> np.ndarray[Any, Any]:
    """One row of numbers a row.

    Numbers stand as they are. Indices are no quantities: up to `one_hot_classes` of them go
    in one-hot. More go in as the index itself, by which trees can split: those of a
    vocabulary are in the order of how often its words come up.

    Args:
        features: Name -> array, as `zenml.models.arrays.arrays_of` gives them.
        columns: What is known about them; their order is that of the matrix.
        one_hot_classes: How many indices a column may have to go in one-hot.

    Returns:
        float32, of shape (rows, `len(names_of(columns, one_hot_classes))`).

    Example:
        >>> import numpy as np
        >>> features = {"island_xf": np.array([[0], [2]]), "mass_xf": np.array([[0.5], [1.0]])}
        >>> columns = [Column("island_xf", "int64", (1,), 3), Column("mass_xf", "float32", (1,))]
        >>> matrix_of(features, columns).tolist()
        [[1.0, 0.0, 0.0, 0.5], [0.0, 0.0, 1.0, 1.0]]
    """
    import numpy as np

    parts = []
    for column in columns:
        values = features[column.name]
        flat = values.reshape(len(values), -1)
        if is_one_hot(column, one_hot_classes):
            there = flat[:, :, None] == np.arange(column.classes)
            flat = there.reshape(len(flat), -1)
        parts.append(flat.astype(np.float32, copy=False))
    return np.concatenate(parts, axis=1)


def names_of(columns: Sequence[Column], one_hot_classes: int = ONE_HOT_CLASSES) -> list[str]:
    """What stands in each column of the matrix: `mass_xf`, `island_xf=2`, `pixels_xf[7]`."""
    found = []
    for column in columns:
        if None in column.shape:
            found += [f"{column.name}={index}" for index in range(column.classes or 0)]
            continue
        width = math.prod(n or 1 for n in column.shape)
        places = [column.name] if width == 1 else [f"{column.name}[{i}]" for i in range(width)]
        if is_one_hot(column, one_hot_classes):
            places = [f"{place}={i}" for place in places for i in range(column.classes or 0)]
        found += places
    return found


def is_one_hot(column: Column, one_hot_classes: int = ONE_HOT_CLASSES) -> bool:
    """Whether a column goes in one-hot; rows of any number of indices are so already."""
    return None not in column.shape and 0 < (column.classes or 0) <= one_hot_classes


def column_where(wrong: Any, columns: Sequence[Column], one_hot_classes: int) -> str | None:
    """The name of the first column of a matrix that has a wrong value; None where none has.

    Args:
        wrong: bool, of the shape of the matrix.
        columns: What the matrix was made of.
        one_hot_classes: As for `matrix_of`.

    Example:
        >>> import numpy as np
        >>> columns = [Column("a_xf", "float32", (1,)), Column("b_xf", "float32", (1,))]
        >>> column_where(np.array([[False, True]]), columns, 32)
        'b_xf'
    """
    where = wrong.any(axis=0)
    return names_of(columns, one_hot_classes)[int(where.argmax())] if where.any() else None


@contextmanager
def naming_nan(
    who: str, matrix: Any, columns: Sequence[Column], one_hot_classes: int
) -> Iterator[None]:
    """Says of a matrix that is refused which feature has values that are none.

    Args:
        who: What refuses it; said in the error.
        matrix: Of shape (rows, numbers).
        columns: What it was made of.
        one_hot_classes: As for `matrix_of`.

    Raises:
        DataError: What is inside raised a ValueError, and the matrix has such values.
    """
    import numpy as np

    try:
        yield
    except ValueError as exc:
        name = column_where(~np.isfinite(matrix), columns, one_hot_classes)
        if name is None:
            raise
        raise DataError(
            f"{who}: the feature {name!r} has values that are no numbers (NaN or infinite), and "
            "the estimator takes none such. Fill or transform them in the preprocesser, or take "
            "one that does, such as 'sklearn.ensemble.HistGradientBoostingClassifier'."
        ) from exc


def check_numbers(columns: Sequence[Column]) -> None:
    """Refuses columns that cannot be part of a matrix.

    Raises:
        DataError: Names one that holds strings, or rows of any number of values.
    """
    for column in columns:
        if column.dtype == "string":
            what = "label" if column.name.endswith(LABEL) else "feature"
            raise DataError(
                f"The {what} {column.name!r} holds strings. Turn them into numbers in the "
                "preprocesser, with 'compute_and_apply_vocabulary' or 'hash_strings'."
            )
        check_width(column)
