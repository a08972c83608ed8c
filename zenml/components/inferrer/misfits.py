"""Rows that a model does not take: the first of them, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pyarrow as pa

from zenml.hints import number_of
from zenml.models.parsed_columns import RawColumn
from zenml.records.columns import parts


def misfit(
    batch: pa.RecordBatch, needed: Iterable[RawColumn], done: int = 0, split: str = ""
) -> str:
    """Says which row has not as many values in a column as a model takes.

    Args:
        batch: Columns of lists.
        needed: The columns that the model takes; all are there.
        done: How many rows came before.
        split: Name of the split where the data has several, else "".

    Returns:
        A sentence that begins with the row, counted from 1; "" where all rows are fine.

    Example:
        >>> batch = pa.RecordBatch.from_arrays([pa.array([[1], []])], ["n"])
        >>> misfit(batch, [RawColumn("n", "int64", (1,), required=True)])
        "Row 2 has no value in the column 'n', and every row needs one: fill it in, or leave \
the row out"
    """
    for column in needed:
        if column.size is None:
            continue
        lengths, _ = parts(batch.column(batch.schema.names.index(column.name)), column.name)
        wrong = (lengths != column.size) & ((lengths > 0) | column.required)
        if wrong.any():
            row = int(np.argmax(wrong))
            place = f"Row {done + row + 1:,}{f' of the split {split!r}' if split else ''}"
            return f"{place} has {_told(int(lengths[row]), column)}"
    return ""


def _told(values: int, column: RawColumn) -> str:
    where = f"in the column {column.name!r}"
    if not values:
        needs = "one" if column.size == 1 else str(column.size)
        return f"no value {where}, and every row needs {needs}: fill it in, or leave the row out"
    several = f"{number_of('values', values)} {where}, and the model takes {column.size}"
    as_learned = "rows as they were in training, such as the sequences of a sequencer"
    return several + (f": give it {as_learned}" if (column.size or 0) > 1 else "")
