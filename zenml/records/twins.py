"""Twins of shards: the same rows as Arrow columns, which read many times faster.

Decoding `tf.train.Example`s is most of what reading costs. So next to the shards
of a split, in `.columns/`, lie their columns as Arrow streams. The shards are what
counts: a twin's name holds the size and the last bytes of its shard (gzip ends with
a checksum and a length of what it holds), so it is used only for the very shard it
was written with, and any file can be deleted or replaced.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from zenml.records.columns import batch_of, encodable, is_list, list_column, parts

_FOLDER = ".columns"
_PREFIX = "Split-"


def twin_of(shard: str | os.PathLike[str]) -> Path | None:
    """Where the twin of a shard lies, should it have one."""
    path = Path(shard)
    if not path.parent.name.startswith(_PREFIX):
        return None
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - 8))
            end = file.read()
    except OSError:
        return None
    return _folder(path.parent) / f"{path.name}.{size:x}-{end.hex()}.arrow"


def twins_of(shards: Iterable[str]) -> list[Path] | None:
    """The twins of shards; None unless each has one and their columns agree."""
    found: list[Path] = []
    schema: pa.Schema | None = None
    for shard in shards:
        twin = twin_of(shard)
        if twin is None or not twin.is_file():
            return None
        first = next(_stored(twin), None)
        if first is not None:
            columns = _listed(first).schema
            if schema is not None and columns != schema:
                return None
            schema = columns
        found.append(twin)
    return found


def _folder(split: Path) -> Path:
    return split.parent / _FOLDER / split.name


class TwinWriter:
    """Writes the twin of one shard, under a temporary name until it is published."""

    def __init__(self, split: Path, number: int) -> None:
        self._path = _folder(split) / f".{number:05d}.{os.getpid()}.tmp"
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file = pa.OSFile(str(self._path), "wb")
        self._columns: pa.Schema | None = None
        self._stream: Any = None
        self._stored: pa.Schema | None = None
        self._given_up = False

    @staticmethod
    def wanted(split: Path) -> bool:
        """Whether shards in this folder get twins."""
        return split.name.startswith(_PREFIX)

    def write(self, batch: pa.RecordBatch | None) -> None:
        """Adds rows; without their columns, or with other columns, there is no twin."""
        if batch is None or self._given_up:
            self._given_up = True
            return
        batch = encodable(batch)
        stored = pa.RecordBatch.from_arrays(
            [_flat(column, name) for name, column in _sorted(batch)], sorted(batch.schema.names)
        )
        columns = _listed(stored.slice(0, 0)).schema
        if self._columns is not None and columns != self._columns:
            self._given_up = True
            return
        self._columns = columns
        if stored.schema != self._stored:
            self._end_stream()
            options = pa.ipc.IpcWriteOptions(compression="lz4")
            self._stream = pa.ipc.new_stream(self._file, stored.schema, options=options)
            self._stored = stored.schema
        self._stream.write_batch(stored)

    def _end_stream(self) -> None:
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def publish(self, shard: str) -> None:
        """Gives it the name that ties it to its shard."""
        self._end_stream()
        self._file.close()
        target = twin_of(shard)
        if self._given_up or target is None:
            self.remove()
        else:
            os.replace(self._path, target)

    def remove(self) -> None:
        """Leaves nothing."""
        self._end_stream()
        self._file.close()
        self._path.unlink(missing_ok=True)
        for folder in (self._path.parent, self._path.parent.parent):
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()


def _sorted(batch: pa.RecordBatch) -> list[tuple[str, pa.Array]]:
    return sorted(zip(batch.schema.names, batch.columns, strict=True), key=lambda pair: pair[0])


def _flat(column: pa.Array, name: str) -> pa.Array:
    """One value a row where that says it all, else the lists as they are."""
    lengths, values = parts(column, name)
    valid = np.asarray(column.is_valid())
    if values is None:
        values = pa.array([], column.type.value_type)
    if not np.array_equal(lengths, valid.astype(np.int64)):
        return pa.LargeListArray.from_arrays(_offsets(lengths, valid), values)
    if valid.all():
        return values
    return values.take(pa.array(np.cumsum(valid) - 1, mask=~valid))


def _offsets(lengths: np.ndarray[Any, Any], valid: np.ndarray[Any, Any]) -> pa.Array:
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    return pa.array(offsets, mask=np.concatenate([~valid, [False]]))


def _listed(stored: pa.RecordBatch) -> pa.RecordBatch:
    columns = [c if is_list(c.type) else list_column(c) for c in stored.columns]
    return pa.RecordBatch.from_arrays(columns, stored.schema.names)


def _stored(twin: Path) -> Iterator[pa.RecordBatch]:
    with pa.OSFile(str(twin)) as file:
        size = file.size()
        while file.tell() < size:
            yield from pa.ipc.open_stream(file)


def read_twins(
    twins: Iterable[Path], batch_rows: int, batch_bytes: int | None = None
) -> Iterator[pa.RecordBatch]:
    """Yields the rows of twins, in batches that own their buffers.

    Args:
        twins: Of shards whose columns agree.
        batch_rows: Rows of a batch, but for the last.
        batch_bytes: A batch of so many bytes ends before; None is however many.

    Yields:
        Columns of lists, sorted by name.
    """
    waiting: list[pa.RecordBatch] = []
    rows = size = 0
    for twin in twins:
        for stored in _stored(twin):
            batch = _listed(stored)
            while rows + batch.num_rows >= batch_rows:
                room = batch_rows - rows
                yield joined([*waiting, cut(batch, 0, room)])
                batch, waiting, rows, size = cut(batch, room, batch.num_rows - room), [], 0, 0
            if batch.num_rows:
                waiting.append(batch)
                rows += batch.num_rows
                size += batch.nbytes
            if waiting and batch_bytes is not None and size >= batch_bytes:
                yield joined(waiting)
                waiting, rows, size = [], 0, 0
    if waiting:
        yield joined(waiting)


def cut(batch: pa.RecordBatch, start: int, rows: int) -> pa.RecordBatch:
    """Some of the rows of a batch, in buffers of their own."""
    if rows == batch.num_rows:
        return batch
    part = batch.slice(start, rows)
    # A slice would carry all of the buffers wherever it is pickled.
    return pa.RecordBatch.from_arrays(
        [column.take(pa.array(np.arange(rows))) for column in part.columns], part.schema.names
    )


def joined(batches: list[pa.RecordBatch]) -> pa.RecordBatch:
    """Batches of the same columns as one.

    Example:
        >>> batch = pa.RecordBatch.from_arrays([pa.array([[1]])], ["a"])
        >>> joined([batch, batch]).num_rows
        2
    """
    if len(batches) == 1:
        return batches[0]
    if not batches[0].num_columns:
        return batch_of({}, sum(batch.num_rows for batch in batches))
    columns = [
        pa.concat_arrays([batch.column(at) for batch in batches])
        for at in range(batches[0].num_columns)
    ]
    return pa.RecordBatch.from_arrays(columns, batches[0].schema.names)
