"""Predictions of a batch of rows: by a model, or from the columns of the rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import tensorflow as tf

from zenml.components.evaluator.columns import matrix_of
from zenml.components.evaluator.rows import NotVectorisableError
from zenml.errors import DataError
from zenml.models.formats import read_description
from zenml.models.saved_model import SERVING
from zenml.models.trained_model import TrainedModel


class Predictions(Protocol):
    """Tells the predictions of the rows of a batch.

    Attributes:
        columns: Those of the batch that are needed.
    """

    columns: Sequence[str]

    def of(self, rows: list[bytes], batch: pa.RecordBatch) -> dict[str, np.ndarray]:
        """Output -> (rows, values).

        Args:
            rows: Serialised transformed rows.
            batch: The same, as far as they were decoded.
        """


class StoredPredictions:
    """Predictions that lie in a column beside the labels.

    Args:
        column: Its name.
    """

    def __init__(self, column: str) -> None:
        self.columns: Sequence[str] = [column]

    def of(self, rows: list[bytes], batch: pa.RecordBatch) -> dict[str, np.ndarray]:
        """The column."""
        (column,) = self.columns
        return {column: matrix_of(batch, column, "prediction")}


class TransformedPredictions:
    """Predictions of a model in the format of any standard trainer.

    Args:
        path: Folder of the model.
    """

    columns: Sequence[str] = ()

    def __init__(self, path: str) -> None:
        self._model = TrainedModel(path)

    def of(self, rows: list[bytes], batch: pa.RecordBatch) -> dict[str, np.ndarray]:
        """Asks the model for all rows at once."""
        found = self._model.predict_transformed(rows)
        return {name: _matrix(name, value, len(rows)) for name, value in found.items()}


def predictions_of(path: str, signature: str) -> Predictions:
    """Predictions of the model in a folder, by the signature if it is a SavedModel.

    Raises:
        DataError: There is no model that can be evaluated.
    """
    try:
        format = read_description(path)["format"]
    except DataError as exc:
        raise DataError(
            f"There is no model to evaluate: {exc} AgnosticEvaluator needs none: it takes the "
            "test results of any trainer."
        ) from exc
    return Predictor(path, signature) if format == "saved_model" else TransformedPredictions(path)


class Predictor:
    """Runs one signature of a SavedModel on serialised rows.

    Args:
        path: Folder of the SavedModel.
        signature: Name of a signature that takes serialised tf.train.Examples.
    """

    columns: Sequence[str] = ()

    def __init__(self, path: str, signature: str = "") -> None:
        name = signature or SERVING
        try:
            # Kept: the signature does not keep the model's variables alive.
            self._model = tf.saved_model.load(path)
        except OSError as exc:
            raise DataError(f"There is no SavedModel to evaluate in {path}: {exc}") from exc
        signatures = self._model.signatures
        if name not in signatures:
            there = ", ".join(sorted(signatures)) or "none"
            raise DataError(
                f"The model in {path} has no signature {name!r}; it has {there}. A trainer saves "
                "one that takes serialised transformed rows under 'zen_eval'."
            )
        self._function = signatures[name]
        inputs = self._function.structured_input_signature[1]
        if len(inputs) != 1 or next(iter(inputs.values())).dtype != tf.string:
            raise NotVectorisableError(f"a signature that takes {', '.join(inputs)}")
        self._input = next(iter(inputs))

    def of(self, rows: list[bytes], batch: pa.RecordBatch) -> dict[str, np.ndarray]:
        """The model's outputs for the rows: name -> (rows, values).

        Raises:
            DataError: The model does not take the rows.
        """
        try:
            outputs = self._function(**{self._input: tf.constant(rows)})
        except tf.errors.OpError as exc:
            raise DataError(f"The model does not take the rows: {exc.message}") from exc
        return {name: _matrix(name, value, len(rows)) for name, value in outputs.items()}


def choose_output(outputs: dict[str, np.ndarray], output: str, key: str) -> np.ndarray:
    """The output that metrics are about.

    Args:
        outputs: Of the model, by name.
        output: TFMA's name of the output, "" where there is one.
        key: TFMA's prediction key.

    Raises:
        DataError: Names the outputs that there are.
    """
    wanted = output or key
    if wanted in outputs:
        return outputs[wanted]
    if len(outputs) == 1 and not output:
        return next(iter(outputs.values()))
    raise DataError(
        f"The model has no output {wanted!r}; it has {', '.join(sorted(outputs))}. Outputs are "
        "called <label>_o; say otherwise with output_mapping={label: output}."
    )


def _matrix(name: str, value: Any, rows: int) -> np.ndarray:
    array = np.asarray(value)
    if array.ndim == 1 and len(array) == rows:
        return array[:, None]
    if array.ndim != 2 or len(array) != rows:
        raise NotVectorisableError(f"the output {name!r} of shape {array.shape}")
    return array
