"""Steps to sequences: filled, and cut into windows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from zenml.records.columns import BYTES, FLOAT, INT, Vector, batch_of, list_column, ragged_column
from zenml.records.sequences.filling import FILLINGS
from zenml.records.sequences.grid import Sessions
from zenml.records.sequences.plan import Counts, Plan
from zenml.records.sequences.resampling import VALUE_TYPES, Steps
from zenml.records.sequences.series import NANOS, Series
from zenml.records.times import MICROS
from zenml.records.values import iso_text

_AT_ONCE = 5000


@dataclass(frozen=True)
class Table:
    """The steps of some sessions, with one value each.

    Attributes:
        sessions: Where they lie.
        keys: Number of the category of each session.
        columns: Column -> values of the steps, before they are filled.

    Example:
        >>> sessions = Sessions(np.array([2]), np.array([0, 60]))
        >>> Table(sessions, np.array([0]), {}).sessions.starts.tolist()
        [0]
    """

    sessions: Sessions
    keys: Vector
    columns: dict[str, Steps]


def sequences_of(
    table: Table, series: Series, plan: Plan, counts: Counts
) -> Iterator[pa.RecordBatch]:
    """Yields the sequences of sessions, a row each.

    Args:
        table: Sessions that are over.
        series: The rows that they were made of; knows how their times and categories are written.
        plan: How.
        counts: What became of the sessions is added to it.
    """
    sessions = table.sessions
    if not len(sessions.ends):
        return
    sizes = sessions.ends - sessions.starts
    each = np.maximum(0, (sizes - plan.needed) // plan.shift + 1)
    counts.totals["sessions"] += len(each)
    counts.totals["sessions_too_short"] += int((each == 0).sum())
    place = np.arange(int(each.sum())) - np.repeat(np.cumsum(each) - each, each)
    windows = np.repeat(sessions.starts, each) + place * plan.shift
    filled = {}
    for name, column in table.columns.items():
        method, parameters = plan.columns[name].filling
        filled[name] = FILLINGS[method](column, sessions, **parameters)
    windows = _without_gaps(windows, filled, plan, counts)
    windows = _with_targets(windows, table.columns, plan, counts)
    counts.totals["sequences"] += len(windows)
    keys = table.keys[sessions.session_of_step[windows]]
    for start in range(0, len(windows), _AT_ONCE):
        some = slice(start, start + _AT_ONCE)
        yield _batch(windows[some], keys[some], series, table, plan, filled)


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
    keys: Vector,
    series: Series,
    table: Table,
    plan: Plan,
    filled: dict[str, Steps],
) -> pa.RecordBatch:
    steps = (windows[:, None] + np.arange(plan.length)).reshape(-1)
    nanos = table.sessions.times[steps]
    seconds = pa.array(nanos // NANOS, INT)
    times = _text_of_times(nanos, series.has_zone) if series.is_text else seconds
    columns = {
        plan.timestamp: _lists(times, plan.length),
        f"{plan.timestamp}_epoch": _lists(seconds, plan.length),
    }
    if plan.category is not None:
        columns[plan.category] = list_column(series.category_of(keys))
    for name, column in filled.items():
        columns[name] = _lists(_stored(column.values[steps], plan.columns[name].kind), plan.length)
    for name, target in plan.targets.items():
        at = windows + plan.length - 1 + target.ahead
        kind = plan.columns[target.column].resampled
        columns[name] = list_column(_stored(table.columns[target.column].values[at], kind))
    return batch_of(columns)


def _lists(values: pa.Array, length: int) -> pa.Array:
    count = len(values) // length
    return ragged_column(np.full(count, length), values, np.ones(count, bool))


def _stored(values: Vector, kind: str) -> pa.Array:
    if kind == "string":
        return pa.array(values, BYTES)
    numbers = pa.array(values.astype(VALUE_TYPES[kind]))
    return numbers if kind == "integer" else numbers.cast(FLOAT)


def _text_of_times(nanos: Vector, has_zone: bool) -> pa.Array:
    unique, places = np.unique(nanos, return_inverse=True)  # windows share their steps
    micros = pa.array(unique // (NANOS // MICROS), INT).cast(pa.timestamp("us"))
    texts = iso_text(micros)
    if has_zone:
        texts = pc.binary_join_element_wise(texts, pa.scalar(b"Z", BYTES), pa.scalar(b"", BYTES))
    return texts.take(pa.array(places))
