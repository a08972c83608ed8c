"""Shares of the values of several columns, counted the same way: what a plot shows."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence

from zenml.client.features.distances import Histogram
from zenml.client.features.feature import NUMBER, Feature

BINS = 12
VALUES = 8  # of a text feature
OTHERS = "(others)"
APPROXIMATE = "(approximate)"
_ROUNDING = 1e-6

Row = tuple[str, tuple[float, ...]]  # label, and the share of each


def shares(features: Sequence[Feature | None]) -> list[Row]:
    """Where the values of a column lie: shares, so that sizes do not matter.

    Args:
        features: The column in each split or run; None where it is not there.

    Returns:
        A row for each range of numbers, or for each of the texts that are there most often,
        and one for all the others.
    """
    if all(one.kind == NUMBER for one in features if one is not None):
        return binned([one.histogram if one is not None else None for one in features])
    rows = counted(
        [one.counts if one is not None else {} for one in features],
        [one.total if one is not None else 1.0 for one in features],
    )
    if any(one.is_approximate for one in features if one is not None):
        return [(f"{label} {APPROXIMATE}", values) for label, values in rows]
    return rows


def counted(
    counts: Sequence[Mapping[str, float]],
    totals: Sequence[float] | None = None,
    limit: int = VALUES,
) -> list[Row]:
    """The shares of the values that are there most often in any.

    Args:
        counts: Value -> how often it is there.
        totals: How many values there are; None where `counts` has them all.
        limit: At most so many values.

    Example:
        >>> counted([{"Biscoe": 3, "Dream": 1}, {"Dream": 2}])
        [('Dream', (0.25, 1.0)), ('Biscoe', (0.75, 0.0))]
    """
    totals = totals or [sum(one.values()) or 1 for one in counts]
    found = {
        key: tuple(one.get(key, 0) / total for one, total in zip(counts, totals, strict=True))
        for key in dict.fromkeys(itertools.chain(*counts))
    }
    most = sorted(found, key=lambda key: (-sum(found[key]), key))[:limit]
    rows = [(key, found[key]) for key in most]
    shown = [sum(column) for column in zip(*found.values(), strict=True)] if found else []
    if len(most) == len(found) and all(share > 1 - _ROUNDING for share in shown if share):
        return rows
    others = [
        max(0.0, 1.0 - sum(values[at] for _, values in rows)) if one else 0.0
        for at, one in enumerate(counts)
    ]
    return [*rows, (OTHERS, tuple(others))]


def binned(histograms: Sequence[Histogram | None], bins: int = BINS) -> list[Row]:
    """The shares of all in the same ranges.

    Example:
        >>> binned([Histogram(((0, 1, 4.0), (1, 2, 12.0)))], bins=2)
        [('0 to 1', (0.25,)), ('1 to 2', (0.75,))]
    """
    buckets = [bucket for one in histograms if one is not None for bucket in one.buckets]
    bounds = [edge for low, high, _ in buckets for edge in (low, high) if math.isfinite(edge)]
    if not bounds:
        return []
    low, high = min(bounds), max(bounds)
    if low == high or not math.isfinite(high - low):
        low, high = low - 0.5, low + 0.5
    edges = [low + (high - low) * place / bins for place in range(bins + 1)]
    labels = [f"{edge:.4g}" for edge in edges]
    columns = [_shares(one, edges) for one in histograms]
    ranges = [f"{first} to {last}" for first, last in itertools.pairwise(labels)]
    return list(zip(ranges, zip(*columns, strict=True), strict=True))


def _shares(histogram: Histogram | None, edges: Sequence[float]) -> list[float]:
    """The share of the values in each range; within a bucket they are taken to lie evenly."""
    found = [0.0] * (len(edges) - 1)
    if histogram is None or not histogram.total:
        return found
    for low, high, count in histogram.buckets:
        for place, (first, last) in enumerate(itertools.pairwise(edges)):
            is_end = place == len(found) - 1
            if high > low:
                part = max(0.0, min(high, last) - max(low, first)) / (high - low)
            else:
                part = float(first <= low < last or (is_end and low == last))
            found[place] += part * count / histogram.total
    return found
