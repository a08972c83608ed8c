"""Columns side by side: the shares of numbers in several splits or runs."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from zenml.client.html.svg import WIDTH, cut, series_class, svg, text

_HEIGHT = 130
_FOOT = 18
_WIDEST = 30
_BETWEEN = " to "
_LABEL = 14  # characters of a label that fit below a column


def columns_plot(rows: Sequence[tuple[str, Sequence[float]]], names: Sequence[str]) -> str:
    """A column for each share; "" where there is nothing to be shown.

    Args:
        rows: Numbers, or ranges of them as `0 to 1`, one after the other, and the shares, from
            0 to 1.
        names: What the shares are of.
    """
    most = max((value for _, values in rows for value in values), default=0.0)
    if not most:
        return ""
    room = WIDTH / len(rows)
    wide = min(room * 0.84 / max(len(names), 1), _WIDEST)
    parts = [text(0, 9, f"{most:.0%}", is_dim=True)]
    for place, (label, values) in enumerate(rows):
        for side, (name, value) in enumerate(zip(names, values, strict=True)):
            height = value / most * (_HEIGHT - 30)
            left = (place + 0.5) * room + (side - len(names) / 2) * wide
            parts.append(
                f'<rect class="{series_class(side)}" x="{left:.1f}" '
                f'y="{_HEIGHT - _FOOT - height:.1f}" width="{wide:.1f}" height="{height:.1f}">'
                f"<title>{escape(f'{name}: {label}: {value:.1%}')}</title></rect>"
            )
    y = _HEIGHT - _FOOT
    parts.append(f'<line x1="0" x2="{WIDTH}" y1="{y}" y2="{y}"/>')
    parts += _edges(rows) if _BETWEEN in rows[0][0] else _labels(rows, room)
    return svg(_HEIGHT, parts, f"shares of the values in {' and '.join(names)}")


def _edges(rows: Sequence[tuple[str, Sequence[float]]]) -> list[str]:
    """The least and the largest edge."""
    first, last = rows[0][0].partition(_BETWEEN)[0], rows[-1][0].partition(_BETWEEN)[2]
    y = _HEIGHT - 5
    return [text(0, y, first, is_dim=True), text(WIDTH, y, last, anchor="end", is_dim=True)]


def _labels(rows: Sequence[tuple[str, Sequence[float]]], room: float) -> list[str]:
    fits = min(max(2, int(room / 6.2)), _LABEL)
    return [
        text((place + 0.5) * room, _HEIGHT - 5, cut(label, fits), anchor="middle", is_dim=True)
        for place, (label, _) in enumerate(rows)
    ]
