"""The confusion matrix: which class is taken for which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from zenml.client.html.parts import figure
from zenml.client.html.svg import cut

_CLASSES = 40  # more make no table that somebody reads
_NARROW = 2  # so many fit into one card of others' width
_WIDE = 6  # so many fit into two; the names of more stand upright
_NAME = 24  # letters of a class that are shown


def confusion_card(told: Mapping[str, Any]) -> str:
    """The matrix as a table, the darker the larger the share of the row; "" without one.

    Args:
        told: `confusion`, true classes down and predicted ones across, and `classes`.
    """
    matrix: Sequence[Sequence[float]] = told.get("confusion") or ()
    if not matrix:
        return ""
    names = [str(name) for name in told.get("classes") or range(len(matrix))]
    right = sum(row[place] for place, row in enumerate(matrix) if place < len(row))
    total = sum(map(sum, matrix))
    said = f"{right:g} of {total:g} rows are right"
    if len(matrix) > _CLASSES:
        return figure("Confusion", f"{said}; {len(matrix)} classes", _worst(matrix, names))
    size = "" if len(names) <= _NARROW else " wide" if len(names) <= _WIDE else " many"
    head = "".join(_name(name, "col") for name in names)
    rows = "".join(_row(name, row) for name, row in zip(names, matrix, strict=False))
    content = (
        f"<div class='scroll' tabindex='0'><table class='matrix{size}'>"
        "<caption>true class down, predicted across</caption>"
        f"<thead><tr><th></th>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )
    return figure("Confusion", said, content)


def _name(name: str, scope: str) -> str:
    kind = " class='number'" if scope == "col" else ""
    return f"<th{kind} scope='{scope}' title='{escape(name)}'>{escape(cut(name, _NAME))}</th>"


def _row(name: str, row: Sequence[float]) -> str:
    total = sum(row) or 1
    cells = "".join(
        f"<td class='heat{'' if count else ' dim'}' style='--share:{count / total * 0.7:.3f}' "
        f"title='{count / total:.1%} of {escape(name)}'>{count:g}</td>"
        for count in row
    )
    return f"<tr>{_name(name, 'row')}{cells}</tr>"


def _worst(matrix: Sequence[Sequence[float]], names: Sequence[str]) -> str:
    """Of many classes those pairs that are mixed up most often."""
    pairs = sorted(
        (
            (count, true, predicted)
            for true, row in enumerate(matrix)
            for predicted, count in enumerate(row)
            if count and true != predicted
        ),
        reverse=True,
    )[:_CLASSES]
    rows = "".join(
        f"<tr><td>{escape(names[true])}</td><td>{escape(names[predicted])}</td>"
        f"<td class='number'>{count:g}</td></tr>"
        for count, true, predicted in pairs
    )
    head = "<tr><th>True</th><th>Taken for</th><th class='number'>Rows</th></tr>"
    return f"<div class='scroll'><table><thead>{head}</thead><tbody>{rows}</tbody></table></div>"
