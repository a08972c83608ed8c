"""Applying a transform graph to rows: batch by batch in plain TensorFlow, without Beam."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import tensorflow as tf
import tensorflow_transform as tft
from tensorflow_transform.saved import saved_transform_io_v2
from tfx_bsl.tfxio.tensor_adapter import TensorAdapter
from tfx_bsl.tfxio.tensor_to_arrow import TensorsToRecordBatchConverter

from zenml.components.transform.analysis import tensor_config
from zenml.errors import DataError
from zenml.records import RecordWriter, ahead, read_batches


class Applier:
    """The transform graph of a folder, ready for batches.

    Args:
        graph: Folder of the transform graph.
        schema: Schema proto of the raw columns.
    """

    def __init__(self, graph: str, schema: Any) -> None:
        output = tft.TFTransformOutput(graph)
        self._adapter = TensorAdapter(tensor_config(schema))
        self._loader = saved_transform_io_v2.SavedModelLoader(output.transform_savedmodel_dir)
        self._closed = {
            name
            for name, domain in output.transformed_domains().items()
            if name.endswith("_xl") and getattr(domain, "is_categorical", False) and domain.min < 0
        }
        self._specs: dict[str, tf.TypeSpec] = {
            name: tf.type_spec_from_value(value)
            for name, value in self._loader.structured_outputs.items()
        }
        self._converter = TensorsToRecordBatchConverter(self._specs)

    def __call__(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The transformed columns of a batch, and the raw ones beside them.

        Raises:
            DataError: A label that training never saw.
        """
        outputs = self._loader.apply_transform_model(self._adapter.ToBatchTensors(batch))
        for name in self._closed:
            _check_seen(name, outputs[name], batch)
        columns = self._converter.convert(dict(outputs))
        kept = [name for name in batch.schema.names if name not in columns.schema.names]
        return pa.RecordBatch.from_arrays(
            [*columns.columns, *(batch.column(batch.schema.get_field_index(n)) for n in kept)],
            [*columns.schema.names, *kept],
        )


def _check_seen(name: str, indices: tf.Tensor, batch: pa.RecordBatch) -> None:
    unseen = tf.where(tf.reshape(indices, [-1]) < 0)
    if not len(unseen):
        return
    label = name[: -len("_xl")]
    column = batch.schema.get_field_index(label)
    value = batch.column(column)[int(unseen[0, 0])].as_py() if column >= 0 else "?"
    raise DataError(
        f"The label {label!r} has the value {value} in a split that is not trained on, and never "
        "in the training splits: no model can learn it. Split the data otherwise, or leave those "
        "rows out."
    )


def apply(graph: str, schema: Any, files: list[str], folder: str) -> None:
    """Transforms the rows of the files into shards in `folder`.

    Args:
        graph: Folder of the transform graph.
        schema: Schema proto of the raw columns.
        files: TFRecords of a split.
        folder: Receives the shards.
    """
    applier = Applier(graph, schema)
    with RecordWriter(folder) as writer:
        for batch in ahead(lambda: read_batches(files, schema=schema)):
            writer.write(applier(batch))
