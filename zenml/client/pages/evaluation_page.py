"""The page of an evaluation: metrics overall and by slice, curves, and the training."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from zenml.client.comparison.metrics import slice_name
from zenml.client.html.lines import Curve, lines_plot
from zenml.client.html.parts import details, document, figure, number_cell, section, table
from zenml.client.html.script import SCRIPT
from zenml.client.pages.curves import output_cards
from zenml.client.results.evaluation import Evaluation

_MOST_EPOCHS = 200  # in a table, as points in a curve


def evaluation_page(of: str, found: Evaluation) -> str:
    """The whole page.

    Args:
        of: The run.
        found: What its evaluator found.
    """
    rows = f"<p>{found.rows} rows were evaluated.</p>" if found.rows else ""
    title = f"Evaluation of {of}"
    curves = [
        section(f"Output {name}" if name else "Predictions", _cards(output_cards(told)))
        for name, told in found.curves.items()
    ]
    return document(
        title,
        [
            f"<h1>{escape(title)}</h1>{rows}{_verdict(found)}",
            section("Metrics", _overall(found)),
            section("Slices", _slices(found)),
            *curves,
            section("Parity", _parity(found.parity)),
            section("Training", _cards(_training(found.history))),
        ],
        SCRIPT,
    )


def _cards(cards: Sequence[str]) -> str:
    return f"<div class='plots'>{''.join(cards)}</div>" if cards else ""


def _verdict(found: Evaluation) -> str:
    """Whether the model may be deployed."""
    if found.blessed is None:
        return ""
    word = "Blessed" if found.blessed else "Not blessed"
    said = escape(found.verdict.removeprefix("not blessed: "))
    return f"<p><b>{word}</b>{': ' if said else ''}{said}</p>"


def _parity(told: Mapping[str, Any]) -> str:
    """Whether the served model predicts what was tested."""
    if not told:
        return ""
    word = "as it was tested" if told.get("passed") else "otherwise than it was tested"
    rows = [
        (escape(name.replace("_", " ")), escape(f"{told[name]:g}"))
        for name in ("rows", "rows_failed", "tolerance", "largest_difference")
        if isinstance(told.get(name), (int, float))
    ]
    return f"<p>The model is served {word}.</p>{table(('', ''), rows, numbers=1)}"


def _overall(found: Evaluation) -> str:
    before = ["Latest blessed model"] if found.baseline else []
    rows = [
        (
            escape(name),
            number_cell(value, share=_share(value)),
            *(number_cell(found.baseline.get(name)) for _ in before),
        )
        for name, value in found.overall.items()
    ]
    return table(("Metric", "All rows", *before), rows, numbers=1)


def _share(value: float | None) -> float | None:
    """How long the bar of a value is: only a share of 1 has one by itself."""
    return value if value is not None and 0 <= value <= 1 else None


def _slices(found: Evaluation) -> str:
    """A row a slice; bars as long as the value is of the largest in the column."""
    names = found.metrics
    before = [name for name in names if name in found.baseline]
    most = {name: _most(found, name) for name in names}
    rows = [
        (
            escape(slice_name(one["slice"])),
            *(_bar(one["metrics"].get(name), most[name]) for name in names),
            *(number_cell(one.get("baseline", {}).get(name)) for name in before),
        )
        for one in found.slices
    ]
    head = ("Slice", *map(escape, names), *(f"{escape(name)} (latest blessed)" for name in before))
    return table(head, rows, numbers=1, is_sorted=True)


def _most(found: Evaluation, name: str) -> float:
    values = [one["metrics"].get(name) for one in found.slices]
    return max((abs(value) for value in values if value is not None), default=0.0)


def _bar(value: float | None, most: float) -> str:
    share = None if value is None or not most else abs(value) / most
    return number_cell(value, share=share)


def _training(history: Mapping[str, Sequence[Any]]) -> list[str]:
    """A plot for each metric, of training and of evaluation."""
    names = dict.fromkeys(name.removeprefix("val_") for name in history if len(history[name]))
    return [_progress(name, history) for name in names]


def _progress(name: str, history: Mapping[str, Sequence[Any]]) -> str:
    sides = {"train": history.get(name, ()), "eval": history.get(f"val_{name}", ())}
    curves = [
        Curve(side, [(epoch, _finite(value)) for epoch, value in enumerate(values, 1)])
        for side, values in sides.items()
        if len(values)
    ]
    epochs = max(len(curve.points) for curve in curves)
    plot = lines_plot(curves, f"{name} after each epoch", ("epoch", name))
    values = [dict(curve.finite) for curve in curves]
    shown = _evenly(epochs)
    rows = [
        (number_cell(epoch, str(epoch)), *(number_cell(one.get(epoch)) for one in values))
        for epoch in shown
    ]
    head = ("Epoch", *(curve.name for curve in curves))
    numbers = table(head, rows, numbers=0)
    if epochs == 1:  # one point is no curve
        return figure(name, "1 epoch", numbers)
    title = "Numbers" if len(shown) == epochs else f"Numbers of {len(shown)} of them"
    return figure(name, f"{epochs} epochs", plot + details(title, numbers))


def _evenly(epochs: int) -> list[int]:
    """The epochs of a table: all, or as many as it takes, the first and the last among them."""
    if epochs <= _MOST_EPOCHS:
        return list(range(1, epochs + 1))
    return [1 + (epochs - 1) * at // (_MOST_EPOCHS - 1) for at in range(_MOST_EPOCHS)]


def _finite(value: Any) -> float:
    return float(value) if isinstance(value, (int, float)) else math.nan
