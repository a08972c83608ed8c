"""The classes of a label, numbered by value: the analysis that finds and writes them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import apache_beam as beam
import numpy as np
import tensorflow as tf
import tensorflow_transform as tft
from tensorflow_transform.beam.experimental import PTransformAnalyzer

from zenml.errors import StepArgumentError
from zenml.models.classes import vocabulary_file
from zenml.steps.preprocesser.columns import find_by_name

# Stands in the file while there is no class: TensorFlow makes no table of an empty one.
_NO_CLASS = {tf.string: b"there-is-no-class", tf.int64: b"-1"}


def numbered(column: Any, label: str, top_k: int | None, num_oov_buckets: int) -> Any:
    """See `index_of_class`."""
    file = vocabulary_file(label)
    values = column.values if isinstance(column, tf.SparseTensor) else column
    dtype = values.dtype
    if dtype not in _NO_CLASS:
        raise StepArgumentError(
            f"index_of_class: the label {label!r} is of type {dtype.name}, and classes are text or "
            "int64. What would do: tf.cast(column, tf.int64), or tf.strings.as_string(column)."
        )
    (path,) = tft.experimental.ptransform_analyzer(
        [tf.reshape(values, [-1])],
        _Classes(file, top_k, _NO_CLASS[dtype]),
        [tf.string],
        [[]],
        output_asset_default_values=[_NO_CLASS[dtype]],
    )
    find_by_name(file, file)
    find_by_name(label, file)
    return tft.apply_vocabulary(column, path, num_oov_buckets=num_oov_buckets)


class _Classes(PTransformAnalyzer):
    """Writes the values that there are, in order, a line each; gives the path of the file."""

    def __init__(self, file: str, top_k: int | None, no_class: bytes) -> None:
        super().__init__()
        self._file = file
        self._top_k = top_k
        self._no_class = no_class

    def expand(self, batches: Any) -> Any:
        """Counts values by batch, and brings the counts together."""
        path = os.path.join(self.base_temp_dir, self._file)
        return (
            batches
            | "Count" >> beam.FlatMap(_counts)
            | "Sum" >> beam.CombinePerKey(sum)
            | "List" >> beam.combiners.ToList()
            | "Write" >> beam.Map(_write, path, self._top_k, self._no_class)
        )


def _counts(batch: tuple[Any, ...]) -> Iterator[tuple[Any, int]]:
    values, counts = np.unique(batch[0], return_counts=True)
    return zip(values.tolist(), counts.tolist(), strict=True)


def _write(counts: list[tuple[Any, int]], path: str, top_k: int | None, no_class: bytes) -> Any:
    """Writes the classes; a line holds neither an empty text nor one with a break in it."""
    kept = [pair for pair in counts if not _is_no_line(pair[0])]
    if top_k is not None:
        kept = sorted(kept, key=lambda pair: (-pair[1], pair[0]))[:top_k]
    classes = sorted(value for value, _ in kept)
    lines = [value if isinstance(value, bytes) else b"%d" % value for value in classes]
    tf.io.gfile.makedirs(os.path.dirname(path))
    with tf.io.gfile.GFile(path, "wb") as file:
        file.write(b"".join(line + b"\n" for line in lines or [no_class]))
    return np.array(path)


def _is_no_line(value: bytes | int) -> bool:
    return isinstance(value, bytes) and (not value or b"\n" in value or b"\r" in value)
