"""FeatureDifference: a column in two runs, and how far its values are apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from zenml.client.features.distances import jensen_shannon, l_infinity
from zenml.client.features.feature import TEXT, Feature

JENSEN_SHANNON, L_INFINITY = "jensen_shannon", "l_infinity"


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
