"""Reach: from when to when the rows of each category are."""

from __future__ import annotations

from typing import Any

import numpy as np

from zenml.records.sequences.series import Series

_KEPT = 1000  # categories that are told apart: there may be as many as rows


class Reach:
    """The first and the last time of each category, of as many as fit in memory.

    Example:
        >>> one, other = Reach(), Reach()
        >>> one.note("JFK", 0, 60)
        >>> other.note("JFK", 30, 90)
        >>> one.shared(other)
        ['JFK']
    """

    def __init__(self) -> None:
        """No row was seen."""
        self._times: dict[Any, tuple[int, int]] = {}

    def add(self, series: Series) -> None:
        """Notes the rows of some series, of which there is one at least."""
        changes = np.flatnonzero(np.diff(series.keys)) + 1
        starts = np.concatenate([[0], changes])[:_KEPT]
        ends = np.concatenate([changes, [len(series.keys)]])[:_KEPT]
        names = series.category_of(series.keys[starts]).to_pylist()
        firsts, lasts = series.nanos[starts].tolist(), series.nanos[ends - 1].tolist()
        for name, first, last in zip(names, firsts, lasts, strict=True):
            self.note(name, first, last)

    def note(self, category: Any, first: int, last: int) -> None:
        """Notes that there are rows of a category from one time to another."""
        if category in self._times:
            known = self._times[category]
            self._times[category] = min(first, known[0]), max(last, known[1])
        elif len(self._times) < _KEPT:
            self._times[category] = first, last

    def shared(self, other: Reach) -> list[Any]:
        """The categories whose rows reach into the time that they have in another part."""
        found = []
        for category in self._times.keys() & other._times.keys():
            one, two = self._times[category], other._times[category]
            if one[0] <= two[1] and two[0] <= one[1]:
                found.append(category)
        return sorted(found, key=repr)
