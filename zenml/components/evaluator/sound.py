"""What no metric is true of: predictions of NaN, and labels of classes that are not there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from zenml.components.evaluator.rows import Rows
from zenml.errors import DataError


class NanPredictionsError(DataError):
    """A model that predicts NaN."""


@dataclass
class _Count:
    rows: int = 0
    nan: int = 0
    beyond: int = 0
    lowest: int = 0
    highest: int = 0
    classes: int = 0

    def add(self, labels: np.ndarray | None, predictions: np.ndarray) -> None:
        self.rows += len(predictions)
        if predictions.dtype.kind == "f":
            self.nan += int(np.isnan(predictions).any(axis=1).sum())
        self.classes = predictions.shape[1]
        if labels is None or labels.shape[1] != 1 or self.classes == 1:
            return
        wrong = labels[(labels >= self.classes) | (labels < -1)]  # -1 is a class not seen before
        if len(wrong):
            self.beyond += len(wrong)
            self.lowest = min(self.lowest, int(wrong.min()))
            self.highest = max(self.highest, int(wrong.max()))


def sound(batches: Iterable[Rows], labels: Mapping[str, str]) -> Iterator[Rows]:
    """Passes batches on; from the first on that is not sound they are only counted.

    Args:
        batches: To check.
        labels: Output ("" for a single one) -> label column.

    Raises:
        NanPredictionsError: Predictions are NaN; names the output and the number of rows.
        DataError: Labels are no classes that the model predicts; names one, and the number of
            rows.
    """
    counts: dict[str, _Count] = {}
    for batch in batches:
        for output, predictions in batch.predictions.items():
            count = counts.setdefault(output, _Count())
            count.add(batch.labels.get(output), predictions)
        if not any(count.nan or count.beyond for count in counts.values()):
            yield batch
    for output, count in counts.items():
        column = labels.get(output, "")
        if count.nan:
            of = f" for the output {output}" if output else (f" of {column}" if column else "")
            raise NanPredictionsError(
                f"The model predicts NaN{of} in {count.nan:,} of {count.rows:,} rows, so no metric "
                "of it means anything. Look at the training loss; a smaller learning rate, or "
                "scaled features, often cures it."
            )
        if count.beyond:
            _refuse(column, count)


def _refuse(column: str, count: _Count) -> None:
    beyond = count.highest >= count.classes
    example = count.highest if beyond else count.lowest
    cure = (
        f"Give the trainer at least {count.highest + 1} output units"
        if beyond
        else "Number the classes from 0 in the preprocesser, e.g. by a vocabulary"
    )
    raise DataError(
        f"The label {column!r} is no class of the model in {count.beyond:,} of {count.rows:,} "
        f"rows, e.g. {example}: the model predicts {count.classes} classes, numbered from 0. "
        f"{cure}, or leave those rows out of the test splits."
    )
