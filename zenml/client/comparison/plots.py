"""Plots of a comparison, as SVG that stands in an HTML page."""

from __future__ import annotations

from zenml.client.features.feature import Feature
from zenml.client.features.shares import are_numbers, shares
from zenml.client.html.columns import columns_plot
from zenml.client.html.rows import rows_plot


def feature_plot(a: Feature, b: Feature) -> str:
    """Where the values of a column lie in two runs, side by side."""
    plot = columns_plot if are_numbers([a, b]) else rows_plot
    return plot(shares([a, b]), ("A", "B"))
