"""Rows as they were before the preprocesser, in step with the transformed ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import tensorflow as tf
import tensorflow_transform as tft
from tensorflow_model_analysis.proto import config_pb2

from zenml.components.evaluator.model import choose_output
from zenml.components.evaluator.reading import Matrices, RowReader
from zenml.components.evaluator.slices import SliceIndex
from zenml.components.evaluator.units import check_units
from zenml.errors import DataError
from zenml.models.classes import classes_of, read_classes
from zenml.models.columns import LABEL
from zenml.models.trained_model import TrainedModel
from zenml.models.transform_graph import TransformGraph
from zenml.records.pieces import Pieces
from zenml.records.reader import read_serialized


class RawRows:
    """Reads raw rows, each batch beside its transformed one.

    A transformed row is the raw one with columns after it, so that each is checked to be
    the same.

    Args:
        files: TFRecords of raw rows.
    """

    def __init__(self, files: list[str]) -> None:
        self._raw = Pieces.of_lists(read_serialized(files))
        self._rows = 0

    def beside(self, rows: Sequence[bytes]) -> list[bytes]:
        """The next raw rows.

        Args:
            rows: The same rows, transformed; they are larger, and so may be fewer at a time.

        Raises:
            DataError: They are not the same rows; says which.
        """
        raw = self._raw.take(len(rows))
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

    @property
    def classes(self) -> dict[str, list[str]]:
        """Label -> names of its classes, as the model numbers them."""
        return read_classes(self._model.path)

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
    rows. Labels are numbered as its own graph does it: class 2 may be another class there, and
    one that it does not know is -1, which it never predicts. Those that are measures have to be
    in the unit of the rows at hand, or nothing is compared.

    Args:
        config: As of `RowReader`.
        slices: As of `RowReader`.
        predictions: Of the model.
        files: As of `RowReader`.
        graph: Folder of the graph. Without one, the labels of the rows at hand are taken, and
            numbered as the model's own names of its classes are.
        classes: Label -> names of its classes, as the rows at hand number them.
    """

    def __init__(
        self,
        config: config_pb2.EvalConfig,
        slices: SliceIndex,
        predictions: RawPredictions,
        files: list[str],
        *,
        graph: str,
        classes: Mapping[str, Sequence[str]],
    ) -> None:
        super().__init__(config, slices, predictions, files)
        self._raw = predictions
        self._graph = _Graph(graph, sorted(self._labels.values())) if graph else None
        self._classes = classes
        self._numbers = _numbers(classes, classes_of(graph) if graph else predictions.classes)

    def _pairs(self, rows: list[bytes], batch: pa.RecordBatch) -> tuple[Matrices, Matrices]:
        labels, outputs = super()._pairs(rows, batch)
        found = self._graph(self._raw.rows) if self._graph is not None else {}
        for name, column in self._labels.items():
            label, theirs = column.removesuffix(LABEL), found.get(column)
            chances = choose_output(outputs, name, self._prediction_key)
            width, numbers = chances.shape[1], self._numbers.get(label)
            check_units(column, width, labels[name], theirs, named=numbers is not None)
            if theirs is not None:
                labels[name] = theirs
            elif numbers is not None and labels[name].shape[1] == 1:
                labels[name] = numbers[labels[name]]  # of -1, no class, the last
            if numbers is not None and width == 1 and len(self._classes[label]) > 2:
                both = np.concatenate([1 - chances, chances], axis=1)
                outputs = {key: both if v is chances else v for key, v in outputs.items()}
        return labels, outputs


def _numbers(
    ours: Mapping[str, Sequence[str]], theirs: Mapping[str, Sequence[str]]
) -> dict[str, np.ndarray]:
    """Label -> at the number of each class its number in another model, -1 for none."""
    found = {}
    for label in set(ours) & set(theirs):
        places = {name: number for number, name in enumerate(theirs[label])}
        found[label] = np.array([*(places.get(name, -1) for name in ours[label]), -1])
    return found


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
        missing = set(columns) - set(output.transformed_feature_spec())
        if missing:
            raise DataError(
                f"The transform graph in {folder} gives no {', '.join(sorted(missing))}, so the "
                "latest blessed model cannot be compared with: it predicts something else. Leave "
                "out the thresholds on the change until another model is blessed."
            )
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
