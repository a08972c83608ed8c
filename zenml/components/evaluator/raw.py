"""Rows as they were before the preprocesser, in step with the transformed ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import tensorflow as tf
import tensorflow_transform as tft
from tensorflow_model_analysis.proto import config_pb2

from zenml.components.evaluator.reading import BATCH_ROWS, Matrices, RowReader
from zenml.components.evaluator.slices import SliceIndex
from zenml.errors import DataError
from zenml.models.trained_model import TrainedModel
from zenml.models.transform_graph import TransformGraph
from zenml.records.reader import read_serialized


class RawRows:
    """Reads raw rows, each batch beside its transformed one.

    A transformed row is the raw one with columns after it, so that each is checked to be
    the same.

    Args:
        files: TFRecords of raw rows.
    """

    def __init__(self, files: list[str]) -> None:
        self._batches = read_serialized(files, BATCH_ROWS)
        self._rows = 0

    def beside(self, rows: Sequence[bytes]) -> list[bytes]:
        """The raw rows of the next batch.

        Args:
            rows: The same rows, transformed.

        Raises:
            DataError: They are not the same rows; says which.
        """
        raw = next(self._batches, [])
        same = list(map(bytes.startswith, rows, raw))
        if len(raw) != len(rows) or not all(same):
            number = self._rows + (same.index(False) if False in same else len(same))
            raise DataError(
                f"The rows before and after the preprocesser are not the same: they differ from "
                f"row {number} of the test splits on. Run the split and the preprocesser again."
            )
        self._rows += len(raw)
        return raw


class RawPredictions:
    """Predictions of the latest blessed model, of raw rows.

    Args:
        path: Folder of the model.
        files: TFRecords of raw rows.

    Attributes:
        rows: The raw rows of the batch that was asked for last.
    """

    columns: Sequence[str] = ()

    def __init__(self, path: str, files: list[str]) -> None:
        self._model, self._raw = TrainedModel(path), RawRows(files)
        self.rows: list[bytes] = []

    def of(self, rows: list[bytes], batch: pa.RecordBatch) -> Matrices:
        """Asks the model for the raw rows beside the transformed ones."""
        self.rows = self._raw.beside(rows)
        try:
            found = self._model.predict(self.rows)
        except DataError as exc:
            raise DataError(
                f"The latest blessed model, {self._model.path}, cannot be compared with: {exc} "
                "Leave out the thresholds on the change until another model is blessed."
            ) from exc
        return {name: np.asarray(value).reshape(len(rows), -1) for name, value in found.items()}


class BaselineReader(RowReader):
    """Rows as a model sees them that was trained with another transform graph.

    Slices and weights are those of the rows at hand. Predictions are the model's own, of raw
    rows. Labels are numbered as its own graph does it: class 2 may be another class there.

    Args:
        args: As of `RowReader`.
        graph: Folder of the graph; "" takes the labels of the rows at hand.
    """

    def __init__(
        self,
        config: config_pb2.EvalConfig,
        slices: SliceIndex,
        predictions: RawPredictions,
        files: list[str],
        *,
        graph: str,
    ) -> None:
        super().__init__(config, slices, predictions, files)
        self._raw = predictions
        self._graph = _Graph(graph, sorted(self._labels.values())) if graph else None

    def _pairs(self, rows: list[bytes], batch: pa.RecordBatch) -> tuple[Matrices, Matrices]:
        labels, outputs = super()._pairs(rows, batch)
        if self._graph is not None:
            found = self._graph(self._raw.rows)
            labels = {name: found[column] for name, column in self._labels.items()}
        return labels, outputs


def transformed_by(graph: str, columns: Sequence[str], rows: list[bytes]) -> Matrices:
    """Columns of raw rows as a transform graph makes them.

    Args:
        graph: Its folder.
        columns: Transformed columns.
        rows: Serialised raw rows.
    """
    return _Graph(graph, columns)(rows)


class _Graph:
    """A transform graph that is called with serialised rows."""

    def __init__(self, folder: str, columns: Sequence[str]) -> None:
        output = tft.TFTransformOutput(folder)
        self._graph = TransformGraph(output.transform_savedmodel_dir)
        spec = output.raw_feature_spec()
        self._spec = {name: spec[name] for name in self._graph.inputs_of(columns)}
        self._columns = list(columns)

    def __call__(self, rows: list[bytes]) -> Matrices:
        raw = tf.io.parse_example(tf.constant(rows, tf.string), self._spec)
        found = self._graph(raw, self._columns)
        return {name: _dense(value).reshape(len(rows), -1) for name, value in found.items()}


def _dense(value: Any) -> np.ndarray:
    """An array; of a column of any number of values the values alone, for rows by themselves."""
    array: np.ndarray = (value.values if isinstance(value, tf.SparseTensor) else value).numpy()
    return array
