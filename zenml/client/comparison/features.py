"""Feature: what the values of a column are like, whatever it was recorded by."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from zenml.client.comparison.distances import Histogram, jensen_shannon, l_infinity

TEXT, NUMBER = "text", "number"
JENSEN_SHANNON, L_INFINITY = "jensen_shannon", "l_infinity"
SHOWN = 12  # values of a text feature that are told


@dataclass(frozen=True)
class Feature:
    """A column of one split, or of a table.

    Attributes:
        name: Of the column.
        kind: "number" or "text".
        rows: How many have a value.
        missing: How many have none.
        figures: What is usual of the values: mean, std, min, median, max, zeros and
            nans of numbers, unique of texts.
        histogram: Of numbers.
        counts: Of texts: value -> how often it is there.

    Example:
        >>> Feature("island", "text", 4, 0, counts={"Biscoe": 3, "Dream": 1}).rows
        4
    """

    name: str
    kind: str
    rows: int
    missing: int
    figures: Mapping[str, float] = field(default_factory=dict)
    histogram: Histogram | None = None
    counts: Mapping[str, float] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """As plain data: the figures, and where the values lie."""
        plain = {"kind": self.kind, "rows": self.rows, "missing": self.missing}
        figures = {k: v for k, v in self.figures.items() if math.isfinite(v)}
        if self.histogram is not None:
            buckets = [list(map(_finite, bucket)) for bucket in self.histogram.buckets]
            return {**plain, **figures, "histogram": buckets}
        return {**plain, **figures, "top": [list(pair) for pair in self.top()]}

    def top(self, limit: int = SHOWN) -> list[tuple[str, float]]:
        """The values that are there most often, and how often."""
        return sorted(self.counts.items(), key=lambda pair: (-pair[1], pair[0]))[:limit]


def _finite(value: float) -> float | None:
    """None for an edge that JSON cannot hold."""
    return value if math.isfinite(value) else None


@dataclass(frozen=True)
class FeatureDifference:
    """A column in two runs.

    Attributes:
        name: Of the column.
        a: In the first run.
        b: In the second run.
        measure: "l_infinity" of texts, "jensen_shannon" of numbers, "" where the column
            is of another kind or without values.
        drift: How far they are apart, from 0 to 1.
        value: Of texts, the value whose share changed most.

    Example:
        >>> old = Feature("sex", "text", 2, 0, counts={"MALE": 1, "FEMALE": 1})
        >>> new = Feature("sex", "text", 2, 0, counts={"MALE": 2})
        >>> difference = compare_feature(old, new)
        >>> difference.measure, difference.drift, difference.value
        ('l_infinity', 0.5, 'MALE')
    """

    name: str
    a: Feature
    b: Feature
    measure: str = ""
    drift: float | None = None
    value: str = ""

    @property
    def is_equal(self) -> bool:
        """Whether nothing that is recorded of the column differs."""
        return self.a == self.b

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        plain = {"feature": self.name, "measure": self.measure or None, "drift": self.drift}
        more = {"value": self.value} if self.value else {}
        return {**plain, **more, "a": self.a.to_dict(), "b": self.b.to_dict()}


def compare_feature(a: Feature, b: Feature) -> FeatureDifference:
    """Two columns of one name."""
    if a.kind == b.kind == TEXT and a.counts and b.counts:
        value, drift = l_infinity(a.counts, b.counts)
        return FeatureDifference(a.name, a, b, L_INFINITY, drift, value if drift else "")
    if a.histogram is not None and b.histogram is not None:
        apart = jensen_shannon(a.histogram, b.histogram)
        return FeatureDifference(a.name, a, b, JENSEN_SHANNON if apart is not None else "", apart)
    return FeatureDifference(a.name, a, b)
