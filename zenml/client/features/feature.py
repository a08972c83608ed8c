"""Feature: what the values of a column are like, whatever it was recorded by."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from zenml.client.features.distances import Histogram

TEXT, NUMBER = "text", "number"
SHOWN = 12  # values of a text feature that are told


@dataclass(frozen=True)
class Feature:
    """A column of one split, or of a table.

    Attributes:
        name: Of the column.
        kind: "number" or "text".
        rows: How many have a value.
        missing: How many have none.
        figures: What is usual of the values: mean, std, min, p10, median, p90, max, zeros
            and nans of numbers, unique of texts.
        histogram: Of numbers.
        counts: Of texts: value -> how often it is there; where they are very many, of those
            that are there most often.
        values: How many texts there are in all; 0 where `counts` has them all.
        is_approximate: Whether `counts` were estimated: the values were too many to count each.
        is_whole: Whether the numbers are whole ones.

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
    values: int = 0
    is_approximate: bool = False
    is_whole: bool = False

    @property
    def total(self) -> float:
        """How many texts there are, as shares count them."""
        return max(float(self.values), sum(self.counts.values())) or 1.0

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
