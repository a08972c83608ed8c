"""Confusion matrices at many thresholds, of a histogram: what AUC and its kin follow from."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from tensorflow_model_analysis.metrics import binary_confusion_matrices, calibration_histogram

Result = Callable[[Mapping[Any, Any]], Mapping[Any, Any]]

_EPSILON = 1e-7  # of TFMA: a prediction that equals a threshold is not above it
_KNOWN = {"input_metric_key", "matrices_key", "thresholds", "use_histogram"}


def result_of(computation: Any) -> Result:
    """What a derived computation of TFMA makes of the results before it.

    TFMA goes through thresholds and buckets one by one, anew for each slice. Arrays give the
    same numbers, and take the place of that where this TFMA has what they need.

    Args:
        computation: A DerivedMetricComputation.
    """
    result: Result = computation.result
    told = inspect.getclosurevars(result).nonlocals
    if not told.keys() >= _KNOWN or not told["use_histogram"] or not _fits(told["thresholds"]):
        return result
    matrices = HistogramMatrices(told["thresholds"])
    key, histogram = told["matrices_key"], told["input_metric_key"]
    return lambda found: {key: matrices.of(found[histogram])}


def _fits(thresholds: Sequence[float]) -> bool:
    """Whether they are in order, the first below 0 and the last above 1."""
    in_order = len(thresholds) > 1 and list(thresholds) == sorted(thresholds)
    return in_order and thresholds[0] < 0 and thresholds[-1] > 1


class HistogramMatrices:
    """Binary confusion matrices of predictions that were counted in TFMA's histogram.

    Args:
        thresholds: In order, the first below 0 and the last above 1.

    Example:
        >>> bucket = calibration_histogram.Bucket
        >>> matrices = HistogramMatrices([-1e-7, 0.5, 1 + 1e-7])
        >>> found = matrices.of([bucket(2001, 1.0, 0.6, 3.0), bucket(9001, 2.0, 1.8, 2.0)])
        >>> found.tp.tolist(), found.fp.tolist()
        ([3.0, 2.0, 0.0], [2.0, 0.0, 0.0])
    """

    def __init__(self, thresholds: Sequence[float]) -> None:
        self._thresholds = thresholds
        fences = np.array([t + _EPSILON if t != 0 else t for t in thresholds])
        starts = np.arange(-1, calibration_histogram.DEFAULT_NUM_BUCKETS + 1)
        bounds = starts / calibration_histogram.DEFAULT_NUM_BUCKETS
        bounds[0], bounds[-1] = -np.inf, np.inf
        # Number of a bucket -> the last threshold that all of it is above.
        self._places = np.searchsorted(fences[1:], bounds, side="right")
        self._beyond = np.asarray(thresholds) >= 1.0 + _EPSILON  # where nothing is predicted

    def of(self, buckets: Sequence[Any]) -> binary_confusion_matrices.Matrices:
        """The matrices of a slice.

        Args:
            buckets: Those that are not empty.

        Returns:
            TFMA's Matrices, of arrays `[thresholds]` where it has lists, which it makes arrays of.
        """
        places = self._places[np.array([bucket.bucket_id for bucket in buckets], np.int64)]
        positive = np.array([bucket.weighted_labels for bucket in buckets])
        every = np.array([bucket.weighted_examples for bucket in buckets])
        tp, fn = self._sums(places, positive)
        fp, tn = self._sums(places, every - positive)
        return binary_confusion_matrices.Matrices(self._thresholds, tp, tn, fp, fn)

    def _sums(self, places: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(thresholds,) twice: of the values above each threshold, and of those below."""
        of_place = np.bincount(places, values, minlength=len(self._thresholds))
        above = np.cumsum(of_place[::-1])[::-1]
        below = np.concatenate([[0.0], np.cumsum(of_place)[:-1]])
        below[self._beyond], above[self._beyond] = above[0], 0.0
        return above, below
