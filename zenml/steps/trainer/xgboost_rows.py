"""Rows for XGBoost, batch by batch: only their quantiles stay in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from zenml.errors import DataError
from zenml.models.matrix import column_where
from zenml.steps.trainer.labels import class_indices, unfit

if TYPE_CHECKING:
    from zenml.steps.trainer.array_batches import ArrayBatches
    from zenml.steps.trainer.xgboost import XGBoostTrainer

Batch = tuple[Any, Any, Any]


def batches_of(
    step: XGBoostTrainer, rows: ArrayBatches, weights: Any, classes: int
) -> Iterator[Batch]:
    """Yields features, labels and weights, looked at for what XGBoost does not take.

    Args:
        step: The trainer.
        rows: What its `input_fn` gave.
        weights: The weight of each class, or None.
        classes: How many classes there are; 0 where the label is a number.

    Raises:
        DataError: Names a feature with infinite values.
        StepArgumentError: The label holds a class of no training row, or what is no number.
    """
    import numpy as np

    label = step.labels[0]
    for arrays in rows.arrays():
        values = arrays[label.name].reshape(-1)
        if classes:
            values = class_indices(step, label, values)
            largest = int(values.max(initial=0))
            if largest >= classes:
                what = f"holds the class {largest}, which no row of training has"
                raise unfit(step, label, what, "another split, or a vocabulary for the label")
        elif not np.isfinite(values).all():
            what = "has values that are no numbers (NaN or infinite)"
            would_do = "a number in each row: fill or transform it in the preprocesser"
            raise unfit(step, label, what, would_do)
        matrix = step.matrix(arrays)
        infinite = column_where(np.isinf(matrix), step.features, step.one_hot_classes)
        if infinite is not None:
            raise DataError(
                f"{type(step).__name__}: the feature {infinite!r} has infinite values. Bound them "
                "in the preprocesser; one that is missing may be NaN."
            )
        yield matrix, values, None if weights is None else weights[values]


def quantile_matrix(read: Callable[[], Iterable[Batch]], reference: Any, bins: int) -> Any:
    """A `QuantileDMatrix` of the rows that `read` gives, several times over.

    A value takes a byte in it instead of four.

    Args:
        read: Gives the batches anew: features (rows, numbers), labels (rows,), and weights
            (rows,) or None.
        reference: That of the training rows, whose quantiles are taken; None for these.
        bins: How many quantiles a feature has.
    """
    import xgboost

    class Rows(xgboost.DataIter):  # type: ignore[misc]
        def __init__(self) -> None:
            self._batches: Iterator[Batch] = iter(())
            super().__init__()

        def reset(self) -> None:
            self._batches = iter(read())

        def next(self, input_data: Callable[..., Any]) -> bool:
            batch = next(self._batches, None)
            if batch is None:
                return False
            features, labels, weights = batch
            given = {} if weights is None else {"weight": weights}
            input_data(data=features, label=labels, **given)
            return True

    return xgboost.QuantileDMatrix(Rows(), ref=reference, max_bin=bins)
