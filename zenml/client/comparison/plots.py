"""Plots of a comparison, as SVG that stands in an HTML page."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from html import escape

from zenml.client.comparison.distances import Histogram
from zenml.client.comparison.features import NUMBER, Feature

_WIDTH, _HEIGHT = 320, 130
_BINS = 12
_VALUES = 8  # of a text feature
_BAR = 12
_LABEL = 14  # characters of a label that fit below a bar

Pair = tuple[str, float | None, float | None]  # label, value of the first and of the second run


def feature_plot(a: Feature, b: Feature) -> str:
    """Where the values of a column lie, side by side: shares, so that sizes do not matter."""
    if a.kind == b.kind == NUMBER:
        return columns_plot(_binned(a.histogram, b.histogram))
    return columns_plot(_counted(a, b))


def _counted(a: Feature, b: Feature) -> list[Pair]:
    """The shares of the values that are there most often in either."""
    of_a, of_b = sum(a.counts.values()) or 1, sum(b.counts.values()) or 1
    both = {
        key: a.counts.get(key, 0) / of_a + b.counts.get(key, 0) / of_b
        for key in dict.fromkeys([*a.counts, *b.counts])
    }
    most = sorted(both, key=lambda key: (-both[key], key))[:_VALUES]
    return [(key, a.counts.get(key, 0) / of_a, b.counts.get(key, 0) / of_b) for key in most]


def _binned(a: Histogram | None, b: Histogram | None) -> list[Pair]:
    """The shares of both in the same ranges."""
    sides = [one for one in (a, b) if one is not None and one.buckets]
    if not sides:
        return []
    bounds = [edge for one in sides for low, high, _ in one.buckets for edge in (low, high)]
    low, high = min(bounds), max(bounds)
    if low == high or high - low == float("inf"):
        low, high = low - 0.5, low + 0.5
    edges = [low + (high - low) * place / _BINS for place in range(_BINS + 1)]
    of_a, of_b = (_shares(one, edges) for one in (a, b))
    labels = [f"{edge:.4g}" for edge in edges]
    ranges = itertools.pairwise(labels)
    return [(f"{x} to {y}", p, q) for (x, y), p, q in zip(ranges, of_a, of_b, strict=True)]


def _shares(histogram: Histogram | None, edges: Sequence[float]) -> list[float]:
    """The share of the values in each range; within a bucket they are taken to lie evenly."""
    found = [0.0] * (len(edges) - 1)
    if histogram is None or not histogram.total:
        return found
    for low, high, count in histogram.buckets:
        for place, (first, last) in enumerate(itertools.pairwise(edges)):
            is_end = place == len(found) - 1
            if high > low:
                part = max(0.0, min(high, last) - max(low, first)) / (high - low)
            else:
                part = float(first <= low < last or (is_end and low == last))
            found[place] += part * count / histogram.total
    return found


def columns_plot(pairs: Sequence[Pair]) -> str:
    """Two columns for each label; "" where there is nothing to be shown."""
    most = max((value or 0.0 for _, *values in pairs for value in values), default=0.0)
    if not most:
        return ""
    room = _WIDTH / len(pairs)
    parts: list[str] = []
    for place, (label, a, b) in enumerate(pairs):
        for side, value in (("a", a or 0.0), ("b", b or 0.0)):
            height = value / most * (_HEIGHT - 30)
            left = place * room + (room * 0.08 if side == "a" else room * 0.5)
            title = f"{side.upper()}: {escape(label)}: {value:.1%}"
            parts.append(
                f'<rect class="{side}" x="{left:.1f}" y="{_HEIGHT - 18 - height:.1f}" '
                f'width="{room * 0.42:.1f}" height="{height:.1f}"><title>{title}</title></rect>'
            )
    parts.append(f'<line x1="0" x2="{_WIDTH}" y1="{_HEIGHT - 18}" y2="{_HEIGHT - 18}"/>')
    parts += _labels([label for label, _, _ in pairs], room)
    top = f'<text class="dim" x="0" y="9">{most:.0%}</text>'
    return _svg(_HEIGHT, [top, *parts], "shares of the values in A and B")


def _labels(labels: Sequence[str], room: float) -> list[str]:
    """Names below the columns; of ranges the first and the last edge."""
    y = _HEIGHT - 5
    if len(labels) == _BINS:
        first, last = labels[0].partition(" to ")[0], labels[-1].partition(" to ")[2]
        end = f'<text class="dim" x="{_WIDTH}" y="{y}" text-anchor="end">{escape(last)}</text>'
        return [f'<text class="dim" x="0" y="{y}">{escape(first)}</text>', end]
    fits = max(2, int(room / 6.2))
    return [
        f'<text class="dim" x="{(place + 0.5) * room:.1f}" y="{y}" text-anchor="middle">'
        f"{escape(_cut(label, min(fits, _LABEL)))}</text>"
        for place, label in enumerate(labels)
    ]


def bars_plot(rows: Sequence[tuple[str, Sequence[float | None]]], what: str) -> str:
    """A bar for each value beside its label, from the smaller of 0 and the least value on.

    Args:
        rows: Label, and the value of the first run and of the second where there are two.
        what: What is shown.
    """
    values = [value for _, both in rows for value in both if value is not None]
    if not values:
        return ""
    least, most = min(0.0, *values), max(0.0, *values)
    scale = (_WIDTH - 60) / ((most - least) or 1.0)
    parts: list[str] = []
    y = 0
    for label, both in rows:
        parts.append(f'<text x="0" y="{y + 9}">{escape(_cut(label, 50))}</text>')
        y += 13
        for side, value in zip("ab", both, strict=False):
            parts.append(_bar(side, value, y, scale, least))
            y += _BAR + 1
        y += 6
    return _svg(y, parts, what)


def _bar(side: str, value: float | None, top: float, scale: float, least: float) -> str:
    if value is None:
        return f'<text class="dim" x="2" y="{top + 10}">none</text>'
    left, width = (min(value, 0.0) - least) * scale, max(abs(value) * scale, 1.0)
    return (
        f'<rect class="{side}" x="{left:.1f}" y="{top}" width="{width:.1f}" height="{_BAR}"/>'
        f'<text x="{left + width + 4:.1f}" y="{top + 10}">{value:.4g}</text>'
    )


def _svg(height: float, parts: Sequence[str], what: str) -> str:
    return (
        f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{escape(what)}">'
        f"{''.join(parts)}</svg>"
    )


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"
