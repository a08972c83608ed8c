"""The rows that parity is checked of: as they were read, and as the test left them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from zenml.components.evaluator.given import Given
from zenml.components.evaluator.raw import RawRows
from zenml.components.evaluator.reading import Matrices
from zenml.errors import DataError
from zenml.models.trained_model import TrainedModel
from zenml.records import list_splits
from zenml.records.pieces import Pieces
from zenml.records.reader import Decoder, read_serialized

_SEED = 0


@dataclass(frozen=True)
class Batch:
    """Rows of one split.

    Attributes:
        split: Its name.
        numbers: Of the rows in it, from 0.
        raw: Serialised raw rows.
        tested: The same with the transformed columns.
        has_predictions: Whether those have the predictions of the test too.
    """

    split: str
    numbers: np.ndarray
    raw: list[bytes]
    tested: list[bytes]
    has_predictions: bool

    def predictions(self, outputs: list[str]) -> Matrices:
        """What was predicted of the rows in the test.

        Args:
            outputs: Names of the model's outputs.

        Raises:
            DataError: The test kept no output of one of these names.
        """
        decoded = Decoder(columns=outputs).decode(self.tested)
        found = {
            name: column.flatten().to_numpy(zero_copy_only=False).reshape(len(self.raw), -1)
            for name, column in zip(outputs, decoded.columns, strict=True)
            if not pa.types.is_null(column.type)
        }
        missing = [name for name in outputs if name not in found]
        if missing:
            raise DataError(
                f"The model gives {', '.join(outputs)}, and the trainer's test results have no "
                f"column of such a name for {', '.join(missing)}, so parity cannot be checked. Let "
                "test_fn yield all outputs by the names that the served model has."
            )
        return found


class _Row(NamedTuple):
    drawn: float
    split: str
    number: int
    raw: bytes
    tested: bytes


def batches(given: Given) -> Iterator[Batch]:
    """All rows of the test splits, in order.

    Raises:
        DataError: A split that is not there, or rows that are not the same in both.
    """
    results = given.uri("test_results")
    there = list_splits(results) if results and os.path.isdir(results) else []
    for split in given.step.test_splits:
        raw = RawRows(given.files("raw_examples", [split]))
        key = "test_results" if split in there else "examples"
        start = 0
        for tested in _as_tested(given, split, key):
            numbers = np.arange(start, start + len(tested))
            yield Batch(split, numbers, raw.beside(tested), tested, split in there)
            start += len(tested)


def _as_tested(given: Given, split: str, key: str) -> Iterator[list[bytes]]:
    """The rows of a split in the batches in which the trainer predicted them.

    How many go into one is told by the rows without predictions, which make them larger.
    """
    pieces = Pieces.of_lists(read_serialized(given.files(key, [split])))
    for examples in read_serialized(given.files("examples", [split])):
        if tested := pieces.take(len(examples)):
            yield tested
    if more := pieces.take(1):
        yield more  # there should be none: they are found not to be those of the split


def sample(rows: Iterator[Batch], size: int) -> Iterator[Batch]:
    """So many rows of all batches, by chance: those with the smallest of seeded numbers."""
    random = np.random.default_rng(_SEED)
    kept: list[_Row] = []
    predicted = {}
    for batch in rows:
        predicted[batch.split] = batch.has_predictions
        drawn = random.random(len(batch.raw))
        for i in np.argsort(drawn)[:size].tolist():
            number = int(batch.numbers[i])
            kept.append(_Row(drawn[i], batch.split, number, batch.raw[i], batch.tested[i]))
        kept = sorted(kept)[:size]
    for split, has_predictions in predicted.items():
        mine = sorted((row for row in kept if row.split == split), key=lambda row: row.number)
        if mine:
            numbers = np.array([row.number for row in mine])
            raw, tested = [row.raw for row in mine], [row.tested for row in mine]
            yield Batch(split, numbers, raw, tested, has_predictions)


def predicted_whole(given: Given, model: TrainedModel, rows: Batch) -> Matrices:
    """What a model predicts of sampled rows in the batches in which the test predicted them.

    Sums of float32 come out otherwise in a batch of another size, by much where the features
    are large.

    Args:
        given: The trainer's test results.
        model: The model.
        rows: Some rows of a split that the trainer tested.
    """
    parts: list[Matrices] = []
    start = 0
    for tested in _as_tested(given, rows.split, "test_results"):
        mine = rows.numbers - start
        mine = mine[(mine >= 0) & (mine < len(tested))]
        if len(mine):
            found = model.predict_transformed(tested)
            parts.append({name: np.asarray(values)[mine] for name, values in found.items()})
        start += len(tested)
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
