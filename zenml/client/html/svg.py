"""SVG that stands in an HTML page; what it is given is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

WIDTH = 320
# Classes of the style sheet: one for each run, split or curve of a plot.
SERIES = "abcdef"


def svg(height: float, parts: Sequence[str], what: str) -> str:
    """A picture of the width of a card.

    Args:
        height: In the units of `WIDTH`.
        parts: Elements, as SVG.
        what: What is seen, for those who do not see it.
    """
    return (
        f'<svg viewBox="0 0 {WIDTH} {height:g}" role="img" aria-label="{escape(what)}">'
        f"{''.join(parts)}</svg>"
    )


def series_class(place: int) -> str:
    """The class of the colour that a series is drawn in.

    Example:
        >>> series_class(0), series_class(7)
        ('a', 'b')
    """
    return SERIES[place % len(SERIES)]


def text(x: float, y: float, words: str, *, anchor: str = "start", is_dim: bool = False) -> str:
    """A line of text."""
    kind = ' class="dim"' if is_dim else ""
    place = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text{kind} x="{x:.1f}" y="{y:.1f}"{place}>{escape(words)}</text>'


def cut(words: str, length: int) -> str:
    """Words that fit.

    Example:
        >>> cut("Torgersen", 5)
        'Torg…'
    """
    return words if len(words) <= length else f"{words[: length - 1]}…"
