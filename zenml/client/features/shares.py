"""Shares of the values of several columns, counted the same way: what a plot shows."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence

from zenml.client.features.distances import Bucket, Histogram
from zenml.client.features.feature import NUMBER, Feature

BINS = 12
VALUES = 8  # of a text feature
OTHERS = "(others)"
APPROXIMATE = "(approximate)"
_ROUNDING = 1e-6
_DIGITS = 4
_ALL_DIGITS = 17  # of a float: no two have the same
_EXACT = 1e12  # a smaller whole number is told in all its digits

Row = tuple[str, tuple[float, ...]]  # label, and the share of each


def shares(features: Sequence[Feature | None]) -> list[Row]:
    """Where the values of a column lie: shares, so that sizes do not matter.

    Args:
        features: The column in each split or run; None where it is not there.

    Returns:
        A row for each range of numbers, or for each number where they are few; of texts a row for
        each of those that are there most often, and one for all the others.
    """
    if are_numbers(features):
        return binned([_histogram(one) for one in features])
    rows = counted(
        [one.counts if one is not None else {} for one in features],
        [one.total if one is not None else 1.0 for one in features],
    )
    if any(one.is_approximate for one in features if one is not None):
        return [(f"{label} {APPROXIMATE}", values) for label, values in rows]
    return rows


def are_numbers(features: Sequence[Feature | None]) -> bool:
    """Whether a column holds numbers wherever it has a value.

    Of a split in which it has none, TFDV says that it holds texts.

    Example:
        >>> are_numbers([Feature("n", "number", 9, 0), Feature("n", "text", 0, 9), None])
        True
    """
    with_values = [one for one in features if one is not None and one.rows]
    kept = with_values or [one for one in features if one is not None]
    return all(one.kind == NUMBER for one in kept)


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
    """The shares of all in the same ranges: those of the histograms, where they have the same.

    Example:
        >>> binned([Histogram(((0, 1, 4.0), (1, 2, 12.0)))])
        [('0 to 1', (0.25,)), ('1 to 2', (0.75,))]
        >>> binned([Histogram(((0, 0, 4.0),)), Histogram(((7, 7, 1.0),))])
        [('0', (1.0, 0.0)), ('7', (0.0, 1.0))]
    """
    told = [_finite(one) for one in histograms]
    values = sorted({edge for one in told for low, high, _ in one for edge in (low, high)})
    if not values:
        return []
    if len(values) <= bins and all(low == high for one in told for low, high, _ in one):
        spans = [(value, value) for value in values]
        labels = _labels(spans)
    else:
        spans = _spans(told, values[0], values[-1], bins)
        labels = _labels(spans)
    columns = [
        _shares(buckets, one.total if one is not None else 0.0, spans)
        for buckets, one in zip(told, histograms, strict=True)
    ]
    return list(zip(labels, zip(*columns, strict=True), strict=True))


def _histogram(feature: Feature | None) -> Histogram | None:
    """That of a feature; of whole numbers that are few, the numbers in the place of ranges.

    A column of 0 and 1 has nothing in between. But TFDV's histogram is made of estimated
    quantiles, which leave a little in each range, and other ranges would cut through its own.
    """
    if feature is None or feature.histogram is None or not feature.is_whole:
        return feature.histogram if feature is not None else None
    buckets = feature.histogram.buckets
    if not all(high - low < 1 for low, high, _ in buckets):  # nor of what is infinite
        return feature.histogram
    nearest = ((_nearest(low, high), count) for low, high, count in buckets if count)
    return Histogram(tuple((value, value, count) for value, count in nearest))


def _nearest(low: float, high: float) -> float:
    """The whole number in a narrow range, or the one next to it."""
    return float(math.ceil(low) if math.ceil(low) <= high else round((low + high) / 2))


def _finite(histogram: Histogram | None) -> list[Bucket]:
    buckets = histogram.buckets if histogram is not None else ()
    return [one for one in buckets if math.isfinite(one[0]) and math.isfinite(one[1])]


def _labels(spans: Sequence[tuple[float, float]]) -> list[str]:
    """Names of numbers and ranges, in as few digits as tell them apart, four at least."""
    found: list[str] = []
    for digits in range(_DIGITS, _ALL_DIGITS + 1):
        found = [_label(first, last, digits) for first, last in spans]
        ends = [f"{first:.{digits}g}" != f"{last:.{digits}g}" for first, last in spans]
        if len(set(found)) == len(found) and all(
            apart or first == last for apart, (first, last) in zip(ends, spans, strict=True)
        ):
            break
    return found


def _label(first: float, last: float, digits: int) -> str:
    if first < last:
        return f"{first:.{digits}g} to {last:.{digits}g}"
    is_whole = first % 1 == 0 and abs(first) < _EXACT
    return f"{first:.0f}" if is_whole else f"{first:.{digits}g}"


def _spans(
    told: Sequence[Sequence[Bucket]], low: float, high: float, bins: int
) -> list[tuple[float, float]]:
    """The ranges that all histograms have, or even ones from the least value to the largest."""
    own = {tuple((first, last) for first, last, _ in one) for one in told if one}
    if len(own) == 1 and len(shared := own.pop()) <= bins and all(a < b for a, b in shared):
        return list(shared)
    if low == high or not math.isfinite(high - low):
        low, high = low - 0.5, low + 0.5
    edges = [low + (high - low) * place / bins for place in range(bins + 1)]
    return list(itertools.pairwise(edges))


def _shares(
    buckets: Sequence[Bucket], total: float, spans: Sequence[tuple[float, float]]
) -> list[float]:
    """The share of the values in each range; within a bucket they are taken to lie evenly."""
    found = [0.0] * len(spans)
    for low, high, count in buckets if total else ():
        for place, (first, last) in enumerate(spans):
            is_end = place == len(found) - 1
            if high > low:
                part = max(0.0, min(high, last) - max(low, first)) / (high - low)
            else:
                part = float(
                    first <= low < last or low == first == last or (is_end and low == last)
                )
            found[place] += part * count / total
    return found
