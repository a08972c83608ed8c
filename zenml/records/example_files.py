"""TFRecord files of `tf.train.Example` as rows."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from zenml.errors import DataError
from zenml.records.framing import is_packed, read_records
from zenml.records.reader import BATCH_ROWS, Decoder

_ADVICE = "Copy the file again from where it came from, or take it away."
_FRAME = 16  # bytes around each record


class ExampleFiles:
    """The rows of TFRecord files, gzipped or not, some thousands at a time.

    Attributes:
        files: The files, in the order of their rows.
        is_canonical: Whether all rows, once they were read, can stay as they are: a feature
            is of one type in all of them, and no number is NaN.

    Example:
        >>> ExampleFiles([]).files
        []
    """

    def __init__(self, files: list[Path]) -> None:
        """Opens nothing yet."""
        self.files = files
        self.is_canonical = True
        self._types: dict[str, pa.DataType] = {}
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
                _refuse_sequence(rows[0], f"{path}, record {record} (counted from 0)")
                try:
                    batch = decoder.decode(rows)
                    self.is_canonical = self.is_canonical and self._is_canonical(batch)
                    yield batch
                except DataError:
                    self.is_canonical = False
                    yield from _singly(decoder, rows, path, record, offset)
                done += len(rows)

    def serialized(self) -> Iterator[list[bytes]]:
        """Yields the rows once more, as they stand in the files, as many at a time as `rows`."""
        for path in self.files:
            for _, _, rows in _numbered(path, verify=False):
                yield rows

    def _is_canonical(self, batch: pa.RecordBatch) -> bool:
        for field, column in zip(batch.schema, batch.columns, strict=True):
            if pa.types.is_null(field.type):
                continue
            if self._types.setdefault(field.name, field.type) != field.type:
                return False
            values = column.flatten()
            if pa.types.is_floating(values.type) and pc.any(pc.is_nan(values)).as_py():
                return False
        return True

    def place(self, row: int) -> str:
        """Where a row stands that was given already: its file and record."""
        first, path = [begin for begin in self._begins if begin[0] <= row][-1]
        return f"{path}, record {row - first} (counted from 0)"


def _refuse_sequence(row: bytes, where: str) -> None:
    """Refuses a `tf.train.SequenceExample`, which decodes as an example of its context alone."""
    is_first = row.startswith(b"\x0a")  # field 1: the features of an example, or that context
    end = _end_of_field(row, 1) if is_first else 0
    if row[end : end + 1] == b"\x12":  # field 2: what an example does not have
        raise DataError(
            f"{where}: it is a tf.train.SequenceExample, whose sequences are no columns. Write "
            "tf.train.Examples, with a feature for each, or yield rows from the read() of a "
            "DataStep of your own."
        )


def _end_of_field(row: bytes, start: int) -> int:
    """Where a field ends whose length, seven bits a byte, stands at `start`."""
    size = 0
    for place, byte in enumerate(row[start : start + 10]):
        size |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            return start + place + 1 + size
    return len(row)


def _numbered(path: Path, verify: bool = True) -> Iterator[tuple[int, int, list[bytes]]]:
    """Number and offset of the first of some records, and these."""
    record = offset = 0
    try:
        for rows in read_records(path, packed=is_packed(path), advice=_ADVICE, verify=verify):
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
