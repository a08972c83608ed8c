"""TFRecord files of `tf.train.Example` as rows."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from zenml.errors import DataError
from zenml.records.framing import is_packed, read_records
from zenml.records.reader import BATCH_ROWS, Decoder

_ADVICE = "Copy the file again from where it came from, or take it away."
_FRAME = 16  # bytes around each record


class ExampleFiles:
    """The rows of TFRecord files, gzipped or not, some thousands at a time.

    Attributes:
        files: The files, in the order of their rows.

    Example:
        >>> ExampleFiles([]).files
        []
    """

    def __init__(self, files: list[Path]) -> None:
        """Opens nothing yet."""
        self.files = files
        self._begins: list[tuple[int, Path]] = []

    def rows(self) -> Iterator[Any]:
        """Yields batches of lists, or dicts of lists where a feature changes its type.

        Raises:
            DataError: Names the file, the record and its offset where it cannot be read.
        """
        decoder, done = Decoder(), 0
        self._begins = []
        for path in self.files:
            self._begins.append((done, path))
            for record, offset, rows in _numbered(path):
                try:
                    yield decoder.decode(rows)
                except DataError:
                    yield from _singly(decoder, rows, path, record, offset)
                done += len(rows)

    def place(self, row: int) -> str:
        """Where a row stands that was given already: its file and record."""
        first, path = [begin for begin in self._begins if begin[0] <= row][-1]
        return f"{path}, record {row - first} (counted from 0)"


def _numbered(path: Path) -> Iterator[tuple[int, int, list[bytes]]]:
    """Number and offset of the first of some records, and these."""
    record = offset = 0
    try:
        for rows in read_records(path, packed=is_packed(path), advice=_ADVICE):
            for start in range(0, len(rows), BATCH_ROWS):
                part = rows[start : start + BATCH_ROWS]
                yield record, offset, part
                record += len(part)
                offset += sum(map(len, part)) + _FRAME * len(part)
    except OSError as exc:
        raise DataError(f"{path} cannot be read: {exc}") from exc


def _singly(
    decoder: Decoder, rows: list[bytes], path: Path, record: int, offset: int
) -> Iterator[dict[str, Any]]:
    """Rows that do not make one batch: a feature has several types, or one row is no example."""
    for number, row in zip(itertools.count(record), rows, strict=False):
        try:
            batch: pa.RecordBatch = decoder.decode([row])
        except DataError as exc:
            raise DataError(
                f"{path}, record {number} (counted from 0), offset {offset}: it is no "
                f"tf.train.Example ({str(exc).splitlines()[0]})"
            ) from exc
        yield batch.to_pylist()[0]
        offset += len(row) + _FRAME
