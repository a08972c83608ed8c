"""Rows for XGBoost, batch by batch: only their quantiles stay in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

Batch = tuple[Any, Any, Any]


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
