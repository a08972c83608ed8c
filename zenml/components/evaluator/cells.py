"""Metrics that are counts in cells: histograms and confusion matrices."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np

from zenml.components.evaluator.rows import NotVectorisableError, Rows
from zenml.components.evaluator.slices import Members
from zenml.errors import DataError

_MERGE_AT = 1_000_000
_NO_CLASS = -1


class Cells:
    """Sums in numbered cells of each slice; only cells that were hit take room.

    Args:
        cells: How many cells a slice has.
        width: How many sums a cell has.

    Example:
        >>> cells = Cells(10, 1)
        >>> members = Members(np.array([0, 1]), np.array([0, 0]))
        >>> cells.add(members, np.array([[3], [3]]), [np.ones((2, 1))])
        >>> cells.of(0)
        (array([3]), array([[2.]]))
    """

    def __init__(self, cells: int, width: int) -> None:
        self._cells, self._width = cells, width
        self._parts: list[tuple[np.ndarray, np.ndarray]] = []
        self._waiting = 0

    def add(self, members: Members, cells: np.ndarray, values: list[np.ndarray]) -> None:
        """Adds values (rows, classes) to the cells (rows, classes) of the rows' slices."""
        places = (members.slices[:, None] * self._cells + cells[members.rows]).ravel()
        found, inverse = np.unique(places, return_inverse=True)
        inverse = inverse.ravel()
        sums = [np.bincount(inverse, v[members.rows].ravel(), len(found)) for v in values]
        self._parts.append((found, np.stack(sums, axis=1)))
        self._waiting += len(found)
        if self._waiting > _MERGE_AT:
            self._merge()

    def of(self, number: int) -> tuple[np.ndarray, np.ndarray]:
        """The cells of a slice that were hit, in order, and their sums."""
        self._merge()
        if not self._parts:
            return np.zeros(0, np.int64), np.zeros((0, self._width))
        places, sums = self._parts[0]
        start, end = np.searchsorted(places, [number * self._cells, (number + 1) * self._cells])
        return places[start:end] - number * self._cells, sums[start:end]

    def _merge(self) -> None:
        if len(self._parts) < 2:
            return
        places = np.concatenate([part[0] for part in self._parts])
        sums = np.concatenate([part[1] for part in self._parts])
        found, inverse = np.unique(places, return_inverse=True)
        inverse = inverse.ravel()
        merged = [np.bincount(inverse, sums[:, i], len(found)) for i in range(sums.shape[1])]
        self._parts = [(found, np.stack(merged, axis=1))]
        self._waiting = 0


