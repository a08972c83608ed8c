"""Rows in the order of their category and time."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from zenml.errors import DataError
from zenml.records.cells import no_such_column, single_values
from zenml.records.columns import Vector
from zenml.records.sequences.plan import Plan
from zenml.records.times import MICROS, coarse_times, micros_of_text, names_zone

NANOS = 1_000_000_000


class Series:
    """The rows of a batch that have a time, in the order of their category and time.

    Attributes:
        nanos: Times, nanoseconds since 1970.
        keys: Number of the category of each row; -1 where it has none.
        is_text: Whether the times are dates, and not unix seconds.
        has_zone: Whether the dates name a zone.

    Example:
        >>> batch = pa.RecordBatch.from_arrays([pa.array([[9], None, [8]])], ["t"])
        >>> plan = Plan("t", None, {}, "1s", 60, 1, 1)
        >>> Series(batch, plan, "the sequencer").nanos.tolist()
        [8000000000, 9000000000]
    """

    def __init__(self, batch: pa.RecordBatch, plan: Plan, what: str) -> None:
        """Puts the rows in order.

        Args:
            batch: Columns of lists.
            plan: Names the columns.
            what: Said in errors.

        Raises:
            DataError: A column that is not there, or cannot be a time.
        """
        times = single_values(batch, plan.timestamp, what)
        there = np.flatnonzero(np.asarray(times.is_valid()))
        nanos = _nanos(times.drop_null(), f"{what}: the column {plan.timestamp!r}")
        self.is_text = not pa.types.is_integer(times.type)
        self.has_zone = self.is_text and names_zone(times)
        keys = np.zeros(len(there), np.int64)
        self._categories: pa.Array | None = None
        if plan.category is not None:
            encoded = single_values(batch, plan.category, what).take(pa.array(there))
            encoded = encoded.dictionary_encode()
            keys = np.asarray(encoded.indices.fill_null(-1)).astype(np.int64)
            self._categories = encoded.dictionary
        order = np.lexsort((nanos, keys))
        self.nanos, self.keys = nanos[order], keys[order]
        self._batch, self._rows, self._what = batch, there[order], what

    def values(self, name: str, rows: tuple[int, int]) -> pa.Array:
        """The values of a column in some rows, one a row; null where missing.

        Args:
            name: Of the column.
            rows: The first row, and the one after the last.
        """
        if name not in self._batch.schema.names:
            raise no_such_column(name, self._batch.schema.names, self._what)
        return single_values(self.part(*rows, [name]), name, self._what)

    def part(self, first: int, end: int, columns: list[str] | None = None) -> pa.RecordBatch:
        """Some of the rows as they came, in order; all columns, or those that are named."""
        names = self._batch.schema.names if columns is None else columns
        places = pa.array(self._rows[first:end])
        return pa.RecordBatch.from_arrays(
            [self._batch.column(self._batch.schema.get_field_index(n)).take(places) for n in names],
            names,
        )

    def category_of(self, keys: Vector) -> pa.Array:
        """The categories of some keys; null where a row had none, or the plan names no column."""
        if self._categories is None:
            return pa.nulls(len(keys))
        return self._categories.take(pa.array(keys, mask=keys < 0))


def _nanos(times: pa.Array, where: str) -> Vector:
    if pa.types.is_floating(times.type):
        raise coarse_times(where)
    if not len(times):
        return np.zeros(0, np.int64)
    if pa.types.is_integer(times.type):
        units, per_second = times.to_numpy(zero_copy_only=False), 1
    else:
        units, per_second = micros_of_text(times, where), MICROS
    limit = 2**63 // NANOS * per_second
    wrong = (units >= limit) | (units <= -limit)
    if wrong.any():
        first = times[int(np.argmax(wrong))].as_py()
        raise DataError(
            f"{where} holds {first!r}, which is no time between 1677 and 2262. Unix seconds are "
            "meant; divide by 1,000 where they are milliseconds."
        )
    return units * (NANOS // per_second)
