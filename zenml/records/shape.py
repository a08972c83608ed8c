"""The columns that a reader asks for: which, in what order, of what types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
from tensorflow_metadata.proto.v0 import schema_pb2

from zenml.errors import DataError
from zenml.records.columns import BYTES, FLOAT, INT, empty_column, parts

_TYPES = {schema_pb2.BYTES: BYTES, schema_pb2.INT: INT, schema_pb2.FLOAT: FLOAT}


def wanted_schema(
    schema: schema_pb2.Schema | bytes | None, columns: Sequence[str] | None
) -> schema_pb2.Schema | None:
    """The schema of the columns that are asked for.

    Args:
        schema: The proto, or its serialised form, or nothing.
        columns: Leaves out the others, and sets the order.

    Raises:
        DataError: The schema lacks a column.
    """
    if schema is None:
        return None
    whole = schema_pb2.Schema.FromString(schema) if isinstance(schema, bytes) else schema
    if columns is None:
        return whole
    known = {feature.name: feature for feature in whole.feature}
    missing = [name for name in columns if name not in known]
    if missing:
        raise DataError(
            f"The schema has no column {missing[0]!r}; it has {', '.join(sorted(known))}."
        )
    return schema_pb2.Schema(feature=[known[name] for name in columns])


class Shape:
    """Gives stored columns the shape in which the decoder of examples gives them.

    Example:
        >>> batch = pa.RecordBatch.from_arrays([pa.array([[1]]), pa.array([[2]])], ["a", "b"])
        >>> Shape.of(None, ["b"]).apply(batch).to_pydict()
        {'b': [[2]]}
    """

    def __init__(self, types: dict[str, pa.DataType] | None, columns: Sequence[str] | None) -> None:
        """Made by `of`."""
        self._types = types
        self._columns = columns

    @classmethod
    def of(
        cls, schema: schema_pb2.Schema | bytes | None, columns: Sequence[str] | None
    ) -> Shape | None:
        """The shape of a schema; None where only the decoder can tell."""
        wanted = wanted_schema(schema, columns)
        if wanted is None:
            return cls(None, columns)
        if any(feature.type not in _TYPES for feature in wanted.feature):
            return None
        if wanted.sparse_feature or wanted.tensor_representation_group:
            return None
        return cls({feature.name: _TYPES[feature.type] for feature in wanted.feature}, columns)

    def apply(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The batch with the columns that are asked for.

        Raises:
            DataError: A column is not of the schema's type.
        """
        there = dict(zip(batch.schema.names, batch.columns, strict=True))
        names: Sequence[str] = sorted(there)
        if self._types is not None:
            names = list(self._types)
        elif self._columns is not None:
            names = self._columns
        columns = [self._column(name, there.get(name), batch.num_rows) for name in names]
        return pa.RecordBatch.from_arrays(columns, list(names))

    def _column(self, name: str, column: Any, rows: int) -> pa.Array:
        values: Any = parts(column, name)[1] if column is not None else ()
        count = len(values) if values is not None else 0
        none = column is None or (not count and column.null_count == rows)
        if self._types is None:
            return pa.nulls(rows) if none else column
        kind = self._types[name]
        if none:
            return empty_column(rows, kind)
        if count and values.type != kind:
            raise DataError(
                f"Rows cannot be decoded: column {name!r} holds {values.type}, and the schema "
                f"says {kind}."
            )
        return column if column.type.value_type == kind else column.cast(pa.large_list(kind))
