"""Rows in order of time: cut into sessions, and these into steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from zenml.errors import DataError
from zenml.records.columns import Vector
from zenml.records.sequences.calendar import on_calendar
from zenml.records.sequences.frequency import nanoseconds

_DAY = 86_400 * 1_000_000_000
_STEPS_AT_ONCE = 500_000
_MOST_STEPS = 100_000_000  # of a session: three years of seconds; 800 MB a column


@dataclass(frozen=True)
class Sessions:
    """The steps of some sessions, one session after the other.

    Attributes:
        ends: Number of the step after the last of each session.
        times: When each step begins (or what else pandas labels it with), nanoseconds.

    Example:
        >>> Sessions(np.array([2, 3]), np.array([0, 60, 900])).session_of_step.tolist()
        [0, 0, 1]
    """

    ends: Vector
    times: Vector

    @property
    def starts(self) -> Vector:
        """Number of the first step of each session."""
        return np.concatenate([[0], self.ends[:-1]])

    @property
    def session_of_step(self) -> Vector:
        """Number of the session that each step belongs to."""
        return np.repeat(np.arange(len(self.ends)), self.ends - self.starts)


@dataclass(frozen=True)
class Grid(Sessions):
    """Sessions, and where in them the rows lie that they were made of.

    Attributes:
        rows: First row and row after the last.
        step_of_row: Number of the step that each row lies in.

    Example:
        >>> hours = np.array([0, 1, 1, 5]) * 3_600_000_000_000
        >>> (grid,) = grids(hours, np.array([0]), "2h")
        >>> grid.step_of_row.tolist(), grid.ends.tolist()
        ([0, 0, 0, 2], [3])
    """

    rows: tuple[int, int]
    step_of_row: Vector

    def first_row(self, step: Vector | int) -> Vector:
        """The first row that lies in a step, of which there has to be one."""
        return self.rows[0] + np.searchsorted(self.step_of_row, step)


def session_starts(keys: Vector, nanos: Vector, gap: int) -> Vector:
    """Numbers of the rows that begin a session: another key, or a gap of that length or more.

    Args:
        keys: One a row, in order.
        nanos: Times, in order for each key.
        gap: Nanoseconds.
    """
    later = (keys[1:] != keys[:-1]) | (np.diff(nanos) >= gap)
    return np.flatnonzero(np.concatenate([[True], later]))


def grids(
    nanos: Vector, starts: Vector, frequency: str, begin_of_first: int | None = None
) -> Iterator[Grid]:
    """The steps of sessions as pandas' `resample` cuts them, some sessions at a time.

    Args:
        nanos: Times in order, each session's.
        starts: First row of each session.
        frequency: How long a step is.
        begin_of_first: The time of the step of the first session that holds its first row,
            where the session has rows before that.

    Raises:
        DataError: A session of more steps than can be in memory, or one that ends after 2262.
    """
    ends = np.concatenate([starts[1:], [len(nanos)]])
    length = nanoseconds(frequency)
    labels: Vector | None = None
    if length is None:  # the months, say, are numbered, and the numbers take the part of the times
        calendar = on_calendar(nanos, starts, ends, frequency, begin_of_first)
        nanos, begin, length, labels = (
            calendar.rows,
            calendar.begin,
            calendar.length,
            calendar.times,
        )
    else:
        midnight = nanos[starts] - nanos[starts] % _DAY
        begin = midnight + (nanos[starts] - midnight) // length * length
        if begin_of_first is not None:
            begin[0] = begin_of_first
    steps = (nanos[ends - 1] - begin) // length + 1
    if steps.max() > _MOST_STEPS:
        longest = int(np.argmax(steps))
        raise _too_long(nanos[[starts[longest], ends[longest] - 1]], int(steps.max()), frequency)
    whole = np.cumsum(steps)
    done = 0
    while done < len(starts):
        # At least one session; as many as stay below the bound on memory.
        before = whole[done - 1] if done else 0
        until = max(done + 1, int(np.searchsorted(whole, before + _STEPS_AT_ONCE, side="right")))
        chunk = slice(done, until)
        grid = _of_length(nanos, starts[chunk], ends[chunk], begin[chunk], steps[chunk], length)
        yield grid if labels is None else replace(grid, times=labels[grid.times])
        done = until


def _of_length(
    nanos: Vector, starts: Vector, ends: Vector, begin: Vector, steps: Vector, length: int
) -> Grid:
    offsets = np.cumsum(steps) - steps
    session_of_row = np.repeat(np.arange(len(starts)), ends - starts)
    inside = (nanos[starts[0] : ends[-1]] - begin[session_of_row]) // length
    place = np.arange(int(steps.sum())) - np.repeat(offsets, steps)
    return Grid(
        offsets + steps,
        np.repeat(begin, steps) + place * length,
        (int(starts[0]), int(ends[-1])),
        inside + offsets[session_of_row],
    )


def _too_long(reach: Vector, steps: int, frequency: str) -> DataError:
    begin, end = reach.astype("datetime64[ns]").astype("datetime64[s]")
    return DataError(
        f"The session from {begin} to {end} has {steps:,} steps of {frequency}, and "
        f"{_MOST_STEPS:,} are the most. Make resampling_freq longer, or gap_threshold smaller."
    )
