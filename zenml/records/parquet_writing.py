"""Batches of list columns to a Parquet file, one value a row where the schema says so."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from zenml.errors import DataError
from zenml.records.columns import BYTES, parts, ragged_column


class ParquetFile:
    """A Parquet file that is written batch by batch.

    A column holds one value a row, or null, unless rows can have more: then it holds
    lists. Bytes that are text are written as strings.

    Args:
        path: Of the file.
        schema: `tensorflow_metadata` Schema of the source's columns; those that it does not
            have are told by the first batch.

    Example:
        >>> import tempfile
        >>> file = ParquetFile(Path(tempfile.mkdtemp(), "a.parquet"), None)
        >>> file.write(pa.RecordBatch.from_arrays([pa.array([[1], [2]])], ["n"]), [])
        >>> file.close()
    """

    def __init__(self, path: Path, schema: Any) -> None:
        """Opens the file; the types are fixed by the schema and the first batch."""
        self._file = open(path, "xb")  # noqa: SIM115 - closed by close()
        self._kinds = _kinds(schema)
        self._wide = _wide(schema)
        self._types: pa.Schema | None = None
        self._writer: Any = None

    def begin(self, batch: pa.RecordBatch) -> pa.Schema:
        """Fixes the types after a batch like those to come; a file of no rows has them too."""
        if self._types is None:
            named = zip(batch.schema.names, batch.columns, strict=True)
            self._types = pa.schema([(name, self._type(name, column)) for name, column in named])
            self._writer = pq.ParquetWriter(self._file, self._types)
        return self._types

    def write(self, batch: pa.RecordBatch, rows: Sequence[bytes]) -> None:
        """Writes the rows of a batch of list columns."""
        types = self.begin(batch)
        columns = [
            _converted(name, column, types.field(name).type)
            for name, column in zip(batch.schema.names, batch.columns, strict=True)
        ]
        self._writer.write_table(pa.Table.from_arrays(columns, schema=types))

    def close(self) -> None:
        """Ends the file."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None
        self._file.close()

    def _type(self, name: str, column: pa.Array) -> pa.DataType:
        lengths, values = parts(column, name)
        kind = values.type if values is not None else self._kinds.get(name, pa.null())
        if kind == BYTES:
            kind = pa.string() if values is None or _is_text(values) else pa.binary()
        wide = name in self._wide or (name not in self._kinds and bool((lengths > 1).any()))
        return pa.list_(kind) if wide else kind


def _kinds(schema: Any) -> dict[str, pa.DataType]:
    types = {1: BYTES, 2: pa.int64(), 3: pa.float32()}
    features = schema.feature if schema is not None else ()
    return {feature.name: types.get(feature.type, pa.null()) for feature in features}


def _wide(schema: Any) -> set[str]:
    """The columns in which a row can have more than one value."""
    found = set()
    for feature in schema.feature if schema is not None else ():
        sizes = [dim.size for dim in feature.shape.dim]
        counted = feature.HasField("value_count") and feature.value_count.max != 1
        if counted or int(np.prod(sizes or [1])) != 1:
            found.add(feature.name)
    return found


def _is_text(values: pa.Array) -> bool:
    try:
        values.cast(pa.large_string())
    except pa.ArrowInvalid:
        return False
    return True


def _converted(name: str, column: pa.Array, kind: pa.DataType) -> pa.Array:
    lengths, values = parts(column, name)
    if values is None:
        return pa.nulls(len(column), kind)
    valid = np.asarray(column.is_valid())
    try:
        if pa.types.is_list(kind):
            return ragged_column(lengths, values.cast(kind.value_type), valid).cast(kind)
        if (lengths > 1).any():
            row = int(np.flatnonzero(lengths > 1)[0])
            raise DataError(
                f"The column {name!r} has {lengths[row]} values in a row, and one at most in all "
                "rows before: a Parquet file cannot hold both. Write .csv or .tfrecord.gz."
            )
        alone = pa.array(np.where(lengths == 1, np.cumsum(lengths) - 1, 0), mask=lengths == 0)
        return values.cast(kind).take(alone) if len(values) else pa.nulls(len(column), kind)
    except pa.ArrowInvalid as exc:
        raise DataError(
            f"The column {name!r} holds text in the first rows and other bytes later: a Parquet "
            "file cannot hold both. Write .tfrecord.gz."
        ) from exc
