"""What labels and predictions are: two classes, several, or measures."""

from __future__ import annotations

import numpy as np

BINARY, CLASSES, REGRESSION = "binary", "classes", "regression"


class NoClassesError(Exception):
    """Rows to come show that what was taken for classes is a measure.

    Never seen by a user: the rows are read again, as what they are.

    Args:
        output: Of the model.
    """

    def __init__(self, output: str) -> None:
        super().__init__(output)
        self.output = output


def kind_of(labels: np.ndarray, predictions: np.ndarray) -> str:
    """Tells "binary", "classes" or "regression" by some rows.

    Args:
        labels: (rows, values of a label).
        predictions: (rows, values of a prediction).

    Example:
        >>> kind_of(np.array([[0], [1]]), np.array([[0.2], [0.9]]))
        'binary'
        >>> kind_of(np.array([[2], [0]]), np.array([[0.1, 0.2, 0.7], [0.8, 0.1, 0.1]]))
        'classes'
        >>> kind_of(np.array([[181.5], [75.0]]), np.array([[170.0], [80.0]]))
        'regression'
    """
    if predictions.shape[1] == 1:
        fits = labels.shape[1] == 1 and np.isin(labels, (0, 1)).all() and _are_chances(predictions)
        return BINARY if fits else REGRESSION
    if labels.shape[1] == 1:
        return CLASSES if (labels == np.floor(labels)).all() else REGRESSION
    hot = np.isin(labels, (0, 1)).all() and (labels.sum(axis=1) == 1).all()
    return CLASSES if hot else REGRESSION


def chances(predictions: np.ndarray) -> np.ndarray:
    """Predictions of classes as numbers from 0 to 1; logits become what softmax makes of them."""
    if _are_chances(predictions):
        return predictions
    powers = np.exp(predictions - predictions.max(axis=1, keepdims=True))
    made: np.ndarray = powers / powers.sum(axis=1, keepdims=True)
    return made


def _are_chances(predictions: np.ndarray) -> bool:
    known = predictions[~np.isnan(predictions)]
    return bool(((known >= 0) & (known <= 1)).all())
