"""Steps of the calendar, such as weeks or two months: the units of a series, numbered."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from zenml.errors import DataError
from zenml.records.columns import Vector
from zenml.records.sequences.frequency import units_of

_DAY = 86_400 * 1_000_000_000


@dataclass(frozen=True)
class CalendarSteps:
    """Rows and steps of a calendar, in numbers of its units: of months, where a step is two.

    As of steps with a length in seconds, row `r` of session `s` lies in step
    `(rows[r] - begin[s]) // length`.

    Attributes:
        rows: Of each row.
        begin: Of the first step of each session.
        length: Units of a step.
        times: Of each number, what pandas labels the unit with, nanoseconds.

    Example:
        >>> days = np.array(["2024-01-15", "2024-02-01", "2024-05-31"], "datetime64[ns]")
        >>> nanos, first, end = days.astype(np.int64), np.array([0]), np.array([3])
        >>> found = on_calendar(nanos, first, end, "2ME")
        >>> ((found.rows - found.begin) // found.length).tolist()  # to January, March, May
        [0, 1, 2]
    """

    rows: Vector
    begin: Vector
    length: int
    times: Vector


def on_calendar(
    nanos: Vector, starts: Vector, ends: Vector, frequency: str, begin_of_first: int | None = None
) -> CalendarSteps:
    """The units in which the rows of sessions lie, as pandas' `resample` cuts them.

    Args:
        nanos: Times in order, each session's.
        starts: First row of each session.
        ends: Row after the last of each session.
        frequency: How long a step is, in units of the calendar.
        begin_of_first: The time of the step that the first session begins with; None: it
            begins with the step of its first row.

    Raises:
        DataError: A step that begins before 1677 or ends after 2262, where times of pandas end.
    """
    import pandas as pd

    length, unit, by_its_end = units_of(frequency)
    known = nanos if begin_of_first is None else np.append(nanos, begin_of_first)
    # A day lies in one unit, so pandas tells the units for the days that there are.
    days, place = np.unique(known // _DAY, return_inverse=True)
    try:
        sizes = pd.Series(1, index=pd.to_datetime(days, unit="D")).resample(unit).size()
    except (pd.errors.OutOfBoundsDatetime, OverflowError) as exc:
        raise _beyond(nanos, frequency, early=int(nanos.min()) < -int(nanos.max())) from exc
    numbers = np.repeat(np.arange(len(sizes)), sizes.to_numpy())[place]
    rows, begin = numbers[: len(nanos)], numbers[starts]
    if begin_of_first is not None:
        begin[0] = numbers[-1]
    if by_its_end:  # a step ends with the unit that it is named by; the first, with the first row
        rows = rows + length - 1
    last = int((begin + (rows[ends - 1] - begin) // length * length).max())
    try:
        times = pd.date_range(sizes.index[0], periods=last + 1, freq=unit)
    except (pd.errors.OutOfBoundsDatetime, OverflowError) as exc:
        raise _beyond(nanos, frequency, early=False) from exc
    return CalendarSteps(
        rows, begin, length, times.to_numpy().astype("datetime64[ns]").astype(np.int64)
    )


def _beyond(nanos: Vector, frequency: str, early: bool) -> DataError:
    """Of the first or the last row, whose step is not whole within the times there are."""
    import pandas as pd

    day = pd.Timestamp(int(nanos.min() if early else nanos.max())).date()
    where = (
        "begins before 1677-09-22, the first day"
        if early
        else "ends after 2262-04-11, the last day"
    )
    return DataError(
        f"A step of {frequency} that holds {day} {where} of a time. Make resampling_freq shorter."
    )
