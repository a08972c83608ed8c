"""Curves of one class against the rest, from a histogram of its scores."""

from __future__ import annotations

from typing import Any

import numpy as np

MOST_POINTS = 200
_BINS, _GROUPS = 10_000, 10


class Scores:
    """How many rows of a class, and of the others, have which score.

    Example:
        >>> scores = Scores()
        >>> scores.add(np.array([True, False]), np.array([0.9, 0.2]))
        >>> scores.roc()["auc"], scores.pr()["ap"]
        (1.0, 1.0)
    """

    def __init__(self, bins: int = _BINS) -> None:
        self._bins = bins
        self._counts = np.zeros((2, bins))  # of the others, and of the class

    def add(self, of_class: np.ndarray, scores: np.ndarray) -> None:
        """Adds rows.

        Args:
            of_class: Whether each row is of the class.
            scores: From 0 to 1.
        """
        bins = np.clip(scores * self._bins, 0, self._bins - 1).astype(np.int64)
        cells = bins + of_class * self._bins
        self._counts += np.bincount(cells, minlength=2 * self._bins).reshape(2, -1)

    def roc(self) -> dict[str, Any]:
        """`{"fpr", "tpr", "auc"}`; auc is None where one of both sides has no row."""
        others, own = self._above()
        if not (others[-1] and own[-1]):
            return {"fpr": [], "tpr": [], "auc": None}
        fpr, tpr = others / others[-1], own / own[-1]
        area = float(((fpr[1:] - fpr[:-1]) * (tpr[1:] + tpr[:-1]) / 2).sum())
        return {**thinned({"fpr": fpr, "tpr": tpr}), "auc": area}

    def pr(self) -> dict[str, Any]:
        """`{"recall", "precision", "ap"}`; ap is None where the class has no row."""
        others, own = self._above()
        if not own[-1]:
            return {"recall": [], "precision": [], "ap": None}
        recall, precision = own[1:] / own[-1], own[1:] / (own[1:] + others[1:])
        average = float((np.diff(recall, prepend=0) * precision).sum())
        return {**thinned({"recall": recall, "precision": precision}), "ap": average}

    def _above(self) -> tuple[np.ndarray, np.ndarray]:
        """How many rows score at least so much: from none to all, where that changes."""
        counts = self._counts[:, ::-1]
        counts = counts[:, counts.any(axis=0)]
        whole = np.cumsum(np.concatenate([np.zeros((2, 1)), counts], axis=1), axis=1)
        return whole[0], whole[1]


class Calibration:
    """What was predicted, and what came true, in ten groups of predictions.

    Example:
        >>> calibration = Calibration()
        >>> calibration.add(np.array([True, False]), np.array([0.5, 0.5]))
        >>> calibration.plain()
        {'predicted': [0.5], 'observed': [0.5], 'count': [2]}
    """

    def __init__(self) -> None:
        self._sums = np.zeros((3, _GROUPS))

    def add(self, happened: np.ndarray, chances: np.ndarray) -> None:
        """Adds rows: whether it happened, and how likely that was said to be."""
        groups = np.clip(chances * _GROUPS, 0, _GROUPS - 1).astype(np.int64)
        for i, values in enumerate((chances, happened, np.ones(len(groups)))):
            self._sums[i] += np.bincount(groups, values, minlength=_GROUPS)

    def plain(self) -> dict[str, Any]:
        """`{"predicted", "observed", "count"}` of the groups that have rows."""
        predicted, observed, count = self._sums[:, self._sums[2] > 0]
        return {
            "predicted": (predicted / count).tolist(),
            "observed": (observed / count).tolist(),
            "count": count.astype(int).tolist(),
        }


def thinned(curve: dict[str, np.ndarray]) -> dict[str, list[float]]:
    """A curve by at most `MOST_POINTS` of its points, evenly along its length.

    Example:
        >>> line = np.linspace(0, 1, 5000)
        >>> len(thinned({"fpr": line, "tpr": line})["fpr"]) <= MOST_POINTS
        True
    """
    x, y = curve.values()
    length = np.concatenate([[0], np.cumsum(np.abs(np.diff(x)) + np.abs(np.diff(y)))])
    wanted = np.linspace(0, length[-1], MOST_POINTS)
    kept = np.unique(np.searchsorted(length, wanted).clip(0, len(x) - 1))
    return {name: values[kept].tolist() for name, values in curve.items()}
