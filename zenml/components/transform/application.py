"""Applying a transform graph to rows: batch by batch in plain TensorFlow, without Beam."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pyarrow as pa
import tensorflow as tf
import tensorflow_transform as tft
from tensorflow_transform.saved import saved_transform_io_v2
from tfx_bsl.coders.example_coder import RecordBatchToExamplesEncoder
from tfx_bsl.tfxio.tensor_to_arrow import TensorsToRecordBatchConverter

from zenml.errors import DataError
from zenml.models.columns import LABEL
from zenml.records import RecordWriter, ahead, read_serialized
from zenml.records.merging import merge_rows

_FILLED = (
    "is missing in some rows, and what it is filled by there is no class: it is never in the "
    "training splits, or has no place. Fill it by one that they have, or leave those rows out"
)


class Applier:
    """The transform graph of a folder, ready for batches of rows.

    Args:
        graph: Folder of the transform graph, with the metadata of the raw columns.
        one_hot: Transformed columns of which each row is one class.
    """

    def __init__(self, graph: str, one_hot: Collection[str] = ()) -> None:
        output = tft.TFTransformOutput(graph)
        self._raw_spec = output.raw_feature_spec()
        self._loader = saved_transform_io_v2.SavedModelLoader(output.transform_savedmodel_dir)
        self._one_hot = one_hot
        self._closed = {
            name
            for name, domain in output.transformed_domains().items()
            if name.endswith(LABEL) and getattr(domain, "is_categorical", False) and domain.min < 0
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
            DataError: A label that is no class, or rows that the schema does not describe.
        """
        try:
            raw = tf.io.parse_example(tf.constant(rows), self._raw_spec)
        except tf.errors.InvalidArgumentError as exc:
            raise DataError(f"Rows do not keep to the schema of the data: {exc.message}") from exc
        outputs = self._loader.apply_transform_model(raw)
        for name in self._closed:
            _check_seen(name, outputs[name], raw)
        for name in self._one_hot:
            _check_one_hot(name, outputs[name], raw)
        return merge_rows(rows, self._encoder.encode(self.columns(outputs)))

    def columns(self, outputs: dict[str, Any]) -> pa.RecordBatch:
        """Transformed tensors as columns of lists."""
        return self._converter.convert(dict(outputs))


def _check_seen(name: str, indices: Any, raw: dict[str, Any]) -> None:
    unseen = tf.where(_values(indices) < 0)
    if not len(unseen):
        return
    if isinstance(indices, tf.SparseTensor):
        unseen = tf.gather(indices.indices, unseen[:, 0])
    value = _value_at(name, raw, unseen[0])
    if value is None:
        told = _FILLED
    elif value == "":
        told = (
            "is '' in some rows, and an empty text is no class. Leave those rows out of the data, "
            "or write a word there"
        )
    elif {"\n", "\r"} & set(str(value)):
        told = f"has the value {value!r}, and the name of a class is one line. Write it without"
    else:
        told = (
            f"has the value {value!r}, which no model can learn: it is never in the training "
            "splits, or 'top_k' leaves it out. Split the data otherwise, leave those rows out, or "
            "give a larger 'top_k'"
        )
    raise DataError(f"The label {name.removesuffix(LABEL)!r} {told}.")


def _check_one_hot(name: str, table: tf.Tensor, raw: dict[str, Any]) -> None:
    without = tf.where(tf.reduce_all(tf.equal(table, 0), axis=-1))
    if not len(without):
        return
    value = _value_at(name, raw, without[0])
    if value is None:
        told = _FILLED
    else:
        told = (
            f"has the value {value!r}, for which a vector of {table.shape[-1]} classes has no "
            "place. Give 'one_hot_encode' a depth for all classes; where the training splits do "
            "not have this one, split the data otherwise, or leave those rows out"
        )
    raise DataError(f"The label {name.removesuffix(LABEL)!r} {told}.")


def _values(column: Any) -> tf.Tensor:
    return column.values if isinstance(column, tf.SparseTensor) else column


def _value_at(name: str, raw: dict[str, Any], where: tf.Tensor) -> Any:
    """A value of a label as it was read: "?" where it cannot be told, None where none was.

    Args:
        name: Of the transformed label.
        raw: The columns as they were read.
        where: Its place in the transformed label: the row, then the place in it.
    """
    column = raw.get(name.removesuffix(LABEL))
    if column is None:
        return "?"
    row, place = int(where[0]), int(where[1]) if len(where) > 1 else 0
    if isinstance(column, tf.SparseTensor):
        values = tf.boolean_mask(column.values, column.indices[:, 0] == row)
    else:
        values = tf.reshape(column[row], [-1])
    if not len(values):
        return None
    if place >= len(values):
        return "?"
    value = values[place].numpy()
    return value.decode(errors="replace") if isinstance(value, bytes) else value.item()


def apply(graph: str, files: list[str], folder: str, one_hot: Collection[str] = ()) -> None:
    """Transforms the rows of the files into shards in `folder`.

    Args:
        graph: Folder of the transform graph.
        files: TFRecords of a split.
        folder: Receives the shards.
        one_hot: Transformed columns of which each row is one class.

    Raises:
        DataError: As of `Applier`.
    """
    applier = Applier(graph, one_hot)
    with RecordWriter(folder) as writer:
        for rows in ahead(lambda: read_serialized(files)):
            writer.write_serialized(applier(rows))
