"""Rows brought together by category, and in order of time, without all being in memory."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from zenml.records.cells import single_values
from zenml.records.columns import Vector, batch_of
from zenml.records.content import row_hashes
from zenml.records.parting import parted
from zenml.records.quantiles import NumberSpool
from zenml.records.times import order_keys
from zenml.records.twins import joined

_BITS = 6  # of a category's hash name its file
_PARTS = 64  # that a large file is cut into at once, by time
_BYTES = 64 << 20  # of a file that is read at once


@dataclass(frozen=True)
class Piece:
    """Some rows that are in memory together.

    Attributes:
        rows: All rows of some categories; or, of one that is large, those of some time.
        goes_on: Whether the next piece holds later rows of the same category.
    """

    rows: pa.RecordBatch
    goes_on: bool


def pieces_by(
    batches: Iterable[pa.RecordBatch], category: str | None, timestamp: str, what: str
) -> Iterator[Piece]:
    """Yields all rows in pieces of a bounded size; the pieces of a category, the oldest first.

    Rows of the same category and time are in the same piece. The others wait in temporary files.

    Args:
        batches: Of the same columns and types.
        category: Column that says which series a row belongs to; None: all to one.
        timestamp: Column of the times.
        what: Said in errors.

    Raises:
        DataError: A column that is not there; times that are none.

    Example:
        >>> rows = {"a": pa.array([[1], [2]]), "t": pa.array([[9], [8]])}
        >>> batches = [pa.RecordBatch.from_arrays(list(rows.values()), list(rows))] * 3
        >>> pieces = pieces_by(batches, "a", "t", "the sequencer")
        >>> sorted(piece.rows.to_pydict()["a"] for piece in pieces)
        [[[1], [1], [1]], [[2], [2], [2]]]
    """
    with tempfile.TemporaryDirectory(prefix="zenml-series-") as name:
        if category is not None:
            yield from _of_categories(batches, category, timestamp, what, Path(name))
            return
        together = ((batch, np.zeros(batch.num_rows, np.int64)) for batch in batches)
        for path in parted(together, Path(name)):
            yield from _of_times(path, timestamp, what)


def _of_categories(
    batches: Iterable[pa.RecordBatch],
    category: str,
    timestamp: str,
    what: str,
    folder: Path,
    shift: int = 0,
) -> Iterator[Piece]:
    """Parts rows by some bits of their category's hash, and what is too large by the next."""
    mask = np.uint64((1 << _BITS) - 1)
    hashed = ((batch, _hashes(batch, category)) for batch in batches)
    files = parted(((batch, (found >> np.uint64(shift)) & mask) for batch, found in hashed), folder)
    for path in files:
        if path.stat().st_size <= _BYTES or shift + _BITS > 64:
            yield Piece(_whole(path), False)
        elif _is_one(path, category):
            yield from _of_times(path, timestamp, what)
        else:
            inner = _folder(path)
            yield from _of_categories(_read(path), category, timestamp, what, inner, shift + _BITS)
        path.unlink()


def _of_times(path: Path, timestamp: str, what: str, goes_on: bool = False) -> Iterator[Piece]:
    """The rows of a file in the order of their times, some at a time."""
    count = min(_PARTS, -(-path.stat().st_size // _BYTES))
    if count < 2:
        yield Piece(_whole(path), goes_on)
        return

    def keys(batch: pa.RecordBatch) -> tuple[Vector, Vector]:
        where = f"{what}: the column {timestamp!r}"
        return order_keys(single_values(batch, timestamp, what), where)

    with NumberSpool() as spool:
        for batch in _read(path):
            found, there = keys(batch)
            spool.add(found[there])
        places = [spool.count * n // count for n in range(1, count)] if spool.count else []
        bounds = spool.at(places)
    ends = np.array(bounds, np.int64)
    numbered = ((batch, np.searchsorted(ends, keys(batch)[0], "right")) for batch in _read(path))
    files = parted(numbered, _folder(path))
    for file in files:
        more = goes_on or file != files[-1]
        if len(files) > 1:
            yield from _of_times(file, timestamp, what, more)
        else:  # the same time, over and over
            yield Piece(_whole(file), more)
        file.unlink()


def _hashes(batch: pa.RecordBatch, category: str) -> Vector:
    at = batch.schema.get_field_index(category)
    return row_hashes(batch_of({category: batch.column(at)}))


def _is_one(path: Path, category: str) -> bool:
    """Whether a file holds rows of one category."""
    hashes = (_hashes(batch, category) for batch in _read(path))
    first = next(hashes)[0]
    return all((found == first).all() for found in hashes)


def _folder(path: Path) -> Path:
    """A new folder for the parts of a file."""
    inner = path.with_suffix(".parts")
    inner.mkdir()
    return inner


def _read(path: Path) -> Iterator[pa.RecordBatch]:
    with pa.OSFile(str(path)) as file:
        yield from pa.ipc.open_stream(file)


def _whole(path: Path) -> pa.RecordBatch:
    return joined(list(_read(path)))
