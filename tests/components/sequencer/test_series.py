"""A user's own sequencer of Beam objects on a real series, with gaps and two categories."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.steps.sequencer.series import batch_of, departures, schema_of
from zenml.steps.sequencer import SequencerStep

pytestmark = pytest.mark.tf

GAP = 4 * 3600


class Days(SequencerStep):
    """The hours between two nights, as one sequence; Beam's own sessions."""

    def get_category_do_fn(self) -> Any:
        import apache_beam as beam

        class Origin(beam.DoFn):
            def process(self, row: pd.DataFrame) -> Any:
                yield row["origin"].iloc[0], row

        return Origin()

    def get_timestamp_do_fn(self) -> Any:
        import apache_beam as beam

        class Time(beam.DoFn):
            def process(self, keyed: Any) -> Any:
                at = pd.Timestamp(keyed[1]["time"].iloc[0]).timestamp()
                yield beam.window.TimestampedValue(keyed, at)

        return Time()

    def get_window(self) -> Any:
        from apache_beam.transforms.window import Sessions

        return Sessions(GAP)

    def get_combine_fn(self) -> Any:
        import apache_beam as beam

        class Together(beam.CombineFn):
            def create_accumulator(self) -> list[Any]:
                return []

            def add_input(self, rows: list[Any], row: Any) -> list[Any]:
                return [*rows, row]

            def merge_accumulators(self, many: Any) -> list[Any]:
                return [row for rows in many for row in rows]

            def extract_output(self, rows: list[Any]) -> pd.DataFrame:
                return pd.concat(rows).sort_values("time")

        return Together()


def test_its_sequences_are_the_sessions_of_pandas(no_beam_but_in_process) -> None:
    frame = departures().head(300)
    batch = batch_of(frame)
    step = Days()
    step.check()
    step.schema = schema_of(batch)
    made = list(step.sequences(batch.slice(at, 70) for at in range(0, batch.num_rows, 70)))
    found = [row for sequences in made for row in sequences.to_pylist()]

    frame["at"] = pd.to_datetime(frame["time"])
    expected = {}
    for origin, rows in frame.groupby("origin"):
        number = (rows["at"].diff().dt.total_seconds() >= GAP).cumsum()
        for _, session in rows.groupby(number):
            expected[str(origin).encode(), session["time"].iloc[0].encode()] = session
    assert len(found) == len(expected) > 10
    for row in found:
        session = expected[row["origin"][0], row["time"][0]]
        assert set(row["origin"]) == {row["origin"][0]}
        assert row["departures"] == session["departures"].tolist()
        delay = row["delay"] or [np.nan] * len(session)
        np.testing.assert_allclose(delay, session["delay"], rtol=1e-6)
        assert row["carrier"] == [carrier.encode() for carrier in session["carrier"]]
