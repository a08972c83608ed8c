"""Rows in an order that their content decides, for sources that keep none."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa

from zenml.records.columns import Vector
from zenml.records.content import row_hashes
from zenml.records.parting import parted

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
        yield from _in_order(map(_hashed, batches), Path(folder), 64 - _BITS)


def _hashed(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The rows with their hashes as the last column: they are asked for more than once."""
    columns = [*batch.columns, pa.array(row_hashes(batch))]
    return pa.RecordBatch.from_arrays(columns, [*batch.schema.names, "hash"])


def _hashes(hashed: pa.RecordBatch) -> Vector:
    return np.asarray(hashed.columns[-1])


def _rows(hashed: pa.RecordBatch) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays(hashed.columns[:-1], hashed.schema.names[:-1])


def _in_order(
    batches: Iterable[pa.RecordBatch], folder: Path, shift: int
) -> Iterator[pa.RecordBatch]:
    """Parts rows by some bits of their hashes, and each part that is too large by the next."""
    mask = np.uint64((1 << _BITS) - 1)
    numbered = ((batch, (_hashes(batch) >> np.uint64(shift)) & mask) for batch in batches)
    for path in parted(numbered, folder):
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
                yield from map(_rows, stream)
        path.unlink()


def _ordered(hashed: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    order, rows = pa.array(np.argsort(_hashes(hashed), kind="stable")), _rows(hashed)
    for start in range(0, rows.num_rows, _ROWS):
        yield rows.take(order.slice(start, _ROWS))
