"""Rows in an order that their content decides, for sources that keep none."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa

from zenml.records.content import row_hashes

_ROWS = 5000
_BITS = 6  # of a row's hash name its bucket
_BYTES = 64 << 20  # of a bucket that is sorted in memory; a larger one is parted again


def in_content_order(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Yields the same rows ordered by their hashes, for a source that keeps no order.

    The rows wait in temporary files; memory does not grow with their number.

    Args:
        batches: Canonical batches of the same columns.

    Example:
        >>> def ordered(*rows):
        ...     batch = pa.RecordBatch.from_arrays([pa.array([[row] for row in rows])], ["a"])
        ...     return [b.to_pydict() for b in in_content_order([batch])]
        >>> ordered(1, 2, 3) == ordered(3, 1, 2)
        True
    """
    with tempfile.TemporaryDirectory(prefix="zenml-order-") as folder:
        yield from _in_order(batches, Path(folder), 64 - _BITS)


def _in_order(
    batches: Iterable[pa.RecordBatch], folder: Path, shift: int
) -> Iterator[pa.RecordBatch]:
    for path in _parted(batches, folder, shift):
        with pa.OSFile(str(path)) as file:
            stream = pa.ipc.open_stream(file)
            if path.stat().st_size <= _BYTES:
                for batch in stream.read_all().combine_chunks().to_batches():
                    yield from _ordered(batch)
            elif shift >= _BITS:
                inner = path.with_suffix(".parts")
                inner.mkdir()
                yield from _in_order(stream, inner, shift - _BITS)
            else:  # one row, over and over
                yield from stream
        path.unlink()


def _parted(batches: Iterable[pa.RecordBatch], folder: Path, shift: int) -> list[Path]:
    """Writes the rows into a file for each value of some bits of their hashes."""
    writers: dict[int, pa.RecordBatchStreamWriter] = {}
    for batch in batches:
        bits = (row_hashes(batch) >> np.uint64(shift)) & np.uint64((1 << _BITS) - 1)
        buckets = bits.astype(np.int64)
        order = np.argsort(buckets, kind="stable")
        rows = batch.take(pa.array(order))
        counts = np.bincount(buckets, minlength=1 << _BITS)
        ends = np.cumsum(counts)
        for bucket in np.flatnonzero(counts).tolist():
            if bucket not in writers:
                path = str(folder / f"{bucket:02d}")
                writers[bucket] = pa.ipc.new_stream(path, batch.schema)
            count = int(counts[bucket])
            writers[bucket].write_batch(rows.slice(int(ends[bucket]) - count, count))
    for writer in writers.values():
        writer.close()
    return [folder / f"{bucket:02d}" for bucket in sorted(writers)]


def _ordered(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    order = pa.array(np.argsort(row_hashes(batch), kind="stable"))
    for start in range(0, batch.num_rows, _ROWS):
        yield batch.take(order.slice(start, _ROWS))
