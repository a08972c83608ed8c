"""What an inferrer predicted, checked and as columns of rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from zenml.errors import StepInterfaceError
from zenml.models.classes import class_names
from zenml.models.columns import OUTPUT
from zenml.records.columns import list_column
from zenml.steps.trainer.test_results import prediction_column

_LARGEST = float(np.finfo(np.float32).max)


def predicted_columns(
    what: str, found: Any, rows: int, classes: Mapping[str, Sequence[str]]
) -> dict[str, pa.Array]:
    """The columns of a batch of predictions, and the names of the likeliest classes.

    Args:
        what: Gave them; said in errors, e.g. "MyInferrer.predict".
        found: Name -> array of one row a row; a DataFrame is such a mapping too.
        rows: How many rows were predicted.
        classes: Label -> names of its classes.

    Raises:
        StepInterfaceError: It is something else, or holds what a column cannot.

    Example:
        >>> found = predicted_columns("predict", {"late_o": [[0.9]]}, 1, {"late": ["no", "yes"]})
        >>> {name: column.to_pylist() for name, column in found.items()}
        {'late_o': [[0.8999999761581421]], 'late_class': [[b'yes']]}
    """
    if not isinstance(found, Mapping) and hasattr(found, "columns"):
        found = {name: found[name].to_numpy() for name in found.columns}
    if not isinstance(found, Mapping) or not found:
        given = "an empty dict" if isinstance(found, Mapping) else type(found).__name__
        raise StepInterfaceError(
            f"{what} gave {given}; it must give a dict of arrays by name, one row a row."
        )
    columns: dict[str, pa.Array] = {}
    for name, values in found.items():
        array = _array(what, name, values, rows)
        columns[name] = prediction_column(array)
        label = name.removesuffix(OUTPUT)
        named = class_names(array, classes[label]) if label != name and label in classes else None
        if named is not None:
            texts = pa.array(named.reshape(-1).tolist(), pa.large_binary())
            columns[f"{label}_class"] = list_column(texts)
    return columns


def _array(what: str, name: Any, values: Any, rows: int) -> Any:
    """The values as an array of one row a row, of a type that a column can hold."""
    if not isinstance(name, str) or not name:
        raise StepInterfaceError(f"{what} gave values under {name!r}; a column's name is a string.")
    try:
        array = np.asarray(values)
    except ValueError as exc:
        raise StepInterfaceError(
            f"{what} gave {name!r} with rows of different lengths; each must have as many values."
        ) from exc
    if array.ndim == 0 or len(array) != rows:
        count = "one value" if array.ndim == 0 else f"{len(array)} values"
        raise StepInterfaceError(f"{what} gave {count} of {name!r} for {rows} rows.")
    unfit = _unfit(array)
    if unfit:
        raise StepInterfaceError(
            f"{what} gave {unfit} in {name!r}; a column holds whole numbers of 64 bits, floats of "
            "32 bits, or text."
        )
    return array


def _unfit(array: Any) -> str:
    """What of an array no column can hold; "" where there is nothing."""
    kind = array.dtype.kind
    if kind == "u" and array.size and array.max() > np.iinfo(np.int64).max:
        return str(array.max())
    if kind == "f":
        beyond = np.isfinite(array) & (np.abs(array) > _LARGEST)
        return str(array[beyond][0]) if beyond.any() else ""
    if kind == "O":
        kinds = {type(value) for value in array.reshape(-1)} - {str, bytes, type(None)}
        return f"values of type {min(one.__name__ for one in kinds)}" if kinds else ""
    return "" if kind in "iubUS" else f"values of type {array.dtype}"
