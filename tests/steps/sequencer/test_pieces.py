"""Series that are too large for memory: in pieces, with the sequences that the whole gives."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.steps.sequencer.series import batch_of, departures, made
from zenml.records.sequences import making, pieces
from zenml.steps.sequencer import StandardSequencer

HOUR = 3600
METHODS = {
    "defaults": {},
    "forward": {"filling": [{"method": "forward"}]},
    "backwards": {"filling": [{"method": "backwards"}]},
    "mean": {"filling": [{"method": "mean"}]},
    "median": {"resampling": [{"method": "median"}]},
    "mode": {"resampling": [{"method": "mode"}], "filling": [{"method": "min"}]},
}


@pytest.fixture
def sizes(monkeypatch) -> list[int]:
    """How many rows are in memory at a time."""
    seen: list[int] = []

    class Counted(making.Series):
        def __init__(self, batch, *others):
            seen.append(batch.num_rows)
            super().__init__(batch, *others)

    monkeypatch.setattr(making, "Series", Counted)
    return seen


def sequencer(**arguments) -> StandardSequencer:
    given = {"timestamp_column": "t", "resampling_freq": "2h", "sequence_length": 3, **arguments}
    return StandardSequencer(**given)


def series(rows=1500, seed=3) -> pd.DataFrame:
    """Rows in no order, in sessions of some days; with steps of no row, and of many."""
    random = np.random.default_rng(seed)
    minutes = np.sort(random.choice(60 * 24 * 90, rows, replace=False))
    minutes[rows // 2 :] += 60 * 24 * 5
    words = [None if n % 7 == 0 else f"w{n % 5}" for n in random.integers(0, 999, rows)]
    frame = pd.DataFrame({"t": minutes * 60, "x": random.integers(0, 9, rows), "w": words})
    frame["y"] = [None if n < 0.3 else n for n in random.random(rows)]
    return frame.sample(frac=1, random_state=seed, ignore_index=True)


def both(monkeypatch, step, frame, sizes=None, limit=16_000):
    """The sequences of the whole series, and of its pieces, whose sizes are in `sizes`."""
    whole, told = made(step, frame, rows=500), step.report()
    if sizes is not None:
        sizes.clear()
    monkeypatch.setattr(pieces, "_BYTES", limit)
    found = made(step, frame, rows=500)
    assert step.report() == told
    assert found
    return whole, found


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("gap", [5 * HOUR, 1e9])
def test_one_series_in_pieces_gives_what_the_whole_gives(monkeypatch, sizes, name, gap):
    step = sequencer(
        gap_threshold=gap,
        overwrite={"x": METHODS[name], "y": METHODS[name]},
        targets={"next": {"column": "y", "ahead": 2}},
    )
    whole, found = both(monkeypatch, step, series(), sizes)
    assert found == whole
    assert max(sizes) < 200  # a piece; and the step that was not over, never the session
    assert 1500 < sum(sizes) < 1700


@pytest.mark.parametrize("frequency", ["1W", "7h", "2D", "1ME", "2W", "3W-WED", "2MS"])
def test_steps_that_begin_where_the_session_began(monkeypatch, sizes, frequency):
    step = sequencer(resampling_freq=frequency, gap_threshold=1e9, sequence_length=2)
    whole, found = both(monkeypatch, step, series(), sizes)
    assert found == whole
    longest = 70 if "M" in frequency else 25  # days of a step, of which there are 17 rows each
    assert max(sizes) < 200 + 17 * longest


def test_small_categories_stay_together_and_a_large_one_comes_in_pieces(monkeypatch, sizes):
    many = [series(40, seed=n).assign(c=f"c{n}") for n in range(30)]
    frame = pd.concat([series().assign(c="large"), *many, series(300).assign(c=None)])
    step = sequencer(category_column="c", gap_threshold=9 * HOUR)
    whole, found = both(monkeypatch, step, frame.sample(frac=1, random_state=1), sizes)

    def ordered(rows):
        return sorted(rows, key=lambda row: (row["c"] or [b""], row["t"]))

    assert ordered(found) == ordered(whole)
    assert max(sizes) < 250
    assert len(sizes) < 60


def test_dates_of_a_real_series(monkeypatch):
    frame = departures()
    step = StandardSequencer(
        timestamp_column="time", category_column="origin", resampling_freq="1h", gap_threshold=4e4
    )
    whole, found = both(monkeypatch, step, frame, limit=20_000)
    assert sorted(map(str, found)) == sorted(map(str, whole))


def test_rows_without_a_time_and_many_of_the_same(monkeypatch):
    frame = series(600)
    frame["t"] = [None if n % 9 == 0 else 0 if n % 2 else t for n, t in enumerate(frame["t"])]
    frame["t"] = frame["t"].astype("Int64").astype(object)
    frame.loc[frame["t"].isna(), "t"] = None
    step = sequencer(gap_threshold=9 * HOUR)
    whole, found = both(monkeypatch, step, frame)
    assert found == whole
    assert step.report()["rows_without_time"] == 67


def test_a_large_series_without_any_time(monkeypatch):
    monkeypatch.setattr(pieces, "_BYTES", 1_000)
    frame = pd.DataFrame({"t": [None] * 500, "x": range(500)})
    frame["t"] = frame["t"].astype(object)
    found = list(pieces.pieces_by([batch_of(frame)], None, "t", "the sequencer"))
    assert [(piece.rows.num_rows, piece.goes_on) for piece in found] == [(500, False)]
