"""Rows of Python, checked against what a model reads, and in its types."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from zenml.errors import DataError
from zenml.hints import did_you_mean, shown
from zenml.models.parsed_columns import RawColumn
from zenml.models.row_words import missing_value, other_kind, other_size, unknown_column
from zenml.records.origin import Origin

if TYPE_CHECKING:
    import pyarrow as pa

_DECLARED = {"int64": "INTEGER", "float32": "FLOAT", "string": "STRING"}


def fitted_rows(
    loose: Sequence[pa.RecordBatch],
    columns: Mapping[str, RawColumn],
    others: Callable[[], Collection[str]],
    what: str,
) -> Iterator[pa.RecordBatch]:
    """Batches in the types of the model: whole numbers where it reads floats become these.

    Args:
        loose: Batches as `loose_batches` gives them.
        columns: What the model reads.
        others: Gives what rows may have besides, such as labels; nothing where that is not
            known. Called where there is such a column.
        what: Names the rows in errors.

    Raises:
        DataError: Names the row and the column that does not fit, or the column that the
            model does not have and the nearest that it has.
    """
    from zenml.records.spool import settle

    origin = Origin(what)
    there = dict.fromkeys(name for batch in loose for name in batch.schema.names)
    unknown = [name for name in there if name not in columns]
    if unknown:
        _check_names(unknown, there, columns, set(others()), what)
    done = 0
    for batch in loose:
        for column in columns.values():
            _check(batch, column, origin, done)
        done += batch.num_rows
    declared = {name: _DECLARED[columns[name].dtype] for name in there if name in columns}
    return settle(loose, declared, origin)


def _check_names(
    unknown: Sequence[str],
    there: Collection[str],
    columns: Mapping[str, RawColumn],
    others: set[str],
    what: str,
) -> None:
    for name in unknown:
        if others:
            wrong = name not in others
        else:  # a model of somebody else's: which labels its rows have is not known
            wrong = bool(did_you_mean(name, columns.keys() - there))
        if wrong:
            raise DataError(unknown_column(what, name, columns.keys() | others))


def _check(batch: pa.RecordBatch, column: RawColumn, origin: Origin, done: int) -> None:
    """Raises for the first row of a batch in which a column does not fit."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    def where(row: int) -> str:
        return f"{origin.at(done + row)}: column {column.name!r}"

    at = batch.schema.get_field_index(column.name)
    cells = batch.column(at) if at >= 0 else pa.nulls(batch.num_rows)
    if cells.null_count:
        if column.required and batch.num_rows:
            raise DataError(missing_value(where(int(np.argmax(np.asarray(cells.is_null()))))))
        if cells.null_count == len(cells):
            return
    lengths = np.asarray(pc.fill_null(pc.list_value_length(cells), -1))
    kind = cells.type.value_type
    numeric = pa.types.is_integer(kind) or pa.types.is_floating(kind)
    if not pa.types.is_null(kind) and numeric is (column.dtype == "string") and (lengths > 0).any():
        row = int(np.argmax(lengths > 0))
        (value, *_) = cells[row].as_py()
        raise DataError(other_kind(where(row), column, _shown(value)))
    if column.size is not None:
        wrong = (lengths >= 0) & (lengths != column.size)
        if wrong.any():
            row = int(np.argmax(wrong))
            raise DataError(other_size(where(row), column, int(lengths[row])))


def _shown(value: Any) -> str:
    return shown(value.decode(errors="replace") if isinstance(value, bytes) else value)
