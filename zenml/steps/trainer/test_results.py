"""Predictions of the test splits, stored beside the labels and all other columns."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from zenml.errors import StepInterfaceError

if TYPE_CHECKING:
    import pyarrow as pa

Batch = tuple[dict[str, Any], Any]


def write_test_results(
    step: Any, model: Any, split: str, read: Callable[[str], Iterable[tuple[list[bytes], Batch]]]
) -> None:
    """Predicts one test split and writes it as examples.

    Args:
        step: The trainer: its `test_fn` predicts, its `output_patterns` say where to.
        model: What its `model_fn` returned.
        split: Name of the split.
        read: Pattern of files -> batches, each as the serialised rows and as the features and
            labels that `test_fn` gets.

    Raises:
        StepInterfaceError: `test_fn` gives another number of batches or rows.
    """
    import pyarrow as pa
    from tfx_bsl.coders.example_coder import RecordBatchToExamplesEncoder

    from zenml.records import RecordWriter
    from zenml.records.merging import merge_rows

    waiting: deque[list[bytes]] = deque()

    def batches() -> Iterator[Batch]:
        for rows, batch in read(step.input_patterns[split]):
            waiting.append(rows)
            yield batch

    encoder = RecordBatchToExamplesEncoder()
    with RecordWriter(os.path.dirname(step.output_patterns[split])) as writer:
        for predicted in step.test_fn(model, batches()):
            if not waiting:
                raise _wrong(step, "more batches than it was given")
            rows = waiting.popleft()
            for values in predicted.values():
                if len(values) != len(rows):
                    raise _wrong(step, f"{len(values)} predictions for {len(rows)} rows")
            columns = [prediction_column(values) for values in predicted.values()]
            made = encoder.encode(pa.RecordBatch.from_arrays(columns, list(predicted)))
            writer.write_serialized(merge_rows(rows, made))
        if waiting:
            raise _wrong(step, "fewer batches than it was given")


def _wrong(step: Any, what: str) -> StepInterfaceError:
    return StepInterfaceError(
        f"{type(step).__name__}.test_fn yielded {what}; it must yield one dict of arrays for each "
        "batch of the dataset, in order."
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
