"""Curves: what is drawn of an evaluation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from zenml.components.evaluator.curves.kinds import kind_of
from zenml.components.evaluator.curves.outputs import Drawn, drawn_of
from zenml.components.evaluator.rows import Rows
from zenml.models.columns import LABEL


class Curves:
    """Confusion, ROC, calibration, residuals and so on of each output, over all rows.

    Args:
        splits: The splits that are evaluated.
        labels: Output ("" for a single one) -> label column.
        names: Label -> names of its classes, where they are known.
        kinds: Output -> what it is, as `kind_of` tells it of all rows; without, it is told by
            those that are added first.

    Example:
        >>> curves = Curves(["test"], {"": "late_xl"})
        >>> rows = Rows({"": np.array([[1]])}, {"": np.array([[0.7]])}, {}, None)
        >>> curves.add(rows)
        >>> curves.plain()["outputs"][""]["label"]
        'late'
    """

    def __init__(
        self,
        splits: Sequence[str],
        labels: Mapping[str, str],
        names: Mapping[str, Sequence[str]] | None = None,
        kinds: Mapping[str, str] | None = None,
    ) -> None:
        self._splits, self._labels, self._names = list(splits), dict(labels), names or {}
        self._kinds = kinds or {}
        self._drawn: dict[str, Drawn] = {}
        self._rows: dict[str, int] = {}

    def add(self, rows: Rows) -> None:
        """Adds a batch."""
        for output, column in self._labels.items():
            if output not in rows.labels or output not in rows.predictions:
                continue
            labels, predictions = rows.labels[output], rows.predictions[output]
            whole = ~np.isnan(predictions).any(axis=1)
            if not whole.all():
                labels, predictions = labels[whole], predictions[whole]
            if not len(labels):
                continue
            if output not in self._drawn:
                names = self._names.get(column.removesuffix(LABEL), ())
                kind = self._kinds.get(output) or kind_of(labels, predictions)
                self._drawn[output] = drawn_of(kind, predictions.shape[1], names)
            self._drawn[output].add(labels, predictions)
            self._rows[output] = self._rows.get(output, 0) + len(labels)

    def plain(self) -> dict[str, Any]:
        """As JSON can hold it: `{"splits": [...], "outputs": {output: {...}}}`."""
        return {
            "splits": self._splits,
            "outputs": {
                output: {
                    "label": self._labels[output].removesuffix(LABEL),
                    "rows": self._rows[output],
                    **drawn.plain(),
                }
                for output, drawn in self._drawn.items()
            },
        }
