"""Applying a transform graph to rows: batch by batch in plain TensorFlow, without Beam."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import tensorflow as tf
import tensorflow_transform as tft
from tensorflow_transform.saved import saved_transform_io_v2
from tfx_bsl.coders.example_coder import RecordBatchToExamplesEncoder
from tfx_bsl.tfxio.tensor_to_arrow import TensorsToRecordBatchConverter

from zenml.errors import DataError
from zenml.records import RecordWriter, ahead, read_serialized
from zenml.records.merging import merge_rows


class Applier:
    """The transform graph of a folder, ready for batches of rows.

    Args:
        graph: Folder of the transform graph, with the metadata of the raw columns.
    """

    def __init__(self, graph: str) -> None:
        output = tft.TFTransformOutput(graph)
        self._raw_spec = output.raw_feature_spec()
        self._loader = saved_transform_io_v2.SavedModelLoader(output.transform_savedmodel_dir)
        self._closed = {
            name
            for name, domain in output.transformed_domains().items()
            if name.endswith("_xl") and getattr(domain, "is_categorical", False) and domain.min < 0
        }
        self._converter = TensorsToRecordBatchConverter(
            {
                name: tf.type_spec_from_value(value)
                for name, value in self._loader.structured_outputs.items()
            }
        )
        self._encoder = RecordBatchToExamplesEncoder()

    def __call__(self, rows: list[bytes]) -> list[bytes]:
        """The rows with the transformed columns added.

        Raises:
            DataError: A label that training never saw, or rows that the schema does not describe.
        """
        try:
            raw = tf.io.parse_example(tf.constant(rows), self._raw_spec)
        except tf.errors.InvalidArgumentError as exc:
            raise DataError(f"Rows do not keep to the schema of the data: {exc.message}") from exc
        outputs = self._loader.apply_transform_model(raw)
        for name in self._closed:
            _check_seen(name, outputs[name], raw)
        return merge_rows(rows, self._encoder.encode(self.columns(outputs)))

    def columns(self, outputs: dict[str, Any]) -> pa.RecordBatch:
        """Transformed tensors as columns of lists."""
        return self._converter.convert(dict(outputs))


def _check_seen(name: str, indices: tf.Tensor, raw: dict[str, Any]) -> None:
    unseen = tf.where(tf.reshape(indices, [-1]) < 0)
    if not len(unseen):
        return
    label = name[: -len("_xl")]
    column = raw.get(label)
    column = column.values if isinstance(column, tf.SparseTensor) else column
    value = "?" if column is None else tf.reshape(column, [-1])[unseen[0, 0]].numpy()
    raise DataError(
        f"The label {label!r} has the value {value} in a split that is not trained on, and never "
        "in the training splits: no model can learn it. Split the data otherwise, or leave those "
        "rows out."
    )


def apply(graph: str, files: list[str], folder: str) -> None:
    """Transforms the rows of the files into shards in `folder`.

    Args:
        graph: Folder of the transform graph.
        files: TFRecords of a split.
        folder: Receives the shards.
    """
    applier = Applier(graph)
    with RecordWriter(folder) as writer:
        for rows in ahead(lambda: read_serialized(files)):
            writer.write_serialized(applier(rows))
