"""Rows of some series to their sequences: sort, sessions, steps; then filling and windows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from zenml.records.columns import Vector
from zenml.records.sequences.grid import Grid, Sessions, grids, session_starts
from zenml.records.sequences.plan import Counts, Plan
from zenml.records.sequences.reach import Reach
from zenml.records.sequences.resampling import RESAMPLINGS, VALUE_TYPES, Steps
from zenml.records.sequences.series import NANOS, Series
from zenml.records.sequences.windows import Table, sequences_of
from zenml.records.twins import joined


@dataclass(frozen=True)
class _Begun:
    """A session whose later rows are still to come.

    Attributes:
        rows: Those of the step that is not over, as they came.
        begin: The time of that step, nanoseconds.
        times: Those of the steps before it.
        columns: Column -> values of these steps.
    """

    rows: pa.RecordBatch
    begin: int
    times: Vector
    columns: dict[str, Steps]


class SequenceMaker:
    """Makes sequences of rows that come piece by piece.

    Of a session that goes on from piece to piece, the rows of the step that is not over are
    kept, and one value a column of those before.

    Args:
        plan: How.
        counts: What became of the rows is added to it.
        what: Said in errors.

    Attributes:
        reach: From when to when the rows of each category are that were seen.

    Example:
        >>> batch = pa.RecordBatch.from_arrays([pa.array([[0], [1], [2]])], ["t"])
        >>> maker = SequenceMaker(Plan("t", None, {}, "1s", 60, 2, 1), Counts(), "the sequencer")
        >>> [sequences.to_pydict()["t"] for sequences in maker.add(batch)]
        [[[0, 1], [1, 2]]]
    """

    def __init__(self, plan: Plan, counts: Counts, what: str) -> None:
        """Nothing has begun."""
        self._plan, self._counts, self._what = plan, counts, what
        self._begun: _Begun | None = None
        self.reach = Reach()

    def add(self, rows: pa.RecordBatch, goes_on: bool = False) -> Iterator[pa.RecordBatch]:
        """Yields the sequences of the sessions that are over with these rows, a row each.

        Args:
            rows: All rows of the series that are in it; or the next of one series.
            goes_on: Whether later rows of the last series are to come.

        Yields:
            Lists of `plan.length` values for the times and each column of the plan; one value
            for the category and each target.

        Raises:
            DataError: A column that is not there, or cannot be a time; a session too long.
        """
        plan, begun = self._plan, self._begun
        if begun is not None:
            rows, self._begun = joined([begun.rows, rows]), None
        series = Series(rows, plan, self._what)
        count = len(series.nanos)
        self._counts.totals["rows_without_time"] += rows.num_rows - count
        if not count:
            return
        self.reach.add(series)
        starts = session_starts(series.keys, series.nanos, _gap(plan))
        for grid in grids(series.nanos, starts, plan.frequency, begun.begin if begun else None):
            table = _resampled(series, grid, plan)
            before = len(begun.times) if begun else 0
            if begun is not None:
                table, begun = _continued(begun, table), None
            if goes_on and grid.rows[1] == count:
                table = self._hold(table, series, grid, before)
            yield from sequences_of(table, series, plan, self._counts)

    def _hold(self, table: Table, series: Series, grid: Grid, before: int) -> Table:
        """Keeps the last session for the next piece, and gives those before it.

        Args:
            table: With the last session.
            series: All rows.
            grid: Of the rows of the table.
            before: Steps of the table that came of earlier pieces, and are not in the grid.
        """
        sessions = table.sessions
        start, open_step = int(sessions.starts[-1]), int(sessions.ends[-1]) - 1
        first_row = int(grid.first_row(open_step - before))
        self._begun = _Begun(
            series.part(first_row, len(series.nanos)),
            int(sessions.times[open_step]),
            sessions.times[start:open_step],
            {name: column.part(start, open_step) for name, column in table.columns.items()},
        )
        return Table(
            Sessions(sessions.ends[:-1], sessions.times[:start]),
            table.keys[:-1],
            {name: column.part(0, start) for name, column in table.columns.items()},
        )


def _gap(plan: Plan) -> int:
    return round(min(plan.gap, 2**63 // NANOS) * NANOS)


def _continued(begun: _Begun, table: Table) -> Table:
    """The table with the steps of its first session that came before."""
    sessions = table.sessions
    return Table(
        Sessions(sessions.ends + len(begun.times), np.concatenate([begun.times, sessions.times])),
        table.keys,
        {name: begun.columns[name].then(column) for name, column in table.columns.items()},
    )


def _resampled(series: Series, grid: Grid, plan: Plan) -> Table:
    keys = series.keys[grid.first_row(grid.starts)]
    return Table(
        Sessions(grid.ends, grid.times),
        keys,
        {name: _resampled_column(series, grid, plan, name) for name in plan.columns},
    )


def _resampled_column(series: Series, grid: Grid, plan: Plan, name: str) -> Steps:
    values = series.values(name, grid.rows)
    there = np.asarray(values.is_valid())
    method, parameters = plan.columns[name].resampling
    count = len(grid.times)
    if not there.any():
        kind = plan.columns[name].resampled
        empty = (
            np.full(count, b"", object) if kind == "string" else np.zeros(count, VALUE_TYPES[kind])
        )
        return Steps(empty, np.zeros(count, bool))
    known = values.drop_null().to_numpy(zero_copy_only=False)
    if known.dtype == np.float32:
        known = known.astype(np.float64)
    return RESAMPLINGS[method](grid.step_of_row[there], known, count, **parameters)
