"""What is drawn of one output of a model, added up batch by batch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from zenml.components.evaluator.curves.kinds import BINARY, CLASSES, REGRESSION, chances
from zenml.components.evaluator.curves.residuals import Residuals, Sample
from zenml.components.evaluator.curves.scores import Calibration, Scores

# A page with more classes than that shows nothing, and takes room with their square.
_MOST_CLASSES, _MOST_CURVES = 200, 50
_BINS_OF_CLASS = 2_000


class Drawn(Protocol):
    """Takes labels and predictions of an output, and gives what is drawn of them."""

    def add(self, labels: np.ndarray, predictions: np.ndarray) -> None:
        """Adds rows: (rows, values of a label), (rows, values of a prediction)."""

    def plain(self) -> dict[str, Any]:
        """As JSON can hold it."""


class Binary:
    """Two classes, one score.

    Example:
        >>> drawn = Binary(["no", "yes"])
        >>> drawn.add(np.array([[0], [1], [1]]), np.array([[0.1], [0.8], [0.4]]))
        >>> drawn.plain()["confusion"]
        [[1, 0], [1, 1]]
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._names = list(names[:2]) if len(names) == 2 else ["0", "1"]
        self._confusion = np.zeros((2, 2), np.int64)
        self._scores, self._calibration = Scores(), Calibration()

    def add(self, labels: np.ndarray, predictions: np.ndarray) -> None:
        """Adds rows."""
        happened, score = labels[:, 0] > 0.5, predictions[:, 0].astype(float)
        cells = happened * 2 + (score > 0.5)
        self._confusion += np.bincount(cells, minlength=4).reshape(2, 2)
        self._scores.add(happened, score)
        self._calibration.add(happened, score)

    def plain(self) -> dict[str, Any]:
        """Confusion matrix at 0.5, ROC, precision and recall, calibration."""
        return {
            "kind": BINARY,
            "classes": self._names,
            "confusion": self._confusion.tolist(),
            "roc": self._scores.roc(),
            "pr": self._scores.pr(),
            "calibration": self._calibration.plain(),
        }


class Classes:
    """Several classes, a score for each.

    Args:
        count: How many.
        names: Of the classes; the others are called by their number.

    Example:
        >>> drawn = Classes(2, ["Adelie"])
        >>> drawn.add(np.array([[0], [1]]), np.array([[0.9, 0.1], [0.6, 0.4]]))
        >>> drawn.plain()["classes"], drawn.plain()["confusion"]
        (['Adelie', '1'], [[1, 0], [1, 0]])
    """

    def __init__(self, count: int, names: Sequence[str] = ()) -> None:
        self._names = [names[i] if i < len(names) else str(i) for i in range(count)]
        self._confusion = np.zeros((count, count) if count <= _MOST_CLASSES else (0, 0), np.int64)
        curves = count if count <= _MOST_CURVES else 0
        self._scores = [Scores(_BINS_OF_CLASS) for _ in range(curves)]
        self._calibration = Calibration()

    def add(self, labels: np.ndarray, predictions: np.ndarray) -> None:
        """Adds rows; a label of -1 is none of the classes, and left out."""
        number = labels.argmax(axis=1) if labels.shape[1] > 1 else labels[:, 0].astype(np.int64)
        known = (number >= 0) & (number < predictions.shape[1])
        number, scores = number[known], chances(predictions[known].astype(float))
        best = scores.argmax(axis=1)
        if len(self._confusion):
            size = len(self._confusion)
            cells = np.bincount(number * size + best, minlength=size * size)
            self._confusion += cells.reshape(size, size)
        for i, of_class in enumerate(self._scores):
            of_class.add(number == i, scores[:, i])
        self._calibration.add(best == number, scores.max(axis=1))

    def plain(self) -> dict[str, Any]:
        """Confusion matrix, curves of each class against the rest, calibration of the best."""
        curves = dict(zip(self._names, self._scores, strict=False))
        return {
            "kind": CLASSES,
            "classes": self._names,
            "confusion": self._confusion.tolist(),
            "roc_by_class": {name: scores.roc() for name, scores in curves.items()},
            "pr_by_class": {name: scores.pr() for name, scores in curves.items()},
            "calibration": self._calibration.plain(),
        }


class Measures:
    """Numbers that are predicted.

    Example:
        >>> drawn = Measures()
        >>> drawn.add(np.array([[2.0]]), np.array([[1.5]]))
        >>> drawn.plain()["scatter"]
        {'label': [2.0], 'prediction': [1.5]}
    """

    def __init__(self) -> None:
        self._residuals, self._sample = Residuals(), Sample()

    def add(self, labels: np.ndarray, predictions: np.ndarray) -> None:
        """Adds rows."""
        if labels.shape != predictions.shape:
            return
        truth, said = labels.astype(float).ravel(), predictions.astype(float).ravel()
        known = np.isfinite(truth) & np.isfinite(said)
        self._residuals.add((said - truth)[known])
        self._sample.add(truth[known], said[known])

    def plain(self) -> dict[str, Any]:
        """A histogram of prediction minus label, and some of both."""
        return {
            "kind": REGRESSION,
            "residuals": self._residuals.plain(),
            "scatter": self._sample.plain(),
        }


def drawn_of(kind: str, width: int, names: Sequence[str]) -> Drawn:
    """What draws an output.

    Args:
        kind: "binary", "classes" or "regression".
        width: Values in a prediction.
        names: Of the classes, where they are known.
    """
    if kind == BINARY:
        return Binary(names)
    return Classes(width, names) if kind == CLASSES else Measures()
