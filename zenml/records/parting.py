"""Rows parted into temporary files, by a number that each has."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pyarrow as pa

from zenml.records.columns import Vector


def parted(numbered: Iterable[tuple[pa.RecordBatch, Vector]], folder: Path) -> list[Path]:
    """Writes rows into a file of the folder for each number; in memory is one batch.

    Args:
        numbered: Batches of the same columns, and the number of each of their rows.
        folder: Where the files go, each an Arrow stream.

    Returns:
        The files, in the order of their numbers. Rows in a file keep their order.

    Example:
        >>> import tempfile
        >>> batch = pa.RecordBatch.from_arrays([pa.array([[7], [8], [9]])], ["a"])
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     files = parted([(batch, np.array([1, 0, 1]))], Path(folder))
        ...     tables = [pa.ipc.open_stream(file.read_bytes()).read_all() for file in files]
        >>> [table["a"].to_pylist() for table in tables]
        [[[8]], [[7], [9]]]
    """
    writers: dict[int, pa.RecordBatchStreamWriter] = {}
    with ExitStack() as stack:
        for batch, numbers in numbered:
            order = np.argsort(numbers, kind="stable")  # so that the rows of a number are one slice
            rows = batch.take(pa.array(order))
            found, counts = np.unique(numbers, return_counts=True)
            starts = np.cumsum(counts) - counts
            for number, start, count in zip(found.tolist(), starts, counts, strict=True):
                if number not in writers:
                    stream = pa.ipc.new_stream(str(folder / str(number)), batch.schema)
                    writers[number] = stack.enter_context(stream)
                writers[number].write_batch(rows.slice(int(start), int(count)))
    return [folder / str(number) for number in sorted(writers)]
