"""Readers: TFRecord shards to Arrow batches, decoded by tfx_bsl in C++."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Union

import pyarrow as pa

from zenml.errors import DataError
from zenml.records.framing import read_records

if TYPE_CHECKING:
    from tensorflow_metadata.proto.v0 import schema_pb2

BATCH_ROWS = 5000
Files = Union[str, "os.PathLike[str]", Iterable[Union[str, "os.PathLike[str]"]]]


def find_files(pattern_or_files: Files) -> list[str]:
    """Paths of the shards that a pattern, a path or a list of either stands for.

    Raises:
        DataError: A pattern that matches nothing.
    """
    if isinstance(pattern_or_files, (str, os.PathLike)):
        pattern_or_files = [pattern_or_files]
    found: list[str] = []
    for entry in pattern_or_files:
        name = os.fspath(entry)
        matches = sorted(glob.glob(name)) if glob.has_magic(name) else [name]
        if not matches:
            raise DataError(f"No file matches {name}; run the step that makes them again.")
        found += matches
    return found


def read_serialized(files: Files, batch_rows: int = BATCH_ROWS) -> Iterator[list[bytes]]:
    """Yields the serialised rows of the files in order, at most `batch_rows` at a time.

    Raises:
        DataError: Names the file and the record that cannot be read.
    """
    rest: list[bytes] = []
    for path in find_files(files):
        for rows in read_records(path):
            rest = rest + rows if rest else rows
            start = 0
            while len(rest) - start >= batch_rows:
                yield rest[start : start + batch_rows]
                start += batch_rows
            rest = rest[start:]
    if rest:
        yield rest


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
        wanted = _wanted(schema, self.columns)
        self._decoder: Any = ExamplesToRecordBatchDecoder(wanted)

    def decode(self, rows: list[bytes]) -> pa.RecordBatch:
        """One batch that owns its buffers.

        Raises:
            DataError: Rows that are no examples, or not of the schema's types.
        """
        try:
            batch = self._decoder.DecodeBatch(rows)
        except RuntimeError as exc:
            raise DataError(f"Rows cannot be decoded: {exc}") from exc
        if self.columns is None or batch.schema.names == self.columns:
            return batch
        there = dict(zip(batch.schema.names, batch.columns, strict=True))
        return pa.RecordBatch.from_arrays(
            [there[name] if name in there else pa.nulls(len(rows)) for name in self.columns],
            self.columns,
        )


def _wanted(schema: Any, columns: list[str] | None) -> bytes | None:
    if schema is None:
        return None
    if columns is None:
        return schema if isinstance(schema, bytes) else schema.SerializeToString()
    from tensorflow_metadata.proto.v0 import schema_pb2

    whole = schema_pb2.Schema.FromString(schema) if isinstance(schema, bytes) else schema
    known = {feature.name: feature for feature in whole.feature}
    missing = [name for name in columns if name not in known]
    if missing:
        raise DataError(
            f"The schema has no column {missing[0]!r}; it has {', '.join(sorted(known))}."
        )
    return schema_pb2.Schema(feature=[known[name] for name in columns]).SerializeToString()


def read_batches(
    pattern_or_files: Files,
    schema: schema_pb2.Schema | bytes | None = None,
    columns: Sequence[str] | None = None,
    batch_rows: int = BATCH_ROWS,
) -> Iterator[pa.RecordBatch]:
    """Yields the rows of TFRecord files as record batches of list columns.

    Args:
        pattern_or_files: A path, a glob pattern, or a list of either.
        schema: Fixes the columns and their types; without one a column is of
            type null in a batch where it has no value.
        columns: Decodes these only, in this order.
        batch_rows: Rows of a batch, but for the last.

    Yields:
        Batches that own their buffers; lists as LargeList of int64, float32 or
        large_binary, a missing value as a null list.

    Raises:
        DataError: Names the file (and record) that cannot be read.
    """
    for _, batch in read_rows_and_batches(pattern_or_files, schema, columns, batch_rows):
        yield batch


def read_rows_and_batches(
    pattern_or_files: Files,
    schema: schema_pb2.Schema | bytes | None = None,
    columns: Sequence[str] | None = None,
    batch_rows: int = BATCH_ROWS,
) -> Iterator[tuple[list[bytes], pa.RecordBatch]]:
    """Yields what `read_batches` yields, each with the serialised rows it came from."""
    decoder = Decoder(schema, columns)
    for rows in read_serialized(pattern_or_files, batch_rows):
        yield rows, decoder.decode(rows)
