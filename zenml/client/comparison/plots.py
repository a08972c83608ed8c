"""Plots of a comparison, as SVG that stands in an HTML page."""

from __future__ import annotations

from zenml.client.features.feature import NUMBER, Feature
from zenml.client.features.shares import shares
from zenml.client.html.columns import columns_plot


def feature_plot(a: Feature, b: Feature) -> str:
    """Where the values of a column lie in two runs, side by side."""
    return columns_plot(shares([a, b]), ("A", "B"), is_ranges=a.kind == b.kind == NUMBER)
