"""Rows and a model to rows with predictions: checked before, named by class after."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from tensorflow_metadata.proto.v0 import schema_pb2
from tfx_bsl.coders.example_coder import RecordBatchToExamplesEncoder

from zenml.components.inferrer.misfits import misfit
from zenml.components.inferrer.predicted import predicted_columns
from zenml.errors import DataError
from zenml.hints import did_you_mean
from zenml.models import TrainedModel
from zenml.models.classes import read_classes
from zenml.models.columns import OUTPUT
from zenml.models.nan_words import nan_rows, predicts_nan
from zenml.models.parsed_columns import RawColumn
from zenml.models.raw_columns import raw_columns
from zenml.records.columns import FLOAT, INT, encodable, with_values
from zenml.records.merging import merge_rows
from zenml.steps.inferrer.base import InferrerStep

_LOG = logging.getLogger(__name__)
_NAMES = {
    schema_pb2.BYTES: "string",
    schema_pb2.INT: "int64",
    schema_pb2.FLOAT: "float32",
}
_NUMBERS = {"int64", "float32"}
_EXACT = 1 << 24  # up to here 32 bits of a float tell every whole number


class Predicting:
    """An inferrer with its model, for rows of a schema.

    Args:
        step: Says what is predicted.
        model: Predicts.
        schema: Of the columns of the rows.

    Raises:
        DataError: A column that the model needs is not there, or of another type, or has the
            name of a prediction; names it before anything is predicted.

    Attributes:
        columns: Names of the columns that came out: those of the schema in its order, then
            what was predicted.
    """

    def __init__(self, step: InferrerStep, model: TrainedModel, schema: Any) -> None:
        self.step = step
        self.model = model
        self.schema = schema
        self._needed = raw_columns(model) or {}
        self._types = {name: column.dtype for name, column in self._needed.items()}
        self._classes = read_classes(model.path)
        self._other = self._check_columns()
        self._check_names(self._expected())
        self.columns = [feature.name for feature in schema.feature]
        self._encoder = RecordBatchToExamplesEncoder()
        self._nan: dict[tuple[str, str], tuple[int, int]] = {}  # split, output -> count, first row

    def __call__(
        self, rows: list[bytes], batch: pa.RecordBatch, done: int = 0, split: str = ""
    ) -> tuple[pa.RecordBatch, list[bytes]]:
        """The columns with those of the predictions, and the same serialised.

        Args:
            rows: Serialised rows.
            batch: Their columns.
            done: How many rows of the split came before; said in errors, as `split` is.
            split: Name of the split where the data has several, else "".

        Raises:
            DataError: A prediction has the name of a column, or the model does not take a row.
            StepInterfaceError: The step predicts what no column can hold.
        """
        try:
            found = self.step.predict(self.model, self._fitting(rows, batch))
        except DataError as exc:
            why = misfit(batch, self._told_by_rows(), done, split)
            if not why:
                raise
            raise DataError(f"The model in {self.model.path} does not take a row. {why}.") from exc
        what = f"{type(self.step).__name__}.predict"
        columns = predicted_columns(what, found, len(rows), self._classes)
        self._check_names(columns)
        self._count_nan(columns, done, split)
        made = self._encoder.encode(encodable(pa.RecordBatch.from_pydict(columns)))
        whole = dict(zip(batch.schema.names, batch.columns, strict=True))
        merged = pa.RecordBatch.from_pydict({**whole, **columns})
        self.columns = merged.schema.names
        return merged, merge_rows(rows, made)

    def warn_of_nan(self, rows: int, split: str = "") -> None:
        """Warns of the predictions that are NaN; their class is empty.

        Args:
            rows: How many the split has.
            split: Its name where the data has several, else "".
        """
        for (where, name), (count, first) in self._nan.items():
            if where == split:
                told = predicts_nan(self.model.path, name, count, rows, first + 1)
                _LOG.warning("%s%s", f"Split {split!r}: " if split else "", told)

    def _count_nan(self, columns: Mapping[str, pa.Array], done: int, split: str) -> None:
        for name, column in columns.items():
            if name.endswith(OUTPUT) and pa.types.is_floating(column.type.value_type):
                table = column.flatten().to_numpy(zero_copy_only=False).reshape(len(column), -1)
                nan = nan_rows(table)
                if nan.any():
                    before, first = self._nan.get((split, name), (0, done + int(nan.argmax())))
                    self._nan[split, name] = before + int(nan.sum()), first

    def _told_by_rows(self) -> list[RawColumn]:
        """The columns of which a row may lack what the model needs; of no text is made "" text."""
        sentences = self.model.sentences
        text = sentences.text_feature if sentences is not None else None
        return [column for name, column in self._needed.items() if name != text]

    def _check_columns(self) -> list[str]:
        """The columns of numbers that are of the other type than the model wants."""
        there = {feature.name: _NAMES.get(feature.type, "") for feature in self.schema.feature}
        missing = [name for name in self._types if name not in there]
        if missing:
            near = did_you_mean(missing[0], there.keys() - self._types.keys())
            raise DataError(
                f"The model in {self.model.path} needs {_listed(missing)}, which the data does not "
                f"have.{near} It has {', '.join(sorted(there))}. Read a "
                "datasource with the columns that the model was trained on."
            )
        other = []
        for name, kind in self._types.items():
            if {there[name], kind} == _NUMBERS:
                other.append(name)
            elif there[name] and there[name] != kind:
                raise DataError(
                    f"The column {name!r} holds {there[name]}, and the model in {self.model.path} "
                    f"needs {kind}: declare its type in the schema of the datasource."
                )
        return other

    def _expected(self) -> list[str]:
        """The columns that will come, as far as that is known without a prediction."""
        if type(self.step).predict is not InferrerStep.predict:
            return []
        labels = [name.removesuffix("_o") for name in self.step.outputs or []]
        named = [label for label in self._classes if label in labels or not labels]
        return [*(f"{label}_o" for label in labels or named), *(f"{name}_class" for name in named)]

    def _check_names(self, predicted: Iterable[str]) -> None:
        there = {feature.name for feature in self.schema.feature}
        taken = [name for name in predicted if name in there]
        if taken:
            raise DataError(
                f"The data has {_listed(taken)} already, which the predictions of the model in "
                f"{self.model.path} would overwrite: give {'it' if len(taken) == 1 else 'them'} "
                "another name in the data, or predict other labels."
            )

    def _fitting(self, rows: list[bytes], batch: pa.RecordBatch) -> Sequence[bytes]:
        """The rows as the model takes them: numbers in the type that it wants."""
        if not self._other:
            return rows
        columns = {
            name: with_values(batch.column(batch.schema.names.index(name)), values)
            for name in self._other
            if (values := self._converted(batch, name)) is not None
        }
        if not columns:
            return rows
        kept = {
            name: column
            for name, column in zip(batch.schema.names, batch.columns, strict=True)
            if name in self._types
        }
        return list(
            self._encoder.encode(encodable(pa.RecordBatch.from_pydict({**kept, **columns})))
        )

    def _converted(self, batch: pa.RecordBatch, name: str) -> pa.Array | None:
        """The values of a column, floats for whole numbers or the reverse; None: there are none."""
        column = batch.column(batch.schema.names.index(name))
        if pa.types.is_null(column.type):
            return None
        values = column.flatten().cast(pa.float64())
        if self._types[name] == "float32":
            return values.cast(FLOAT)
        numbers = values.to_numpy(zero_copy_only=False)
        fine = (np.abs(numbers) <= _EXACT) & (np.floor(numbers) == numbers)
        if not fine.all():
            raise DataError(
                f"The column {name!r} holds {numbers[~fine][0]:g} among its floats, and the model "
                f"in {self.model.path} needs whole numbers, of {_EXACT:,} at most where they come "
                "as floats: correct the value, or declare the column INTEGER in the schema of the "
                "datasource."
            )
        return values.cast(INT)


def _listed(names: Sequence[str]) -> str:
    listed = ", ".join(map(repr, names))
    return f"the column {listed}" if len(names) == 1 else f"the columns {listed}"
