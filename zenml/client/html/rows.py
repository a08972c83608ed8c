"""Rows of bars: the shares of texts in several splits or runs, with room for the texts."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from zenml.client.html.svg import WIDTH, cut, series_class, svg, text

_LEFT = 112
_LABEL = 16  # letters that fit on the left
_HEAD = 14
_GAP = 6
_LETTERS = 11  # a row is at least as high as they are


def rows_plot(rows: Sequence[tuple[str, Sequence[float]]], names: Sequence[str]) -> str:
    """A bar for each share, those of one text below each other; "" without any share.

    Args:
        rows: Text, and the shares, from 0 to 1.
        names: What the shares are of.
    """
    most = max((value for _, values in rows for value in values), default=0.0)
    if not most:
        return ""
    thick = max(4.0, _LETTERS / len(names))
    high = thick * len(names)
    parts = [text(WIDTH, 9, f"{most:.0%}", anchor="end", is_dim=True)]
    for place, (label, values) in enumerate(rows):
        top = _HEAD + place * (high + _GAP)
        parts.append(text(0, top + high / 2 + 4, cut(label, _LABEL)))
        for side, (name, value) in enumerate(zip(names, values, strict=True)):
            parts.append(
                f'<rect class="{series_class(side)}" x="{_LEFT}" y="{top + side * thick:.1f}" '
                f'width="{value / most * (WIDTH - _LEFT):.1f}" height="{thick:.1f}">'
                f"<title>{escape(f'{name}: {label}: {value:.1%}')}</title></rect>"
            )
    bottom = _HEAD + len(rows) * (high + _GAP)
    parts.append(f'<line x1="{_LEFT}" x2="{_LEFT}" y1="{_HEAD - 3}" y2="{bottom - 3:.1f}"/>')
    return svg(bottom, parts, f"shares of the values in {' and '.join(names)}")
