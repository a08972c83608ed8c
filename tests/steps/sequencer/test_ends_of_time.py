"""Steps of the calendar at the first and the last day that a time can hold."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.steps.sequencer.series import made
from zenml.errors import DataError
from zenml.records.sequences.calendar import on_calendar
from zenml.steps.sequencer import StandardSequencer


@pytest.mark.parametrize(
    ("days", "frequency", "message"),
    [
        (["2262-03-30", "2262-04-05"], "1MS", "1MS that holds 2262-04-05 ends after 2262-04-11"),
        (["1677-09-25", "1677-10-25"], "1YS", "1YS that holds 1677-09-25 begins before 1677-09-22"),
        (["1677-09-21T12:00", "1678-01-01"], "1W-FRI", "holds 1677-09-21 begins before 1677-09-22"),
    ],
)
def test_a_step_that_is_not_whole_within_the_times_there_are(days, frequency, message):
    nanos = np.array(days, "datetime64[ns]").astype(np.int64)
    with pytest.raises(DataError, match=f"A step of .*{message}, the .* day of a time"):
        on_calendar(nanos, np.array([0]), np.array([2]), frequency)


def test_a_step_that_ends_after_the_last_time():
    frame = pd.DataFrame({"t": ["2000-03-01", "2020-03-01"], "x": 1})
    with pytest.raises(DataError, match=r"A step of 500YE that holds 2020-03-01 ends after 2262"):
        made(
            StandardSequencer(timestamp_column="t", resampling_freq="500YE", gap_threshold=1e9),
            frame,
        )