def _binary_pairs(combiner: Any, rows: Rows) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Labels, predictions and weights in double, class by class."""
    pairs = rows.pairs(
        combiner._key.output_name,
        combiner._key.sub_key,
        combiner._aggregation_type,
        combiner._class_weights,
        combiner._example_weighted,
    )
    labels, predictions = pairs.labels.astype(float), pairs.predictions.astype(float)
    return labels, predictions, np.broadcast_to(pairs.weights, predictions.shape)


def _check_fractions(labels: np.ndarray) -> None:
    wrong = (labels < 0) | (labels > 1)
    if wrong.any():
        raise DataError(
            f"A metric of classification was given the label {labels[wrong][0]:g}, which is not "
            "between 0 and 1. Labels that are measured take metrics such as mean_squared_error; "
            "classes must not be scaled (`no_transform`, or a vocabulary)."
        )


class HistogramAccumulator:
    """Stands in for the calibration histogram, from which AUC and its kin follow."""

    def __init__(self, combiner: Any) -> None:
        self._combiner = combiner
        self._cells = Cells(combiner._num_buckets + 2, 3)
        module = importlib.import_module(type(combiner).__module__)
        self._bucket = module.Bucket

    def add(self, rows: Rows) -> None:
        """Adds a batch."""
        combiner = self._combiner
        labels, predictions, weights = _binary_pairs(combiner, rows)
        if combiner._fractional_labels:
            _check_fractions(labels)
        by = predictions if combiner._prediction_based_bucketing else labels
        places = (by - combiner._left) / combiner._range * combiner._num_buckets + 1
        cells = np.clip(places, 0, combiner._num_buckets + 1).astype(np.int64)
        with np.errstate(invalid="ignore"):
            values = [labels * weights, predictions * weights, weights]
        self._cells.add(rows.members, cells, values)

    def output(self, number: int) -> dict[Any, Any]:
        """What the combiner gives for a slice."""
        cells, sums = self._cells.of(number)
        buckets = {
            cell: self._bucket(cell, *values)
            for cell, values in zip(cells.tolist(), sums.tolist(), strict=True)
        }
        return self._combiner.extract_output(buckets)


class ThresholdsAccumulator:
    """Stands in for binary confusion matrices at given thresholds."""

    def __init__(self, combiner: Any) -> None:
        if combiner._example_id_key:
            raise NotVectorisableError("samples of the examples behind a confusion matrix")
        self._combiner = combiner
        self._matrices = combiner._binary_confusion_matrices
        # Between two thresholds all predictions count alike.
        self._thresholds = np.unique(np.asarray(self._matrices._thresholds, float))
        self._cells = Cells(len(self._thresholds) + 1, 2)
        self._fractional = combiner._enable_fractional_labels
        if not self._fractional and len(self._thresholds) > 1:
            raise NotVectorisableError("labels compared with several thresholds")

    def add(self, rows: Rows) -> None:
        """Adds a batch."""
        labels, predictions, weights = _binary_pairs(self._combiner, rows)
        if self._fractional:
            _check_fractions(labels)
        else:
            labels = (labels > self._thresholds[0]).astype(float)
        cells = np.searchsorted(self._thresholds, predictions, side="left")
        self._cells.add(rows.members, cells, [labels * weights, (1 - labels) * weights])

    def output(self, number: int) -> dict[Any, Any]:
        """What the combiner gives for a slice."""
        cells, sums = self._cells.of(number)
        dense = np.zeros((len(self._thresholds) + 1, 2))
        dense[cells] = sums
        below = np.cumsum(dense, axis=0)
        accumulator = self._matrices.extract_output(self._matrices.create_accumulator())
        for threshold, entry in accumulator.items():
            at = int(np.searchsorted(self._thresholds, threshold))
            (fn, tn), (positives, negatives) = below[at].tolist(), below[-1].tolist()
            matrix = type(entry.matrix)(tp=positives - fn, tn=tn, fp=negatives - tn, fn=fn)
            accumulator[threshold] = entry._replace(matrix=matrix)
        return self._combiner.extract_output(accumulator)


class ClassesAccumulator:
    """Stands in for confusion matrices of several classes."""

    _STRIDE = 1 << 20

    def __init__(self, combiner: Any) -> None:
        self._combiner = combiner
        self._thresholds = list(combiner._thresholds)
        self._cells = Cells(len(self._thresholds) * self._STRIDE**2, 1)
        module = importlib.import_module(type(combiner).__module__)
        self._entry = module.MatrixEntryKey

    def add(self, rows: Rows) -> None:
        """Adds a batch."""
        combiner = self._combiner
        labels, predictions, weights = rows.pairs(
            combiner._key.output_name, weighted=combiner._example_weighted, flatten=False
        )
        if predictions.shape[1] == 1:
            raise DataError(
                "A confusion matrix of several classes needs a model that predicts several; "
                "this one predicts a single value. For two classes ask for confusion_matrix_plot."
            )
        actual = labels.argmax(axis=1) if labels.shape[1] > 1 else labels[:, 0].astype(np.int64)
        predicted = predictions.argmax(axis=1)
        best = predictions.max(axis=1)
        for i, threshold in enumerate(self._thresholds):
            predicted = np.where(best <= threshold, _NO_CLASS, predicted)
            cells = (i * self._STRIDE + actual + 1) * self._STRIDE + predicted + 1
            self._cells.add(rows.members, cells[:, None], [weights[:, :1]])

    def output(self, number: int) -> dict[Any, Any]:
        """What the combiner gives for a slice."""
        accumulator = self._combiner.create_accumulator()
        cells, sums = self._cells.of(number)
        for cell, weight in zip(cells.tolist(), sums[:, 0].tolist(), strict=True):
            rest, predicted = divmod(cell, self._STRIDE)
            threshold, actual = divmod(rest, self._STRIDE)
            entry = self._entry(actual - 1, predicted - 1)
            accumulator.setdefault(self._thresholds[threshold], {})[entry] = weight
        return self._combiner.extract_output(accumulator)
