"""Cells of BigQuery's REST interface, which are text, as columns: a whole page at once."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from google.cloud.bigquery import SchemaField

from zenml.errors import DataError
from zenml.records.columns import BYTES, DOUBLE, INT, batch_of, list_column, ragged_column
from zenml.records.values import iso_text

_WORDS = pa.large_string()
RECORDS = ("RECORD", "STRUCT")
_NUMBERS = {
    **dict.fromkeys(("INTEGER", "INT64", "BOOLEAN", "BOOL"), INT),
    **dict.fromkeys(("FLOAT", "FLOAT64", "NUMERIC", "BIGNUMERIC"), DOUBLE),
}
_TEXTS = ("STRING", "BYTES", "DATE", "DATETIME", "TIMESTAMP", "GEOGRAPHY")


class BigQueryColumn(NamedTuple):
    """A column of a result; that of a field of a record is one of its own.

    Attributes:
        name: With the names of the records that it lies in: "record.field".
        path: Its place among the columns, then in each record.
        kind: BigQuery's name of the type.
        is_repeated: Whether a row holds several.
    """

    name: str
    path: tuple[int, ...]
    kind: str
    is_repeated: bool

    @property
    def stored(self) -> pa.DataType:
        """Type of the values: int64, float64 or large_binary."""
        return _NUMBERS.get(self.kind, BYTES)

    def lists(self, cells: Sequence[Any] | pa.Array) -> pa.Array:
        """A page of cells as REST has them, as a column of lists.

        Args:
            cells: Of the column; those of one that is not repeated may be an array of text.
        """
        if not self.is_repeated:
            is_array = isinstance(cells, pa.Array)
            return list_column(self._converted(cells if is_array else pa.array(cells, _WORDS)))
        lengths = np.array([len(cell or ()) for cell in cells], np.int64)
        words = [value["v"] for cell in cells for value in cell or ()]
        values = self._converted(pa.array(words, _WORDS))
        return ragged_column(lengths, values, lengths > 0)

    def _converted(self, words: pa.Array) -> pa.Array:
        if self.kind == "BYTES":
            texts = words.to_pylist()
            decoded = [None if text is None else base64.b64decode(text) for text in texts]
            return pa.array(decoded, BYTES)
        if self.kind in ("BOOLEAN", "BOOL"):
            return pc.equal(words, "true").cast(INT)
        if self.stored != BYTES:
            return words.cast(self.stored)
        if self.kind == "DATETIME":
            return iso_text(words.cast(pa.timestamp("us")))
        if self.kind == "TIMESTAMP":  # microseconds since 1970
            return iso_text(words.cast(INT).cast(pa.timestamp("us", "UTC")))
        return words.cast(BYTES)


def columns_of(
    fields: Sequence[SchemaField], table: str, before: str = "", path: tuple[int, ...] = ()
) -> Iterator[BigQueryColumn]:
    """Yields the columns of a schema, those of records after one another.

    Args:
        fields: Of the result, or of a record in it.
        table: Said in errors.
        before: What the names begin with.
        path: Place of the record.

    Raises:
        DataError: Names a column whose type is not read.
    """
    for place, field in enumerate(fields):
        name, repeated = f"{before}{field.name}", field.mode == "REPEATED"
        if field.field_type in RECORDS and not repeated:
            yield from columns_of(field.fields, table, f"{name}.", (*path, place))
        elif field.field_type in (*_NUMBERS, *_TEXTS):
            yield BigQueryColumn(name, (*path, place), field.field_type, repeated)
        else:
            kind = f"repeated {field.field_type}" if repeated else field.field_type
            raise DataError(
                f"Table {table!r}: column {name!r} is of type {kind}, which is not read. Make a "
                "view that selects it in another form, and read the view."
            )


def page_batch(rows: Sequence[Any], columns: Sequence[BigQueryColumn]) -> pa.RecordBatch:
    """The rows of a page, `{"f": [{"v": cell}, ...]}`, as columns of lists."""
    across = list(zip(*([cell["v"] for cell in row["f"]] for row in rows), strict=True))
    found = {}
    for column in columns:
        cells: Sequence[Any] = across[column.path[0]]
        for place in column.path[1:]:
            cells = [None if cell is None else cell["f"][place]["v"] for cell in cells]
        found[column.name] = column.lists(cells)
    return batch_of(found)


def cells_batch(cells: Sequence[pa.Array], columns: Sequence[BigQueryColumn]) -> pa.RecordBatch:
    """The cells of a page, an array of text for each column, as columns of lists."""
    found = zip(columns, cells, strict=True)
    return batch_of({column.name: column.lists(texts) for column, texts in found})
