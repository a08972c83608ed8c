"""The one label that most frameworks learn, and its values as indices of classes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from zenml.errors import StepArgumentError
from zenml.models.columns import Column

if TYPE_CHECKING:
    import numpy as np


MOST_CLASSES = 100_000  # of a label whose indices no vocabulary counts
_INDEX = "give it 'no_transform' or 'compute_and_apply_vocabulary' in the preprocesser"


def one_label(step: Any, framework: str) -> Column:
    """The label, where the framework learns one.

    Args:
        step: The trainer.
        framework: Said in the error.

    Raises:
        StepArgumentError: There are several, or it holds strings or any number of values.
    """
    labels: list[Column] = step.labels
    label = labels[0]
    if len(labels) > 1:
        names = ", ".join(column.name for column in labels)
        raise StepArgumentError(
            f"{type(step).__name__}: the data has the labels {names}, and {framework} learns one. "
            "Name one in the preprocesser (StandardPreprocesser(labels=[...])), and train another "
            "model for each of the others."
        )
    if label.dtype == "string":
        raise unfit(step, label, "holds strings", "give it 'compute_and_apply_vocabulary'")
    if None in label.shape:
        raise unfit(step, label, "has any number of values a row", "a label needs one")
    return label


def width_of(label: Column) -> int:
    """Numbers a row."""
    return math.prod(n or 1 for n in label.shape)


def class_indices(
    step: Any, label: Column, values: np.ndarray[Any, Any]
) -> np.ndarray[Any, np.dtype[np.int64]]:
    """The values of a label as indices of classes.

    Args:
        step: The trainer; named in the error.
        label: The column.
        values: Of shape (rows, 1), of any type of number.

    Returns:
        int64, of shape (rows,), 0 or more.

    Raises:
        StepArgumentError: They are none; says what they are and what would do.
    """
    import numpy as np

    width = values[:1].size
    if width > 1:
        would_do = "for classes, a label of one index a row: 'compute_and_apply_vocabulary'"
        raise unfit(step, label, f"has {width} numbers a row", would_do)
    flat = values.reshape(-1)
    indices = np.nan_to_num(flat).astype(np.int64)
    wrong = (indices != flat) | (indices < 0)
    if label.classes is None:
        wrong |= indices >= MOST_CLASSES  # there would be a number for each index below it
    if wrong.any():
        found = flat[wrong][0].item()
        raise unfit(step, label, f"holds {found!r}, which is no index of a class", _INDEX)
    return indices


def refuse_classes(step: Any, label: Column, what: str, would_do: str) -> None:
    """Refuses a label of classes where numbers are learned: the index of a class is no quantity.

    Args:
        step: The trainer.
        label: The column.
        what: What learns numbers.
        would_do: What learns classes.

    Raises:
        StepArgumentError: Names both.
    """
    if label.classes:
        is_what = (
            f"is one of {label.classes} classes, and {what} takes their indices for quantities"
        )
        raise unfit(step, label, is_what, would_do)


def unfit(step: Any, label: Column, what: str, would_do: str) -> StepArgumentError:
    """The error for a label that a trainer cannot learn."""
    return StepArgumentError(
        f"{type(step).__name__} does not fit the label {label.name!r}, which {what}. What would "
        f"do: {would_do}."
    )
