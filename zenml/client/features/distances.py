"""How far two distributions are apart, by the measures of TensorFlow Data Validation."""

from __future__ import annotations

import bisect
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

Bucket = tuple[float, float, float]


@dataclass(frozen=True)
class Histogram:
    """How many values lie where.

    Attributes:
        buckets: Lowest value, highest value and number of values of each; within one
            they are taken to lie evenly.

    Example:
        >>> Histogram(((0.0, 1.0, 5.0),)).total
        5.0
    """

    buckets: tuple[Bucket, ...]

    @property
    def total(self) -> float:
        """The number of all values."""
        return sum(count for _, _, count in self.buckets)


def l_infinity(a: Mapping[str, float], b: Mapping[str, float]) -> tuple[str, float]:
    """The largest difference of the share of any value, and the value it is of.

    Args:
        a: Value -> how often it is there.
        b: The same of the other.

    Example:
        >>> l_infinity({"Biscoe": 3, "Dream": 1}, {"Biscoe": 1, "Dream": 1})
        ('Dream', 0.25)
    """
    of_a, of_b = sum(a.values()) or 1.0, sum(b.values()) or 1.0
    apart = {key: abs(a.get(key, 0) / of_a - b.get(key, 0) / of_b) for key in {*a, *b}}
    worst = max(sorted(apart), key=lambda key: (apart[key], key), default="")
    return worst, apart.get(worst, 0.0)


def jensen_shannon(a: Histogram, b: Histogram) -> float | None:
    """The Jensen-Shannon divergence in bits: 0 of equal distributions, 1 of those apart.

    Approximate, as far as histograms are. What is no number is left out: TFDV counts it
    only where both histograms have the same edges.

    Returns:
        None where one of them has no value.

    Example:
        >>> jensen_shannon(Histogram(((0, 1, 5.0),)), Histogram(((2, 3, 5.0),)))
        1.0
    """
    if not a.total or not b.total:
        return None
    bits = 0.0
    for count_a, count_b in _aligned(a, b):
        shares = count_a / a.total, count_b / b.total
        middle = sum(shares) / 2
        bits += sum(share * math.log2(share / middle) for share in shares if share > 0)
    return min(max(bits / 2, 0.0), 1.0)


def _aligned(a: Histogram, b: Histogram) -> Iterator[tuple[float, float]]:
    """How many values either has in each of the narrowest ranges, and of each kind.

    A bucket without a width is a value of its own. As in TFDV, what is infinite in
    one has nothing to do with that in the other.
    """
    edges = sorted({edge for one in (a, b) for low, high, _ in _wide(one) for edge in (low, high)})
    yield from zip(_between(a, edges), _between(b, edges), strict=True)
    at_a, at_b = _points(a), _points(b)
    yield from ((at_a.get(value, 0.0), at_b.get(value, 0.0)) for value in {*at_a, *at_b})
    yield from ((_infinite(a), 0.0), (0.0, _infinite(b)))


def _between(histogram: Histogram, edges: list[float]) -> list[float]:
    """How many of the values lie between each edge and the next, taken to lie evenly."""
    found = [0.0] * max(len(edges) - 1, 0)
    for low, high, count in _wide(histogram):
        first, last = bisect.bisect_left(edges, low), bisect.bisect_left(edges, high)
        for place in range(first, last):
            found[place] += count * (edges[place + 1] - edges[place]) / (high - low)
    return found


def _wide(histogram: Histogram) -> list[Bucket]:
    return [one for one in histogram.buckets if _is_finite(one) and one[0] < one[1]]


def _points(histogram: Histogram) -> dict[float, float]:
    found: dict[float, float] = {}
    for low, high, count in histogram.buckets:
        if low == high and math.isfinite(low):
            found[low] = found.get(low, 0.0) + count
    return found


def _infinite(histogram: Histogram) -> float:
    return sum(one[2] for one in histogram.buckets if not _is_finite(one))


def _is_finite(bucket: Bucket) -> bool:
    return math.isfinite(bucket[0]) and math.isfinite(bucket[1])
