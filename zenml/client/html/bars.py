"""Bars beside their labels: numbers of several runs, slices or metrics."""

from __future__ import annotations

from collections.abc import Sequence

from zenml.client.html.svg import WIDTH, cut, series_class, svg, text

_BAR = 12


def bars_plot(rows: Sequence[tuple[str, Sequence[float | None]]], what: str) -> str:
    """A bar for each value beside its label, from the smaller of 0 and the least value on.

    Args:
        rows: Label, and a value for each run; None where it has none.
        what: What is shown.
    """
    values = [value for _, several in rows for value in several if value is not None]
    if not values:
        return ""
    least, most = min(0.0, *values), max(0.0, *values)
    scale = (WIDTH - 60) / ((most - least) or 1.0)
    parts: list[str] = []
    y = 0
    for label, several in rows:
        parts.append(text(0, y + 9, cut(label, 50)))
        y += 13
        for place, value in enumerate(several):
            parts.append(_bar(place, value, y, scale, least))
            y += _BAR + 1
        y += 6
    return svg(y, parts, what)


def _bar(place: int, value: float | None, top: float, scale: float, least: float) -> str:
    if value is None:
        return text(2, top + 10, "none", is_dim=True)
    left, width = (min(value, 0.0) - least) * scale, max(abs(value) * scale, 1.0)
    return (
        f'<rect class="{series_class(place)}" x="{left:.1f}" y="{top}" width="{width:.1f}" '
        f'height="{_BAR}"/>{text(left + width + 4, top + 10, f"{value:.4g}")}'
    )
