"""Curves: values over another value, several in one plot."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from zenml.client.html.svg import WIDTH, series_class, svg, text

_HEIGHT = 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 8, 18, 30
_MARKS = 40  # points of a curve that tell their values
_LEGEND = 16


@dataclass(frozen=True)
class Curve:
    """One curve of a plot.

    Attributes:
        name: What it is of.
        points: Pairs (x, y); those that are no finite numbers are left out.
        is_line: Drawn as a line; otherwise as points.
        is_dim: Drawn as what the others are compared with.

    Example:
        >>> Curve("chance", ((0.0, 0.0), (1.0, 1.0)), is_dim=True).finite
        [(0.0, 0.0), (1.0, 1.0)]
    """

    name: str
    points: Sequence[tuple[float, float]]
    is_line: bool = True
    is_dim: bool = False

    @property
    def finite(self) -> list[tuple[float, float]]:
        """The points that can be drawn."""
        return [point for point in self.points if all(map(math.isfinite, point))]


@dataclass(frozen=True)
class _Frame:
    """From values to places in the plot."""

    x: tuple[float, float]
    y: tuple[float, float]

    def place(self, point: tuple[float, float]) -> tuple[float, float]:
        across = (point[0] - self.x[0]) / (self.x[1] - self.x[0])
        up = (point[1] - self.y[0]) / (self.y[1] - self.y[0])
        wide, high = WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM
        return _LEFT + across * wide, _TOP + (1 - up) * high


def lines_plot(
    curves: Sequence[Curve], what: str, axes: tuple[str, str], is_unit: bool = False
) -> str:
    """Curves in one frame; "" where no point can be drawn.

    Args:
        curves: What is drawn.
        what: What is shown.
        axes: Names of the values across and up.
        is_unit: Both axes go from 0 to 1.
    """
    points = [point for curve in curves for point in curve.finite]
    if not points:
        return ""
    unit = (0.0, 1.0)
    frame = _Frame(
        unit if is_unit else _range([x for x, _ in points]),
        unit if is_unit else _range([y for _, y in points]),
    )
    named = [curve for curve in curves if not curve.is_dim]
    places = {id(curve): place for place, curve in enumerate(named)}
    parts = [_axes(frame, axes)]
    parts += [_curve(curve, places.get(id(curve)), frame) for curve in curves]
    legend = _legend(named) if len(named) > 1 else []
    return svg(_HEIGHT + _LEGEND * len(legend), [*parts, *legend], what)


def _range(values: Sequence[float]) -> tuple[float, float]:
    least, most = min(values), max(values)
    return (least, most) if least < most else (least - 0.5, most + 0.5)


def _axes(frame: _Frame, names: tuple[str, str]) -> str:
    left, right, top, bottom = _LEFT, WIDTH - _RIGHT, _TOP, _HEIGHT - _BOTTOM
    lines = "".join(
        f'<line x1="{left}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}"/>'
        for y in (top, (top + bottom) / 2, bottom)
    )
    words = [
        text(left - 4, top + 8, _edge(frame.y[1]), anchor="end", is_dim=True),
        text(left - 4, bottom, _edge(frame.y[0]), anchor="end", is_dim=True),
        text(left, bottom + 12, _edge(frame.x[0]), is_dim=True),
        text(right, bottom + 12, _edge(frame.x[1]), anchor="end", is_dim=True),
        text((left + right) / 2, bottom + 25, names[0], anchor="middle", is_dim=True),
        text(left, top - 7, names[1], is_dim=True),
    ]
    return lines + "".join(words)


def _edge(value: float) -> str:
    """The end of an axis, in as many digits as there is room for."""
    return f"{value:.4g}" if abs(value) >= 1 else f"{value:.2g}"


def _curve(curve: Curve, place: int | None, frame: _Frame) -> str:
    kind = "dim" if place is None else series_class(place)
    placed = [(point, frame.place(point)) for point in curve.finite]
    step = max(1, math.ceil(len(placed) / _MARKS)) if curve.is_line else 1
    line = ""
    if curve.is_line:
        path = " ".join(f"{x:.1f},{y:.1f}" for _, (x, y) in placed)
        line = f'<polyline class="{kind}" points="{path}"/>'
    if curve.is_dim:
        return line
    radius = "2" if curve.is_line else "1.6"
    marks = "".join(
        f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="{radius}">'
        f"<title>{escape(f'{curve.name}: {point[0]:.4g}, {point[1]:.4g}')}</title></circle>"
        for point, (x, y) in placed[::step]
    )
    return line + marks


def _legend(curves: Sequence[Curve]) -> list[str]:
    return [
        f'<rect class="{series_class(place)}" x="{_LEFT}" y="{y - 9}" width="10" height="10"/>'
        + text(_LEFT + 15, y, curve.name)
        for place, curve in enumerate(curves)
        for y in [_HEIGHT + _LEGEND * place + 8]
    ]
