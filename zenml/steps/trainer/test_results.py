"""Predictions of the test splits, stored beside the labels and all other columns."""

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
    from tfx_bsl.coders.example_coder import RecordBatchToExamplesEncoder

    from zenml.records import RecordWriter

    waiting: deque[list[bytes]] = deque()
    encoder = RecordBatchToExamplesEncoder()
    with RecordWriter(os.path.dirname(step.output_patterns[split])) as writer:
        for predicted in step.test_fn(model, _batches(step, split, waiting)):
            if not waiting:
                raise _wrong(step, "more batches than it was given")
            rows = waiting.popleft()
            for values in predicted.values():
                if len(values) != len(rows):
                    raise _wrong(step, f"{len(values)} predictions for {len(rows)} rows")
            columns = [prediction_column(values) for values in predicted.values()]
            made = encoder.encode(pa.RecordBatch.from_arrays(columns, list(predicted)))
            # Two serialised messages, one after the other, are their merger.
            writer.write_serialized([row + more for row, more in zip(rows, made, strict=True)])
        if waiting:
            raise _wrong(step, "fewer batches than it was given")


def _wrong(step: Any, what: str) -> StepInterfaceError:
    return StepInterfaceError(
        f"{type(step).__name__}.test_fn yielded {what}; it must yield one dict of arrays for each "
        "batch of the dataset, in order."
    )


def _batches(
    step: TensorflowBaseTrainer, split: str, waiting: deque[list[bytes]]
) -> Iterator[tuple[dict[str, Any], Any]]:
    """Reads each row once: as tensors for the model, and as it is for what is kept beside."""
    import tensorflow as tf

    from zenml.records import ahead, read_serialized

    spec = step._spec(with_labels=True)

    @tf.function(autograph=False, reduce_retracing=True)  # type: ignore[untyped-decorator]
    def parse_batch(rows: Any) -> Any:
        return step._split(parse(rows, spec, step.columns))

    for rows in ahead(lambda: read_serialized(step.input_patterns[split], ROWS)):
        waiting.append(rows)
        yield parse_batch(tf.constant(rows))


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
