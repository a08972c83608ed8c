"""Numbers of a range that nobody knows beforehand, in bounded memory."""

from __future__ import annotations

from typing import Any

import numpy as np

_BINS = 200  # even, and more than are shown: neighbours are merged when the range grows
_SHOWN = 50
_MOST_POINTS = 1_000


class Residuals:
    """A histogram around zero whose range doubles until every number fits.

    Example:
        >>> residuals = Residuals()
        >>> residuals.add(np.array([-0.5, 0.25, 3.0]))
        >>> sum(residuals.plain()["count"])
        3
    """

    def __init__(self) -> None:
        self._counts = np.zeros(_BINS, np.int64)
        self._width = 0.0  # the range is from minus to plus this

    def add(self, values: np.ndarray) -> None:
        """Adds finite numbers."""
        if not len(values):
            return
        most = float(np.abs(values).max())
        if not self._width:
            self._width = 2.0 ** np.ceil(np.log2(most)) if most else 2.0**-20
        while most > self._width:
            self._double()
        places = ((values / self._width + 1) / 2 * _BINS).astype(np.int64)
        self._counts += np.bincount(places.clip(0, _BINS - 1), minlength=_BINS)

    def plain(self) -> dict[str, Any]:
        """`{"edges", "count"}`: one edge more than counts, and no empty bins at the ends."""
        counts, edges = self._counts, np.linspace(-self._width, self._width, _BINS + 1)
        hit = np.flatnonzero(counts)
        if not len(hit):
            return {"edges": [], "count": []}
        start, end = int(hit[0]), int(hit[-1]) + 1
        step = -(-(end - start) // _SHOWN)
        starts = np.arange(start, end, step)
        merged = np.add.reduceat(counts[:end], starts)
        return {
            "edges": [*edges[starts].tolist(), float(edges[end])],
            "count": merged.tolist(),
        }

    def _double(self) -> None:
        merged = self._counts.reshape(-1, 2).sum(axis=1)
        self._counts = np.pad(merged, _BINS // 4)
        self._width *= 2


class Sample:
    """Every so many-th pair: evenly over all rows, however many there are.

    Example:
        >>> sample = Sample()
        >>> sample.add(np.arange(5000.0), np.arange(5000.0))
        >>> sample.plain()["label"][:3]
        [0.0, 8.0, 16.0]
    """

    def __init__(self) -> None:
        self._pairs = np.zeros((0, 2))
        self._seen, self._step = 0, 1

    def add(self, left: np.ndarray, right: np.ndarray) -> None:
        """Adds pairs."""
        taken = np.arange(-self._seen % self._step, len(left), self._step)
        self._seen += len(left)
        self._pairs = np.concatenate([self._pairs, np.stack([left[taken], right[taken]], axis=1)])
        while len(self._pairs) > _MOST_POINTS:
            self._pairs, self._step = self._pairs[::2], 2 * self._step

    def plain(self) -> dict[str, Any]:
        """`{"label", "prediction"}`."""
        return {"label": self._pairs[:, 0].tolist(), "prediction": self._pairs[:, 1].tolist()}
