"""Formulas of Keras's metrics whose result is a mean over rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

_EPSILON = 1e-7

Formula = Callable[[np.ndarray, np.ndarray], np.ndarray]


def formula_of(metric: Any) -> Formula | None:
    """What a metric of Keras gives each row, where that is known: then it is a mean of it.

    Args:
        metric: One of Keras's own, with the usual arguments; of others nothing is known.

    Returns:
        Of labels (rows, values or 1) and predictions (rows, values): (rows,) in double.
    """
    known = {**_DENSE, **SPARSE}.get(type(metric).__name__)
    if known is None or not type(metric).__module__.startswith(("tf_keras.", "keras.")):
        return None
    usual = {**type(metric)().get_config(), "name": metric.name}
    return known if metric.get_config() == usual else None


def _hits(labels: np.ndarray, predictions: np.ndarray) -> np.ndarray:
    return (labels == predictions).astype(float)


def _classes(labels: np.ndarray, predictions: np.ndarray) -> np.ndarray:
    return _hits(labels.argmax(axis=1), predictions.argmax(axis=1))


def _sparse_classes(labels: np.ndarray, predictions: np.ndarray) -> np.ndarray:
    return _hits(labels[:, 0], predictions.argmax(axis=1))


def _signs(labels: np.ndarray) -> np.ndarray:
    """Keras takes labels that are all 0 or 1 for -1 and 1."""
    labels = labels.astype(float)
    return np.where(labels == 0, -1.0, labels) if np.isin(labels, (0, 1)).all() else labels


def _hinge(labels: np.ndarray, predictions: np.ndarray) -> np.ndarray:
    return np.maximum(1 - _signs(labels) * predictions, 0).mean(axis=1)


def _squared_hinge(labels: np.ndarray, predictions: np.ndarray) -> np.ndarray:
    return (np.maximum(1 - _signs(labels) * predictions, 0) ** 2).mean(axis=1)


def _categorical_hinge(labels: np.ndarray, predictions: np.ndarray) -> np.ndarray:
    own = (labels * predictions).sum(axis=1)
    other = ((1.0 - labels) * predictions).max(axis=1)
    return np.maximum(other - own + 1.0, 0)


def _cosine(labels: np.ndarray, predictions: np.ndarray) -> np.ndarray:
    def unit(x: np.ndarray) -> np.ndarray:
        return x / np.sqrt(np.maximum((x**2).sum(axis=1, keepdims=True), 1e-12))

    return (unit(labels.astype(float)) * unit(predictions)).sum(axis=1)


def _log_cosh(labels: np.ndarray, predictions: np.ndarray) -> np.ndarray:
    off = predictions - labels
    return (off + np.logaddexp(0, -2.0 * off) - np.log(2.0)).mean(axis=1)


def _poisson(labels: np.ndarray, predictions: np.ndarray) -> np.ndarray:
    return (predictions - labels * np.log(predictions + _EPSILON)).mean(axis=1)


def _divergence(labels: np.ndarray, predictions: np.ndarray) -> np.ndarray:
    true = np.clip(labels.astype(float), _EPSILON, 1)
    return (true * np.log(true / np.clip(predictions, _EPSILON, 1))).sum(axis=1)


def _within(predictions: np.ndarray) -> np.ndarray:
    """Chances that are neither 0 nor 1: as Keras bounds them, in single precision."""
    least = np.float32(_EPSILON)
    return np.clip(predictions.astype(np.float32), least, np.float32(1) - least)


def _binary_entropy(labels: np.ndarray, predictions: np.ndarray) -> np.ndarray:
    chances, least = _within(predictions), np.float32(_EPSILON)
    yes, no = ((x + least).astype(float) for x in (chances, np.float32(1) - chances))
    return -(labels * np.log(yes) + (1.0 - labels) * np.log(no)).mean(axis=1)


def _categorical_entropy(labels: np.ndarray, predictions: np.ndarray) -> np.ndarray:
    chances = predictions / predictions.sum(axis=1, keepdims=True)
    return -(labels * np.log(_within(chances).astype(float))).sum(axis=1)


def _sparse_entropy(labels: np.ndarray, predictions: np.ndarray) -> np.ndarray:
    chances = _within(predictions).astype(float)
    own = np.take_along_axis(chances, labels.astype(np.int64), axis=1)[:, 0]
    return -np.log(own / chances.sum(axis=1))


def _squared_error(labels: np.ndarray, predictions: np.ndarray) -> np.ndarray:
    return ((predictions - labels) ** 2).mean(axis=1)


# The formulas that Keras's own metrics have when they are made without arguments, for a
# label of one value for each of the prediction, or (sparse) one value alone.
_DENSE: dict[str, Formula] = {
    "BinaryCrossentropy": _binary_entropy,
    "CategoricalAccuracy": _classes,
    "CategoricalCrossentropy": _categorical_entropy,
    "CategoricalHinge": _categorical_hinge,
    "CosineSimilarity": _cosine,
    "Hinge": _hinge,
    "KLDivergence": _divergence,
    "LogCoshError": _log_cosh,
    "Poisson": _poisson,
    "RootMeanSquaredError": _squared_error,  # Keras takes the root of the mean
    "SquaredHinge": _squared_hinge,
}
SPARSE: dict[str, Formula] = {
    "SparseCategoricalAccuracy": _sparse_classes,
    "SparseCategoricalCrossentropy": _sparse_entropy,
}
