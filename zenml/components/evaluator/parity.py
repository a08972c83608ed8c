"""Parity: does the model that is served predict what it predicted when it was tested?"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from zenml.components.evaluator.given import Given
from zenml.components.evaluator.parity_rows import Batch, batches, predicted_whole, sample
from zenml.components.evaluator.raw import transformed_by
from zenml.components.evaluator.reading import Matrices
from zenml.errors import DataError
from zenml.files import write_text
from zenml.models.trained_model import TrainedModel
from zenml.records.reader import Decoder

FILE = "parity.json"
_SHOWN = 8  # columns of the worst row in a sentence


@dataclass
class Parity:
    """What was found.

    Attributes:
        tolerance: How far two predictions may be apart.
        rows: How many were compared.
        failed: How many of them are further apart.
        largest_difference: Of all; beyond 1.0 as a share of the prediction.
        worst: The row with that difference: split, row, output, served, tested, columns,
            and the features that differ already.
    """

    tolerance: float
    rows: int = 0
    failed: int = 0
    largest_difference: float = 0.0
    worst: dict[str, Any] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Whether every row is near enough."""
        return not self.failed

    def write(self, folder: str) -> None:
        """Writes `parity.json`."""
        largest = self.largest_difference if np.isfinite(self.largest_difference) else None
        told = {
            "passed": self.passed,
            "rows": self.rows,
            "rows_failed": self.failed,
            "tolerance": self.tolerance,
            "largest_difference": largest,
            "worst": self.worst,
        }
        text = json.dumps(told, indent=2, sort_keys=True, ensure_ascii=False)
        write_text(Path(folder, FILE), text)

    def refusal(self) -> str:
        """Why a model that fails must not be served."""
        worst = self.worst
        shown = [f"{name}={value!r}" for name, value in list(worst["columns"].items())[:_SHOWN]]
        features = ", ".join(worst["features"])
        why = (
            f"its features {features} differ already"
            if features
            else "its features are the same, so the model is served otherwise than it was tested"
        )
        return (
            f"parity: {self.failed:,} of {self.rows:,} rows are served other predictions than were "
            f"tested. Worst is row {worst['row']} of split {worst['split']} ({', '.join(shown)}): "
            f"{worst['output']} is {worst['served']} served and {worst['tested']} tested; {why}"
        )


def check_parity(given: Given) -> Parity:
    """Compares raw rows through the served model with the predictions of the test.

    A sample is in other batches than it was tested in, where predictions are the same only about.
    So it is served and asked for transformed in one batch; and the test's predictions are
    compared with those of its own batches.

    Args:
        given: The model, the raw rows, and the trainer's test results. Of splits that the
            trainer did not test, the model is asked for its predictions of transformed rows.

    Raises:
        DataError: Rows or outputs that cannot be compared.
    """
    step, model = given.step, TrainedModel(given.model())
    found = Parity(step.parity_tolerance)
    rows = batches(given)
    sampled = step.parity is not True
    for batch in sample(rows, step.parity) if sampled else rows:
        served = model.predict(batch.raw)
        if not batch.has_predictions:
            pairs = [(served, model.predict_transformed(batch.tested))]
        else:
            stored = batch.predictions(sorted(served))
            pairs = [(served, stored)]
            if sampled and _takes_transformed(model, batch):
                now = model.predict_transformed(batch.tested)
                pairs = [(served, now), (predicted_whole(given, model, batch), stored)]
        _compare(found, given, batch, pairs)
    if not found.rows:
        raise DataError(
            "The test splits hold no row, so parity cannot be checked. Give the split more of the "
            "data, or name other splits with split_mapping={'test_splits': [...]}."
        )
    return found


def _takes_transformed(model: TrainedModel, batch: Batch) -> bool:
    """Whether a model can be asked again: one of a trainer of the user's own need not be."""
    try:
        model.predict_transformed(batch.tested[:1])
    except DataError:
        return False
    return True


