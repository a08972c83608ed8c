"""What an evaluator wrote of one output, as cards: confusion, ROC, calibration and others."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from zenml.client.html.columns import columns_plot
from zenml.client.html.lines import Curve, lines_plot
from zenml.client.html.parts import details, figure, table
from zenml.client.html.svg import cut
from zenml.client.pages.confusion import confusion_card

_CLASSES = 6  # drawn in one plot
_ROWS = 50  # of the table below a curve
_NAME = 30  # letters of a class that fit
_ROC = ("false positive rate", "true positive rate")
_PR = ("recall", "precision")


def output_cards(told: Mapping[str, Any]) -> list[str]:
    """A card for each thing that is known of an output; see `curves.json`."""
    cards = [
        confusion_card(told),
        _card("ROC", _by_class(told, "roc", ("fpr", "tpr"), "auc"), _ROC, "AUC", diagonal=True),
        _card("Precision and recall", _by_class(told, "pr", _PR, "ap"), _PR, "AP"),
        _calibration(told.get("calibration")),
        _residuals(told.get("residuals")),
        _scatter(told.get("scatter")),
    ]
    return [card for card in cards if card]


def _by_class(
    told: Mapping[str, Any], key: str, axes: tuple[str, str], area: str
) -> list[tuple[Curve, float | None]]:
    """The curves of an output, the one of all or those of each class, with their areas."""
    named = dict(told.get(f"{key}_by_class") or {})
    if told.get(key):
        named = {str(told.get("label") or "all"): told[key], **named}
    return [
        (Curve(str(name), _points(one, *axes)), one.get(area))
        for name, one in named.items()
        if isinstance(one, Mapping)
    ]


def _points(told: Mapping[str, Any], x: str, y: str) -> list[tuple[float, float]]:
    pairs = zip(told.get(x) or (), told.get(y) or (), strict=False)
    return [(float(a), float(b)) for a, b in pairs if a is not None and b is not None]


def _card(
    title: str,
    found: Sequence[tuple[Curve, float | None]],
    axes: tuple[str, str],
    area: str,
    *,
    diagonal: bool = False,
) -> str:
    if not found:
        return ""
    drawn = [_with_area(curve, area, value) for curve, value in found[:_CLASSES]]
    chance = [Curve("chance", ((0.0, 0.0), (1.0, 1.0)), is_dim=True)] if diagonal else []
    plot = lines_plot([*chance, *drawn], f"{title}: {axes[1]} over {axes[0]}", axes, is_unit=True)
    left = len(found) - len(drawn)
    more = f"<p class='equal'>{left} more classes are in the numbers.</p>" if left else ""
    areas = [(escape(c.name), "-" if value is None else f"{value:.4f}") for c, value in found]
    numbers = table(("Of", area), areas, numbers=1) + "".join(
        _table(curve, axes) for curve, _ in found[:_CLASSES]
    )
    known = [value for _, value in found if value is not None]
    said = f"{area} {known[0]:.4f}" if len(found) == 1 and known else ""
    return figure(title, said, plot + more + details("Numbers", numbers))


def _with_area(curve: Curve, area: str, value: float | None) -> Curve:
    told = "" if value is None else f" ({area} {value:.3f})"
    return Curve(f"{cut(curve.name, _NAME)}{told}", curve.points)


def _table(curve: Curve, axes: tuple[str, str]) -> str:
    step = max(1, -(-len(curve.finite) // _ROWS))
    rows = [(f"{x:.4g}", f"{y:.4g}") for x, y in curve.finite[::step]]
    return f"<p class='equal'>{escape(curve.name)}</p>{table(axes, rows, numbers=0)}"


def _calibration(told: Mapping[str, Any] | None) -> str:
    """How often what is predicted is so."""
    if not told:
        return ""
    points = _points(told, "predicted", "observed")
    ideal = Curve("ideal", ((0.0, 0.0), (1.0, 1.0)), is_dim=True)
    axes = ("predicted", "observed")
    plot = lines_plot([ideal, Curve("calibration", points)], "calibration", axes, is_unit=True)
    counts = told.get("count") or [None] * len(points)
    rows = [
        (f"{x:.4g}", f"{y:.4g}", "-" if count is None else f"{count:g}")
        for (x, y), count in zip(points, counts, strict=False)
    ]
    numbers = table((*axes, "rows"), rows, numbers=0)
    return figure(
        "Calibration", "how often what is predicted is so", plot + details("Numbers", numbers)
    )


def _residuals(told: Mapping[str, Any] | None) -> str:
    """How far the predictions are from the labels."""
    edges, counts = (told or {}).get("edges") or (), (told or {}).get("count") or ()
    total = sum(counts)
    if not total or len(edges) != len(counts) + 1:
        return ""
    labels = [f"{a:.4g} to {b:.4g}" for a, b in itertools.pairwise(edges)]
    shares = [(label, (n / total,)) for label, n in zip(labels, counts, strict=True)]
    plot = columns_plot(shares, ("residuals",))
    rows = [(escape(label), f"{n:g}") for label, n in zip(labels, counts, strict=True)]
    numbers = table(("Range", "Rows"), rows, numbers=1)
    return figure("Residuals", "prediction less label", plot + details("Numbers", numbers))


def _scatter(told: Mapping[str, Any] | None) -> str:
    """Predictions over labels."""
    points = _points(told or {}, "label", "prediction")
    if not points:
        return ""
    least = min(min(pair) for pair in points)
    most = max(max(pair) for pair in points)
    ideal = Curve("ideal", ((least, least), (most, most)), is_dim=True)
    curve = Curve("row", points, is_line=False)
    plot = lines_plot([ideal, curve], "predictions over labels", ("label", "prediction"))
    numbers = details("Numbers", _table(curve, ("label", "prediction")))
    return figure("Predictions", f"{len(points)} rows", plot + numbers)
