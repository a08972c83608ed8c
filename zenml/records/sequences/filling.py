"""What goes into steps without a value: a function for each filling, and the table of them.

A function takes the column, the sessions of its steps and the parameters. A value never crosses
from one session to another; a session without any value keeps its gaps, but for `custom`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from zenml.records.columns import Vector
from zenml.records.sequences.grid import Sessions
from zenml.records.sequences.resampling import Steps


def forward(column: Steps, sessions: Sessions) -> Steps:
    """The last value before."""
    places = np.arange(len(column.there))
    last = np.maximum.accumulate(np.where(column.there, places, -1))
    first = sessions.starts[sessions.session_of_step]
    return _taken(column, np.where(last >= first, last, -1))


def backwards(column: Steps, sessions: Sessions) -> Steps:
    """The next value after."""
    count = len(column.there)
    places = np.where(column.there, np.arange(count), count)
    following = np.minimum.accumulate(places[::-1])[::-1]
    end = sessions.ends[sessions.session_of_step]
    return _taken(column, np.where(following < end, following, -1))


def _taken(column: Steps, places: Vector) -> Steps:
    """The values at the places; -1 is none."""
    return Steps(column.values[np.maximum(places, 0)], places >= 0)


def _of_session(column: Steps, sessions: Sessions, how: str) -> Steps:
    of_step, count = sessions.session_of_step, len(sessions.ends)
    values = column.values.astype(np.float64) if how == "mean" else column.values
    found = getattr(pd.Series(values[column.there]).groupby(of_step[column.there]), how)()
    found = found.dropna()  # the mean of inf and -inf
    by_session = np.zeros(count, values.dtype)
    known = np.zeros(count, bool)
    by_session[found.index.to_numpy()] = found.to_numpy()
    known[found.index.to_numpy()] = True
    filled = np.where(column.there, values, by_session[of_step])
    return Steps(filled, column.there | known[of_step])


def custom(column: Steps, sessions: Sessions, custom_value: Any) -> Steps:
    """That value."""
    values = column.values
    if isinstance(custom_value, float):
        values = values.astype(np.float64)
    if isinstance(custom_value, str):
        custom_value = custom_value.encode()
    filled = values.copy()
    filled[~column.there] = custom_value
    return Steps(filled, np.ones(len(filled), bool))


FILLINGS: dict[str, Callable[..., Steps]] = {
    "forward": forward,
    "backwards": backwards,
    "min": lambda column, sessions: _of_session(column, sessions, "min"),
    "max": lambda column, sessions: _of_session(column, sessions, "max"),
    "mean": lambda column, sessions: _of_session(column, sessions, "mean"),
    "custom": custom,
}
