"""Predictions of the test splits, stored beside labels and the columns before preprocessing."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from zenml.errors import StepInterfaceError
from zenml.steps.trainer.columns import parse

if TYPE_CHECKING:
    import pyarrow as pa

    from zenml.steps.trainer.tensorflow import TensorflowBaseTrainer

ROWS = 5000


def write_test_results(step: TensorflowBaseTrainer, model: Any, split: str) -> None:
    """Predicts one test split and writes it as examples.

    Args:
        step: The trainer, with what `run_fn` needs.
        model: What its `model_fn` returned.
        split: Name of the split.

    Raises:
        StepInterfaceError: `test_fn` gives another number of batches or rows.
    """
    import pyarrow as pa

    from zenml.records import RecordWriter

    waiting: deque[pa.RecordBatch] = deque()
    folder = os.path.dirname(step.output_patterns[split])
    with RecordWriter(folder) as writer:
        for predicted in step.test_fn(model, _batches(step, split, waiting)):
            if not waiting:
                raise _wrong(step, "more batches than it was given")
            batch = waiting.popleft()
            columns = dict(zip(batch.schema.names, batch.columns, strict=True))
            for name, values in predicted.items():
                columns[name] = prediction_column(values)
                if len(columns[name]) != batch.num_rows:
                    raise _wrong(step, f"{len(values)} predictions for {batch.num_rows} rows")
            writer.write(pa.RecordBatch.from_arrays(list(columns.values()), list(columns)))
        if waiting:
            raise _wrong(step, "fewer batches than it was given")


def _wrong(step: Any, what: str) -> StepInterfaceError:
    return StepInterfaceError(
        f"{type(step).__name__}.test_fn yielded {what}; it must yield one dict of arrays for each "
        "batch of the dataset, in order."
    )


def _batches(
    step: TensorflowBaseTrainer, split: str, waiting: deque[pa.RecordBatch]
) -> Iterator[tuple[dict[str, Any], Any]]:
    """Reads each row once: as tensors for the model, and as Arrow for what is kept beside."""
    import tensorflow as tf

    from zenml.records import ahead, read_serialized
    from zenml.records.reader import Decoder

    decoder = Decoder(_kept(step))
    spec = step._spec(with_labels=True)

    @tf.function(autograph=False, reduce_retracing=True)  # type: ignore[untyped-decorator]
    def parse_batch(rows: Any) -> Any:
        return step._split(parse(rows, spec, step.columns))

    def read() -> Iterator[tuple[pa.RecordBatch, Any, Any]]:
        for rows in read_serialized(step.input_patterns[split], ROWS):
            yield (decoder.decode(rows), *parse_batch(tf.constant(rows)))

    for batch, features, labels in ahead(read):
        waiting.append(batch)
        yield features, labels


def _kept(step: TensorflowBaseTrainer) -> Any:
    """Schema of the columns that are stored again: those before preprocessing, and the labels."""
    from tensorflow_metadata.proto.v0 import schema_pb2

    labels = {label.name for label in step.labels}
    after = step.tf_transform_output.transformed_metadata.schema.feature
    made = [feature for feature in after if feature.name in labels]
    before = step.tf_transform_output.raw_metadata.schema.feature
    names = {feature.name for feature in after}
    return schema_pb2.Schema(
        feature=[*made, *(feature for feature in before if feature.name not in names)]
    )


def prediction_column(values: Any) -> pa.LargeListArray:
    """A list a row of float32, int64 or bytes.

    Args:
        values: Array of one row a row, of any rank.
    """
    import numpy as np
    import pyarrow as pa

    array = np.asarray(values)
    rows = array.reshape(len(array), -1)
    if array.dtype.kind in "fc":
        flat = pa.array(rows.reshape(-1).astype(np.float32))
    elif array.dtype.kind in "iub":
        flat = pa.array(rows.reshape(-1).astype(np.int64))
    else:
        flat = pa.array(rows.reshape(-1).tolist(), pa.large_binary())
    offsets = pa.array(np.arange(len(rows) + 1, dtype=np.int64) * rows.shape[1])
    return pa.LargeListArray.from_arrays(offsets, flat)
