"""Rows that belong together brought together, without all being in memory."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa

from zenml.records.columns import batch_of
from zenml.records.content import row_hashes

_BUCKETS = 64


def buckets_by(batches: Iterable[pa.RecordBatch], column: str | None) -> Iterator[pa.RecordBatch]:
    """Yields all rows in fewer, larger batches: rows with the same value are in the same one.

    In memory is one of them at a time; the others wait in temporary files.

    Args:
        batches: Of the same columns and types.
        column: Whose values count; None puts all rows into one batch.

    Example:
        >>> batches = [pa.RecordBatch.from_arrays([pa.array([[1], [2]])], ["a"])] * 3
        >>> sorted(batch.to_pydict()["a"] for batch in buckets_by(batches, "a"))
        [[[1], [1], [1]], [[2], [2], [2]]]
    """
    with tempfile.TemporaryDirectory(prefix="zenml-series-") as folder:
        writers: dict[int, pa.RecordBatchStreamWriter] = {}
        for batch in batches:
            numbers = np.zeros(batch.num_rows, np.int64)
            if column is not None:
                at = batch.schema.get_field_index(column)
                key = batch_of({column: batch.column(at)})
                numbers = (row_hashes(key) % np.uint64(_BUCKETS)).astype(np.int64)
            for number in np.unique(numbers).tolist():
                if number not in writers:
                    path = str(Path(folder, f"{number:02d}"))
                    writers[number] = pa.ipc.new_stream(path, batch.schema)
                writers[number].write_batch(batch.filter(pa.array(numbers == number)))
        for writer in writers.values():
            writer.close()
        for number in sorted(writers):
            with pa.OSFile(str(Path(folder, f"{number:02d}"))) as file:
                table = pa.ipc.open_stream(file).read_all().combine_chunks()
            yield pa.RecordBatch.from_arrays(
                [pa.concat_arrays(chunked.chunks) for chunked in table.columns], table.column_names
            )
