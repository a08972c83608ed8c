"""Metrics that are sums over rows: counts, means, errors, entropies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from zenml.components.evaluator.rows import NotVectorisableError, Pairs, Rows
from zenml.components.evaluator.slices import Members


class Totals:
    """A row of sums for each slice, growing as slices turn up.

    Args:
        width: How many sums each slice has.

    Example:
        >>> totals = Totals(1)
        >>> totals.add(Members(np.array([0, 1]), np.array([2, 2])), [np.array([3.0, 4.0])])
        >>> totals.of(2).tolist()
        [7.0]
    """

    def __init__(self, width: int) -> None:
        self._sums = np.zeros((0, width))

    def add(self, members: Members, columns: list[np.ndarray]) -> None:
        """Adds one value of each row to the slices of the row."""
        if not len(members.slices):
            return
        slices = int(members.slices.max()) + 1
        if slices > len(self._sums):
            grown = np.zeros((max(slices, 2 * len(self._sums)), self._sums.shape[1]))
            grown[: len(self._sums)] = self._sums
            self._sums = grown
        for i, values in enumerate(columns):
            of_slice = np.bincount(members.slices, values[members.rows], minlength=slices)
            self._sums[:slices, i] += of_slice

    def of(self, number: int) -> np.ndarray:
        """The sums of a slice."""
        if number < len(self._sums):
            return self._sums[number]
        return np.zeros(self._sums.shape[1])


class Kind(NamedTuple):
    """How one of TFMA's combiners is done by sums.

    Attributes:
        attributes: Of TFMA's accumulator, in the order of the sums.
        columns: (combiner, pairs) -> for each sum, a value of each row.
        flatten: Whether each class of a row is compared on its own.
        sub_key: Whether the combiner heeds the sub key of its metric.
    """

    attributes: tuple[str, ...]
    columns: Callable[[Any, Pairs], list[np.ndarray]]
    flatten: bool = True
    sub_key: bool = True


class SumsAccumulator:
    """Stands in for a combiner whose result follows from a few sums."""

    def __init__(self, combiner: Any, kind: Kind) -> None:
        self._combiner, self._kind = combiner, kind
        self._totals = Totals(len(kind.attributes))
        self._key = combiner._metric_key if hasattr(combiner, "_metric_key") else combiner._key
        if self._key.sub_key is not None and self._key.sub_key.top_k is not None:
            raise NotVectorisableError("sums over the best k classes")

    def add(self, rows: Rows) -> None:
        """Adds a batch."""
        combiner = self._combiner
        pairs = rows.pairs(
            self._key.output_name,
            self._key.sub_key if self._kind.sub_key else None,
            combiner._aggregation_type,
            combiner._class_weights,
            combiner._example_weighted,
            flatten=self._kind.flatten,
        )
        with np.errstate(all="ignore"):
            self._totals.add(rows.members, self._kind.columns(combiner, pairs))

    def output(self, number: int) -> dict[Any, Any]:
        """What the combiner gives for a slice."""
        accumulator = self._combiner.create_accumulator()
        for name, value in zip(self._kind.attributes, self._totals.of(number), strict=True):
            setattr(accumulator, name, float(value))
        with np.errstate(all="ignore"):
            return self._combiner.extract_output(accumulator)


class CountAccumulator:
    """Stands in for the combiner that counts examples, or adds up their weights."""

    def __init__(self, combiner: Any) -> None:
        self._combiner = combiner
        self._totals = Totals(1)

    def add(self, rows: Rows) -> None:
        """Adds a batch."""
        weight = rows.weight(self._combiner._output_name, self._combiner._example_weighted)
        self._totals.add(rows.members, [weight.sum(axis=1)])

    def output(self, number: int) -> dict[Any, Any]:
        """What the combiner gives for a slice."""
        return self._combiner.extract_output(float(self._totals.of(number)[0]))


def _row_sums(*values: np.ndarray) -> list[np.ndarray]:
    return [np.asarray(value, np.float64).sum(axis=1) for value in values]


def _calibration(_: Any, pairs: Pairs) -> list[np.ndarray]:
    weights = np.broadcast_to(pairs.weights, pairs.predictions.shape)
    labels, predictions = pairs.labels.astype(float), pairs.predictions.astype(float)
    return _row_sums(labels * weights, predictions * weights, weights)


def _error(function: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> Any:
    def columns(_: Any, pairs: Pairs) -> list[np.ndarray]:
        errors = function(pairs.labels, pairs.predictions)
        counted = ~np.isnan(errors)
        weights = np.where(counted, pairs.weights, 0.0)
        return _row_sums(np.where(counted, errors, 0.0) * weights, weights)

    return Kind(("total_regression_error", "total_example_weights"), columns)


# The errors are taken in the precision of the data, and squared in double: as TFMA does.
def _absolute(labels: np.ndarray, predictions: np.ndarray) -> np.ndarray:
    return np.abs(labels - predictions).astype(float)


def _squared(labels: np.ndarray, predictions: np.ndarray) -> np.ndarray:
    return _absolute(labels, predictions) ** 2


def _percentage(labels: np.ndarray, predictions: np.ndarray) -> np.ndarray:
    errors = 100 * np.abs((labels - predictions) / labels).astype(float)
    return np.where(labels == 0, np.nan, errors)


def _squared_logarithmic(labels: np.ndarray, predictions: np.ndarray) -> np.ndarray:
    return np.abs(np.log(labels + 1) - np.log(predictions + 1)).astype(float) ** 2


def _binary_entropy(combiner: Any, pairs: Pairs) -> list[np.ndarray]:
    smoothing, x = combiner._label_smoothing, pairs.predictions
    labels = pairs.labels * (1.0 - smoothing) + 0.5 * smoothing
    if combiner._from_logits:
        entropy = np.maximum(x, 0) - x * labels + np.log(1 + np.exp(-np.abs(x)))
    else:
        entropy = -labels * np.log(x) - (1 - labels) * np.log(1 - x)
    of_row = entropy.astype(float).mean(axis=1, keepdims=True)
    return _row_sums(of_row * pairs.weights, pairs.weights)


def _categorical_entropy(combiner: Any, pairs: Pairs) -> list[np.ndarray]:
    classes = pairs.predictions.shape[1]
    smoothing, chances = combiner._label_smoothing, pairs.predictions
    labels = pairs.labels * (1.0 - smoothing) + smoothing / classes
    if combiner._from_logits:
        chances = np.exp(chances)
    chances = chances / chances.sum(axis=1, keepdims=True)
    logs = np.where(chances > 0, np.log(chances), 0.0)
    of_row = -(labels * logs).astype(float).sum(axis=1, keepdims=True)
    return _row_sums(of_row * pairs.weights, pairs.weights)


def _pearson(_: Any, pairs: Pairs) -> list[np.ndarray]:
    x, y = pairs.labels.astype(float), pairs.predictions.astype(float)
    w = np.broadcast_to(pairs.weights, y.shape)
    return _row_sums(w * x, w * y, w * x**2, w * y**2, w * x * y, w)


def _tjur(_: Any, pairs: Pairs) -> list[np.ndarray]:
    x, y = pairs.labels.astype(float), pairs.predictions.astype(float)
    w = np.broadcast_to(pairs.weights, y.shape)
    return _row_sums((1 - x) * w, x * w, (1 - x) * y * w, x * y * w)


_ENTROPY = ("total_cross_entropy", "total_example_weights")
KINDS = {
    "_WeightedLabelsPredictionsExamplesCombiner": Kind(
        ("total_weighted_labels", "total_weighted_predictions", "total_weighted_examples"),
        _calibration,
    ),
    "_MeanAbsoluteErrorCombiner": _error(_absolute),
    "_MeanSquaredErrorCombiner": _error(_squared),
    "_MeanAbsolutePercentageErrorCombiner": _error(_percentage),
    "_MeanSquaredLogarithmicErrorCombiner": _error(_squared_logarithmic),
    "_BinaryCrossEntropyCombiner": Kind(_ENTROPY, _binary_entropy, flatten=False),
    "_CategoricalCrossEntropyCombiner": Kind(_ENTROPY, _categorical_entropy, flatten=False),
    "_SquaredPearsonCorrelationCombiner": Kind(
        (
            "total_weighted_labels",
            "total_weighted_predictions",
            "total_weighted_squared_labels",
            "total_weighted_squared_predictions",
            "total_weighted_labels_times_predictions",
            "total_weighted_examples",
        ),
        _pearson,
        sub_key=False,
    ),
    "_TjurDiscriminationCombiner": Kind(
        (
            "total_negative_weighted_labels",
            "total_positive_weighted_labels",
            "total_negative_weighted_predictions",
            "total_positive_weighted_predictions",
        ),
        _tjur,
        sub_key=False,
    ),
}
