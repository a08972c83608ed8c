"""Rows of some series to their sequences: sort, sessions, steps, filling, windows."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from zenml.errors import DataError
from zenml.records.cells import single_values
from zenml.records.columns import BYTES, FLOAT, INT, Vector, batch_of, list_column, ragged_column
from zenml.records.sequences.filling import FILLINGS
from zenml.records.sequences.grid import Grid, grids, session_starts
from zenml.records.sequences.plan import Counts, Plan
from zenml.records.sequences.resampling import RESAMPLINGS, Steps
from zenml.records.times import MICROS, coarse_times, micros_of_text, names_zone
from zenml.records.values import iso_text

_AT_ONCE = 5000
_NANOS = 1_000_000_000
_TYPES = {"integer": np.int64, "float": np.float64, "string": object}


def sequences_of(
    batch: pa.RecordBatch, plan: Plan, counts: Counts, what: str
) -> Iterator[pa.RecordBatch]:
    """Yields the sequences of rows, a row each.

    Args:
        batch: All rows of the series that are in it.
        plan: How.
        counts: What became of the rows is added to it.
        what: Said in errors.

    Yields:
        Lists of `plan.length` values for the times and each column of the plan; one value
        for the category and each target.

    Raises:
        DataError: A column that is not there, or cannot be a time.
    """
    series = _Series(batch, plan, what)
    counts.totals["rows_without_time"] += batch.num_rows - len(series.nanos)
    if not len(series.nanos):
        return
    starts = session_starts(series.keys, series.nanos, min(round(plan.gap * _NANOS), 2**63 - 1))
    counts.totals["sessions"] += len(starts)
    for grid in grids(series.nanos, starts, plan.frequency):
        yield from _of_grid(series, grid, plan, counts)


class _Series:
    """The rows in the order of their category and time."""

    def __init__(self, batch: pa.RecordBatch, plan: Plan, what: str) -> None:
        times = single_values(batch, plan.timestamp, what)
        where = f"{what}: the column {plan.timestamp!r}"
        there = np.flatnonzero(np.asarray(times.is_valid()))
        nanos = _nanos(times.drop_null(), where)
        self.is_text = not pa.types.is_integer(times.type)
        self.has_zone = self.is_text and names_zone(times)
        self.categories: pa.Array | None = None
        self.keys = np.zeros(len(there), np.int64)
        if plan.category is not None:
            encoded = single_values(batch, plan.category, what).take(pa.array(there))
            encoded = encoded.dictionary_encode()
            self.keys = np.asarray(encoded.indices.fill_null(-1)).astype(np.int64)
            self.categories = encoded.dictionary
        order = np.lexsort((nanos, self.keys))
        self.nanos, self.keys = nanos[order], self.keys[order]
        self.columns = {
            name: single_values(batch, name, what).take(pa.array(there[order]))
            for name in plan.columns
        }

    def category_of(self, keys: Vector) -> pa.Array:
        """The categories of some keys; null where a row had none."""
        assert self.categories is not None
        return self.categories.take(pa.array(keys, mask=keys < 0))


def _nanos(times: pa.Array, where: str) -> Vector:
    if pa.types.is_floating(times.type):
        raise coarse_times(where)
    if not len(times):
        return np.zeros(0, np.int64)
    if pa.types.is_integer(times.type):
        units, per_second = times.to_numpy(zero_copy_only=False), 1
    else:
        units, per_second = micros_of_text(times, where), MICROS
    limit = 2**63 // _NANOS * per_second
    wrong = (units >= limit) | (units <= -limit)
    if wrong.any():
        first = times[int(np.argmax(wrong))].as_py()
        raise DataError(
            f"{where} holds {first!r}, which is no time between 1677 and 2262. Unix seconds are "
            "meant; divide by 1,000 where they are milliseconds."
        )
    return units * (_NANOS // per_second)


def _of_grid(series: _Series, grid: Grid, plan: Plan, counts: Counts) -> Iterator[pa.RecordBatch]:
    sizes = grid.ends - grid.starts
    each = np.maximum(0, (sizes - plan.needed) // plan.shift + 1)
    counts.totals["sessions_too_short"] += int((each == 0).sum())
    place = np.arange(int(each.sum())) - np.repeat(np.cumsum(each) - each, each)
    windows = np.repeat(grid.starts, each) + place * plan.shift
    raw = {name: _resampled(series, grid, plan, name) for name in plan.columns}
    filled = {}
    for name, column in raw.items():
        method, parameters = plan.columns[name].filling
        filled[name] = FILLINGS[method](column, grid, **parameters)
    windows = _without_gaps(windows, filled, plan, counts)
    windows = _with_targets(windows, raw, plan, counts)
    counts.totals["sequences"] += len(windows)
    for start in range(0, len(windows), _AT_ONCE):
        yield _batch(windows[start : start + _AT_ONCE], series, grid, plan, raw, filled)


def _resampled(series: _Series, grid: Grid, plan: Plan, name: str) -> Steps:
    first, end = grid.rows
    values = series.columns[name].slice(first, end - first)
    there = np.asarray(values.is_valid())
    method, parameters = plan.columns[name].resampling
    count = len(grid.times)
    if not there.any():
        kind = plan.columns[name].resampled
        empty = np.full(count, b"", object) if kind == "string" else np.zeros(count, _TYPES[kind])
        return Steps(empty, np.zeros(count, bool))
    known = values.drop_null().to_numpy(zero_copy_only=False)
    if known.dtype == np.float32:
        known = known.astype(np.float64)
    return RESAMPLINGS[method](grid.step_of_row[there], known, count, **parameters)


def _without_gaps(windows: Vector, filled: dict[str, Steps], plan: Plan, counts: Counts) -> Vector:
    """The windows in which every step of every column has a value."""
    whole = np.ones(len(windows), bool)
    for name, column in filled.items():
        if column.there.all():
            continue
        missing = np.concatenate([[0], np.cumsum(~column.there)])
        complete = missing[windows + plan.length] == missing[windows]
        counts.gaps[name] += int((~complete).sum())
        whole &= complete
    counts.totals["sequences_with_gaps"] += int((~whole).sum())
    return windows[whole]


def _with_targets(windows: Vector, raw: dict[str, Steps], plan: Plan, counts: Counts) -> Vector:
    """The windows whose targets were observed: a filled value would be no truth to learn."""
    known = np.ones(len(windows), bool)
    for target in plan.targets.values():
        known &= raw[target.column].there[windows + plan.length - 1 + target.ahead]
    counts.totals["sequences_without_target"] += int((~known).sum())
    return windows[known]


def _batch(
    windows: Vector,
    series: _Series,
    grid: Grid,
    plan: Plan,
    raw: dict[str, Steps],
    filled: dict[str, Steps],
) -> pa.RecordBatch:
    steps = (windows[:, None] + np.arange(plan.length)).reshape(-1)
    seconds = pa.array(grid.times // _NANOS, INT)
    times = _text_of_times(grid, series.has_zone) if series.is_text else seconds
    columns = {
        plan.timestamp: _lists(times.take(pa.array(steps)), plan.length),
        f"{plan.timestamp}_epoch": _lists(seconds.take(pa.array(steps)), plan.length),
    }
    if plan.category is not None:
        of_step = np.zeros(len(grid.times), np.int64)
        of_step[grid.step_of_row] = series.keys[slice(*grid.rows)]
        first = of_step[grid.starts[grid.session_of_step[windows]]]
        columns[plan.category] = list_column(series.category_of(first))
    for name, column in filled.items():
        columns[name] = _lists(_stored(column.values[steps], plan.columns[name].kind), plan.length)
    for name, target in plan.targets.items():
        at = windows + plan.length - 1 + target.ahead
        kind = plan.columns[target.column].resampled
        columns[name] = list_column(_stored(raw[target.column].values[at], kind))
    return batch_of(columns)


def _lists(values: pa.Array, length: int) -> pa.Array:
    count = len(values) // length
    return ragged_column(np.full(count, length), values, np.ones(count, bool))


def _stored(values: Vector, kind: str) -> pa.Array:
    if kind == "string":
        return pa.array(values, BYTES)
    numbers = pa.array(values.astype(_TYPES[kind]))
    return numbers if kind == "integer" else numbers.cast(FLOAT)


def _text_of_times(grid: Grid, has_zone: bool) -> pa.Array:
    micros = pa.array(grid.times // (_NANOS // MICROS), INT).cast(pa.timestamp("us"))
    texts = iso_text(micros)
    if not has_zone:
        return texts
    return pa.array([text + b"Z" for text in texts.to_pylist()], BYTES)