def _compare(
    found: Parity, given: Given, batch: Batch, pairs: list[tuple[Matrices, Matrices]]
) -> None:
    """Adds a batch: pairs of what is served of all its rows, and what was tested."""
    apart = np.zeros(len(batch.raw))
    for served, tested in pairs:
        _check_names(served, tested)
        for output, said in served.items():
            differences = _differences(said, tested[output])
            apart = np.maximum(apart, differences)
            row = int(differences.argmax())
            if differences[row] > found.largest_difference:
                found.largest_difference = float(differences[row])
                found.worst = {
                    "split": batch.split,
                    "row": int(batch.numbers[row]),
                    "output": output,
                    "served": _plain(said[row]),
                    "tested": _plain(tested[output][row]),
                    "columns": _columns(batch.raw[row]),
                    "features": _features(given, batch.raw[row], batch.tested[row]),
                }
    found.rows += len(batch.raw)
    found.failed += int((apart > found.tolerance).sum())


def _check_names(served: Matrices, tested: Matrices) -> None:
    if set(served) != set(tested):
        raise DataError(
            f"The model gives {', '.join(sorted(served))} of rows as they were read, and "
            f"{', '.join(sorted(tested))} of transformed ones, so parity cannot be checked. Let "
            "both give the same outputs."
        )


def _differences(served: np.ndarray, tested: np.ndarray) -> np.ndarray:
    """(rows,): the largest difference of each row; inf where one side is no number."""
    left, right = (np.asarray(side).reshape(len(tested), -1) for side in (served, tested))
    if left.shape != right.shape or left.dtype.kind not in "fiub":
        same = left.shape == right.shape and (left == right).all(axis=1)
        return np.where(same, 0.0, np.inf) * np.ones(len(tested))
    left, right = left.astype(float), right.astype(float)
    apart = np.abs(left - right) / np.maximum(1.0, np.abs(right))
    apart = np.where(np.isnan(left) & np.isnan(right), 0.0, apart)
    largest: np.ndarray = np.where(np.isnan(apart), np.inf, apart).max(axis=1)
    return largest


def _columns(row: bytes) -> dict[str, Any]:
    """A row as it was read: column -> its value, or several."""
    batch = Decoder().decode([row])
    return {
        name: _short(column.to_pylist()[0])
        for name, column in zip(batch.schema.names, batch.columns, strict=True)
    }


def _features(given: Given, raw: bytes, tested: bytes) -> list[str]:
    """The features that the transform graph makes otherwise of the row today."""
    graph = given.uri("transform_graph")
    if not graph:
        return []
    columns = [name for name in Decoder().decode([tested]).schema.names if name.endswith("_xf")]
    now = transformed_by(graph, columns, [raw])
    decoded = Decoder(columns=columns).decode([tested])
    then = {
        name: np.asarray(column.to_pylist()[0] or [])
        for name, column in zip(columns, decoded.columns, strict=True)
    }
    return [name for name in columns if not _alike(now[name].ravel(), then[name].ravel())]


def _alike(left: np.ndarray, right: np.ndarray) -> bool:
    if left.shape != right.shape or left.dtype.kind not in "fiub" or right.dtype.kind not in "fiub":
        return left.tolist() == right.tolist()
    return bool(np.allclose(left, right, rtol=1e-6, atol=1e-6, equal_nan=True))


def _plain(values: np.ndarray) -> Any:
    found = [_short([value]) for value in np.asarray(values).ravel().tolist()]
    return found[0] if len(found) == 1 else found


def _short(values: Any) -> Any:
    """One value as itself, text as text, and what JSON cannot hold as text."""
    plain = [
        value.decode("utf-8", "replace")
        if isinstance(value, bytes)
        else (str(value) if isinstance(value, float) and not np.isfinite(value) else value)
        for value in values or []
    ]
    return plain[0] if len(plain) == 1 else (plain or None)
