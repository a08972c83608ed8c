"""The rows that a configuration needs, in batches with predictions and slices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
from tensorflow_metadata.proto.v0 import schema_pb2
from tensorflow_model_analysis.proto import config_pb2

from zenml.components.evaluator.columns import matrix_of
from zenml.components.evaluator.model import Predictions, choose_output
from zenml.components.evaluator.rows import NotVectorisableError, Rows
from zenml.components.evaluator.slices import SliceIndex
from zenml.components.evaluator.sound import sound
from zenml.errors import DataError
from zenml.records.reader import Decoder, read_rows_and_batches, read_serialized

Matrices = dict[str, np.ndarray]
_TYPES = (
    (pa.types.is_integer, schema_pb2.INT),
    (pa.types.is_floating, schema_pb2.FLOAT),
    (pa.types.is_large_binary, schema_pb2.BYTES),
    (pa.types.is_binary, schema_pb2.BYTES),
)


class RowReader:
    """Yields the rows of files as metrics see them.

    Args:
        config: Which labels, weights and outputs are used.
        slices: Tells the slices of a row.
        predictions: Of the rows.
        files: TFRecords of transformed rows.
    """

    def __init__(
        self,
        config: config_pb2.EvalConfig,
        slices: SliceIndex,
        predictions: Predictions,
        files: list[str],
    ) -> None:
        model = config.model_specs[0] if config.model_specs else config_pb2.ModelSpec()
        self._prediction_key = model.prediction_key
        self._labels = label_columns(config)
        self._weights = _keys(model.example_weight_key, model.example_weight_keys)
        outputs = {name for spec in config.metrics_specs for name in spec.output_names}
        self._outputs = outputs | set(self._labels) or {""}
        self._slices, self._predictions, self._files = slices, predictions, files

    def __iter__(self) -> Iterator[Rows]:
        """Yields the batches.

        Raises:
            DataError: A label, weight or slice column that is not there, or has gaps; labels or
                predictions that no metric is true of.
        """
        return sound(self._rows(), self._labels)

    def _rows(self) -> Iterator[Rows]:
        schema = self._schema()
        columns = [feature.name for feature in schema.feature] if schema else self._columns()
        for rows, batch in read_rows_and_batches(self._files, schema, columns):
            labels, outputs = self._pairs(rows, batch)
            yield Rows(
                labels=labels,
                predictions={
                    name: choose_output(outputs, name, self._prediction_key)
                    for name in self._outputs
                },
                weights={name: _weight(batch, key) for name, key in self._weights.items()},
                members=self._slices.members(batch),
            )

    def _pairs(self, rows: list[bytes], batch: pa.RecordBatch) -> tuple[Matrices, Matrices]:
        """Labels and predictions by output."""
        labels = {name: matrix_of(batch, key, "label") for name, key in self._labels.items()}
        return labels, self._predictions.of(rows, batch)

    def _columns(self) -> list[str]:
        needed = {*self._labels.values(), *self._weights.values(), *self._slices.columns}
        return sorted(needed | set(self._predictions.columns))

    def _schema(self) -> schema_pb2.Schema | None:
        """The types of the columns, by the first batch: decoding a few is much quicker."""
        first = next(read_serialized(self._files), None)
        if not first:
            raise DataError(
                "The test splits hold no row, so there is nothing to evaluate. Give the split more "
                "of the data, or name other splits with split_mapping={'test_splits': [...]}."
            )
        there = Decoder().decode(first).schema
        schema = schema_pb2.Schema()
        for name in self._columns():
            if name not in there.names:
                self._missing(name, there.names)
            kind = there.field(name).type
            if pa.types.is_null(kind):
                return None
            of_type = [number for is_type, number in _TYPES if is_type(kind.value_type)]
            schema.feature.add(name=name, type=of_type[0])
        return schema

    def _missing(self, column: str, there: list[str]) -> None:
        use = "slices name the column"
        if column in self._labels.values():
            use = "the label is the column"
        elif column in self._weights.values():
            use = "the weights of the examples are the column"
        elif column in self._predictions.columns:
            use = "the prediction is the column"
        raise DataError(
            f"The evaluator: {use} {column!r}, which the transformed data does not have. "
            f"Its columns are {', '.join(sorted(there))}."
        )


def label_columns(config: config_pb2.EvalConfig) -> dict[str, str]:
    """Output ("" for a single one) -> label column."""
    model = config.model_specs[0] if config.model_specs else config_pb2.ModelSpec()
    return _keys(model.label_key, model.label_keys)


def _keys(single: str, several: Any) -> dict[str, str]:
    if single:
        return {"": single}
    return dict(several)


def _weight(batch: pa.RecordBatch, column: str) -> np.ndarray:
    values = matrix_of(batch, column, "weight")
    if values.shape[1] != 1:
        raise NotVectorisableError(f"several weights a row in {column!r}")
    return values.astype(float)
