"""Plots of a comparison, as SVG that stands in an HTML page."""

from __future__ import annotations

from zenml.client.features.feature import NUMBER, Feature
from zenml.client.features.shares import shares
from zenml.client.html.columns import columns_plot
from zenml.client.html.rows import rows_plot


def feature_plot(a: Feature, b: Feature) -> str:
    """Where the values of a column lie in two runs, side by side."""
    plot = columns_plot if a.kind == b.kind == NUMBER else rows_plot
    return plot(shares([a, b]), ("A", "B"))
