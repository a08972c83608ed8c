"""Readers: TFRecord shards to Arrow batches, decoded by tfx_bsl in C++."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Union

import pyarrow as pa

from zenml.errors import DataError
from zenml.records.framing import read_records
from zenml.records.pieces import Pieces
from zenml.records.shape import Shape, wanted_schema
from zenml.records.twins import cut, joined, read_twins, twins_of

if TYPE_CHECKING:
    from tensorflow_metadata.proto.v0 import schema_pb2

BATCH_ROWS = 5000
BATCH_BYTES = 16 << 20  # of a batch of as many rows as are good, where they are large
_AT_ONCE = 1000  # rows that stay in the processor's cache while they are decoded
Files = Union[str, "os.PathLike[str]", Iterable[Union[str, "os.PathLike[str]"]]]


def find_files(pattern_or_files: Files) -> list[str]:
    """Paths of the shards that a pattern, a path or a list of either stands for.

    A file that is there is itself, even if its name reads as a pattern.

    Raises:
        DataError: A pattern that matches nothing.
    """
    if isinstance(pattern_or_files, (str, os.PathLike)):
        pattern_or_files = [pattern_or_files]
    found: list[str] = []
    for entry in pattern_or_files:
        name = os.fspath(entry)
        matches = sorted(glob.glob(name)) if _is_pattern(name) else [name]
        if not matches:
            raise DataError(f"No file matches {name}; run the step that makes them again.")
        found += matches
    return found


def _is_pattern(name: str) -> bool:
    return glob.has_magic(name) and not os.path.exists(name)


def read_serialized(files: Files, batch_rows: int | None = None) -> Iterator[list[bytes]]:
    """Yields the serialised rows of the files in order, some at a time.

    Args:
        files: A path, a glob pattern, or a list of either.
        batch_rows: So many at a time, but for the last; None is 5,000, or fewer where they
            are large, so that memory is bounded.

    Raises:
        DataError: Names the file and the record that cannot be read.
    """
    rest: list[bytes] = []
    most, size = batch_rows or BATCH_ROWS, 0
    for rows in _records(files):
        rest = rest + rows if rest else rows
        start = 0
        while len(rest) - start >= most:
            yield rest[start : start + most]
            start += most
        rest = rest[start:]
        if batch_rows is None:
            size = sum(map(len, rest)) if start else size + sum(map(len, rows))
            if size >= BATCH_BYTES:
                yield rest
                rest, size = [], 0
    if rest:
        yield rest


def _records(files: Files) -> Iterator[list[bytes]]:
    """The rows as they are read, some megabytes at a time."""
    for path in find_files(files):
        yield from read_records(path)


class Decoder:
    """Serialised `tf.train.Example`s to record batches.

    Attributes:
        columns: The columns that come out; None is all there are.

    Example:
        >>> Decoder().decode([]).num_rows
        0
    """

    def __init__(
        self,
        schema: schema_pb2.Schema | bytes | None = None,
        columns: Sequence[str] | None = None,
    ) -> None:
        """Reads a schema that fixes the columns and their types.

        Args:
            schema: The proto, or its serialised form; without one the types are
                those found in each batch, null where it has no value.
            columns: Leaves out the others.
        """
        from tfx_bsl.coders.example_coder import ExamplesToRecordBatchDecoder

        self.columns = list(columns) if columns is not None else None
        wanted = wanted_schema(schema, self.columns)
        self._decoder: Any = ExamplesToRecordBatchDecoder(
            None if wanted is None else wanted.SerializeToString()
        )

    def decode(self, rows: list[bytes]) -> pa.RecordBatch:
        """One batch that owns its buffers.

        Raises:
            DataError: Rows that are no examples, or not of the schema's types.
        """
        batch = self._decode(rows)
        if self.columns is None or batch.schema.names == self.columns:
            return batch
        there = dict(zip(batch.schema.names, batch.columns, strict=True))
        return pa.RecordBatch.from_arrays(
            [there[name] if name in there else pa.nulls(len(rows)) for name in self.columns],
            self.columns,
        )

    def _decode(self, rows: list[bytes]) -> pa.RecordBatch:
        parts = [rows[at : at + _AT_ONCE] for at in range(0, len(rows), _AT_ONCE)]
        try:
            if len(parts) > 1:
                found = [self._decoder.DecodeBatch(part) for part in parts]
                if all(part.schema == found[0].schema for part in found):
                    return joined(found)
            return self._decoder.DecodeBatch(rows)
        except RuntimeError as exc:
            raise DataError(f"Rows cannot be decoded: {exc}") from exc


def read_batches(
    pattern_or_files: Files,
    schema: schema_pb2.Schema | bytes | None = None,
    columns: Sequence[str] | None = None,
    batch_rows: int | None = None,
) -> Iterator[pa.RecordBatch]:
    """Yields the rows of TFRecord files as record batches of list columns.

    Args:
        pattern_or_files: A path, a glob pattern, or a list of either.
        schema: Fixes the columns and their types; without one a column is of
            type null in a batch where it has no value.
        columns: Decodes these only, in this order.
        batch_rows: Rows of a batch, but for the last; None is 5,000, or fewer where they are
            large.

    Yields:
        Batches that own their buffers; lists as LargeList of int64, float32 or
        large_binary, a missing value as a null list.

    Raises:
        DataError: Names the file (and record) that cannot be read.
    """
    files = find_files(pattern_or_files)
    batches = _from_twins(files, schema, columns, batch_rows)
    if batches is None:
        decoder = Decoder(schema, columns)
        batches = (decoder.decode(rows) for rows in read_serialized(files, batch_rows))
    yield from batches


def read_rows_and_batches(
    pattern_or_files: Files,
    schema: schema_pb2.Schema | bytes | None = None,
    columns: Sequence[str] | None = None,
    batch_rows: int | None = None,
) -> Iterator[tuple[list[bytes], pa.RecordBatch]]:
    """Yields what `read_serialized` yields, each with the same rows as a record batch.

    So the rows of a batch are the same whether columns lie beside the shards or not.

    Args:
        pattern_or_files: As of `read_batches`.
        schema: As of `read_batches`.
        columns: As of `read_batches`.
        batch_rows: As of `read_serialized`.
    """
    files = find_files(pattern_or_files)
    serialized = read_serialized(files, batch_rows)
    batches = _from_twins(files, schema, columns, batch_rows)
    if batches is None:
        decoder = Decoder(schema, columns)
        yield from ((rows, decoder.decode(rows)) for rows in serialized)
        return
    pieces = Pieces(batches, joined, cut)
    for rows in serialized:
        yield rows, pieces.take(len(rows))


def _from_twins(
    files: list[str],
    schema: schema_pb2.Schema | bytes | None,
    columns: Sequence[str] | None,
    batch_rows: int | None,
) -> Iterator[pa.RecordBatch] | None:
    """What the decoder would give, if the columns lie beside the shards.

    Where rows are large and `batch_rows` is None, batches may end at other rows than the
    decoder's: what is written beside the shards is of another size.
    """
    shape = Shape.of(schema, columns)
    twins = twins_of(files) if shape is not None else None
    if shape is None or twins is None:
        return None
    most = (BATCH_ROWS, BATCH_BYTES) if batch_rows is None else (batch_rows, None)
    return (shape.apply(batch) for batch in read_twins(twins, *most))
