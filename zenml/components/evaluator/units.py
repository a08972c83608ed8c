"""Whether the numbers of two models are in one unit, that of the label of each."""

from __future__ import annotations

import numpy as np

from zenml.models.columns import LABEL


class NotComparableError(Exception):
    """The latest blessed model cannot be compared with; becomes what stands against the new one."""


def check_units(
    column: str, width: int, ours: np.ndarray, theirs: np.ndarray | None, named: bool
) -> None:
    """Refuses a label that is a measure and was scaled otherwise for the other model.

    Args:
        column: The label.
        width: Values in a prediction of it.
        ours: (rows, values) as the preprocesser of today makes it.
        theirs: The same of the other model's preprocesser; None where that is not known.
        named: Whether both know the names of its classes, so that it is no measure.

    Raises:
        NotComparableError: Says what to do.

    Example:
        >>> check_units("late_xl", 1, np.array([[0], [1]]), np.array([[1], [0]]), named=False)
        >>> try:
        ...     check_units("fare_xl", 1, np.array([[8.5]]), np.array([[-0.25]]), named=False)
        ... except NotComparableError as exc:
        ...     print(str(exc)[:69])
        the label 'fare' of the latest blessed model is in another unit: -0.2
    """
    if named or (_are_classes(ours, width) and (theirs is None or _are_classes(theirs, width))):
        return
    label = column.removesuffix(LABEL)
    if theirs is None:
        raise NotComparableError(
            f"the label {label!r} is a measure, and in which unit the latest blessed model has "
            "learned it is not known here: only zenml's own orchestrator hands over how its rows "
            "were preprocessed. Run the pipeline with that, or leave out the thresholds on change"
        )
    if ours.shape == theirs.shape:
        alike = np.isclose(ours, theirs, rtol=1e-6, atol=1e-6, equal_nan=True).all(axis=1)
        if alike.all():
            return
        row = int(alike.argmin())
        told = f": {theirs[row, 0]:g} there is {ours[row, 0]:g} here"
    else:
        told = f": {theirs.shape[1]} values there are {ours.shape[1]} here"
    raise NotComparableError(
        f"the label {label!r} of the latest blessed model is in another unit{told}, so their "
        "metrics cannot be compared. Let the preprocesser leave the label as it is "
        "('no_transform'); where it does already, leave out the thresholds on the change until "
        "another model is blessed"
    )


def _are_classes(values: np.ndarray, width: int) -> bool:
    """Whether metrics are the same however these are numbered: classes, not measures."""
    if width == 1 or values.shape[1] > 1:
        return bool(np.isin(values, (0, 1)).all())
    return bool((values == np.floor(values)).all())
