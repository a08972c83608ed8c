"""Each resampling, condition and filling by name, against pandas, on a real series with gaps."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.steps.sequencer.series import assert_same, by_pandas, departures, made
from zenml.records.sequences import filling, resampling
from zenml.steps.sequencer import StandardSequencer
from zenml.steps.sequencer.methods import CONDITIONS, FILLINGS, RESAMPLINGS

NIGHT = 5 * 3600  # a gap of six hours ends a session
WEEKS = 10 * 24 * 3600  # nothing does
DEFAULT_RESAMPLED = {
    "departures": lambda rows: rows.mean(),
    "delay": lambda rows: rows.mean(),
    "cancelled": lambda rows: np.nan if rows.empty else float((rows > 0).any()),
    "carrier": lambda rows: rows.mode().iloc[0] if len(rows) else np.nan,
}
DEFAULT_FILLED = {
    **dict.fromkeys(("departures", "delay", "cancelled"), lambda steps: steps.fillna(steps.max())),
    "carrier": lambda steps: steps.fillna(""),
}


def threshold(cond, c_value, count, set_value):
    return {
        "method": "threshold",
        "parameters": {
            "cond": cond, "c_value": c_value, "threshold": count, "set_value": set_value,
        },
    }  # fmt: skip


def over(count, set_value, meets, otherwise=0):
    """The threshold as a function of a step's values."""

    def resample(rows):
        rows = rows.dropna()
        if rows.empty:
            return np.nan
        return set_value if meets(rows).sum() > count else otherwise

    return resample


def median(rows):
    return rows.median() if rows.notna().any() else np.nan


def mode(rows):
    return rows.mode().iloc[0] if rows.notna().any() else np.nan


RESAMPLED = {
    "mean": ("delay", {"method": "mean"}, lambda rows: rows.mean()),
    "median": ("delay", {"method": "median"}, median),
    "median of integers": ("departures", {"method": "median"}, median),
    "mode": ("delay", {"method": "mode"}, mode),
    "mode of integers": ("departures", {"method": "mode", "parameters": {}}, mode),
    "mode of strings": ("carrier", {"method": "mode"}, mode),
    "mode of booleans": ("cancelled", {"method": "mode"}, mode),
    "greater": ("delay", threshold("greater", 10, 1, 1), over(1, 1, lambda r: r > 10)),
    "greater_or_equal": (
        "departures",
        threshold("greater_or_equal", 19, 1.5, 2.5),
        over(1.5, 2.5, lambda r: r >= 19),
    ),
    "equal": ("departures", threshold("equal", 19, 0, 7), over(0, 7, lambda r: r == 19)),
    "equal in text": ("carrier", threshold("equal", "B6", 1, 1), over(1, 1, lambda r: r == "B6")),
    "less_or_equal": (
        "departures",
        threshold("less_or_equal", 12, 0, -1),
        over(0, -1, lambda r: r <= 12),
    ),
    "less": ("delay", threshold("less", 0, 0, True), over(0, 1, lambda r: r < 0)),
    "includes": (
        "departures",
        threshold("includes", [19, 20], 0, 1),
        over(0, 1, lambda r: r.isin([19, 20])),
    ),
    "includes text": (
        "carrier",
        threshold("includes", "A", 1, "mostly A"),
        over(1, "mostly A", lambda r: r.str.contains("A"), ""),
    ),
    "includes texts": (
        "carrier",
        threshold("includes", ["DL", "MQ"], 0, 1),
        over(0, 1, lambda r: r.isin(["DL", "MQ"])),
    ),
}
FILLED = {
    "forward": ("delay", {"method": "forward"}, lambda steps: steps.ffill()),
    "forward of strings": ("carrier", {"method": "forward"}, lambda steps: steps.ffill()),
    "backwards": ("delay", {"method": "backwards"}, lambda steps: steps.bfill()),
    "min": ("delay", {"method": "min"}, lambda steps: steps.fillna(steps.min())),
    "max": ("departures", {"method": "max"}, lambda steps: steps.fillna(steps.max())),
    "mean": ("delay", {"method": "mean"}, lambda steps: steps.fillna(steps.mean())),
    "custom": (
        "delay",
        {"method": "custom", "parameters": {"custom_value": -99}},
        lambda steps: steps.fillna(-99),
    ),
    "custom of strings": (
        "carrier",
        {"method": "custom", "parameters": {"custom_value": "none"}},
        lambda steps: steps.fillna("none"),
    ),
}


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    found = departures()  # about the blizzard
    return found[found["time"].between("2013-02-05", "2013-02-13")]


def compared(frame, overwrite=None, resampled=None, filled=None, **changed):
    given = {"frequency": "3h", "gap": WEEKS, "length": 5, "shift": 2, **changed}
    step = StandardSequencer(
        timestamp_column="time",
        category_column="origin",
        overwrite=overwrite,
        resampling_freq=given["frequency"],
        gap_threshold=given["gap"],
        sequence_length=given["length"],
        sequence_shift=given["shift"],
    )
    found = made(step, frame)
    expected = by_pandas(
        frame,
        **given,
        resampled={**DEFAULT_RESAMPLED, **(resampled or {})},
        filled={**DEFAULT_FILLED, **(filled or {})},
    )
    assert_same(found, expected)
    return found, step


@pytest.mark.parametrize("name", RESAMPLED)
def test_a_resampling_is_that_of_pandas(frame, name):
    column, call, how = RESAMPLED[name]
    fill = {}
    if "text" in name or "strings" in name:  # of which a threshold makes numbers
        fill[column] = lambda steps: steps.fillna("" if steps.dtype == object else steps.max())
    compared(frame, {column: {"resampling": [call]}}, {column: how}, fill)


@pytest.mark.parametrize("name", FILLED)
@pytest.mark.parametrize("gap", [NIGHT, WEEKS])
def test_a_filling_is_that_of_pandas(frame, name, gap):
    column, call, how = FILLED[name]
    compared(frame, {column: {"filling": [call]}}, filled={column: how}, gap=gap, length=3)


@pytest.mark.parametrize("frequency", ["1h", "1D", "90min", "2D", "1W", "12h30min"])
@pytest.mark.parametrize("gap", [NIGHT, WEEKS])
def test_steps_of_any_length_are_those_of_pandas(frame, frequency, gap):
    length = 1 if frequency in ("1D", "2D", "1W") else 2
    compared(frame, frequency=frequency, gap=gap, length=length, shift=1)


def test_the_lengths_of_steps_have_their_old_and_new_names(frame):
    def times(name):
        step = StandardSequencer(
            timestamp_column="time",
            category_column="origin",
            resampling_freq=name,
            gap_threshold=WEEKS,
            sequence_length=1,
        )
        return [row["time"] for row in made(step, frame)]

    for old, new in [("H", "h"), ("2T", "2min"), ("1M", "1ME"), ("Q", "QE"), ("A-JUN", "YE-JUN")]:
        assert times(old) == times(new)
    assert times("MS") == [[b"2013-02-01T00:00:00Z"]] * 2
    assert times("ME") == [[b"2013-02-28T00:00:00Z"]] * 2
    assert times("Y") == times("YE") == [[b"2013-12-31T00:00:00Z"]] * 2


def test_every_name_has_its_function_and_its_test():
    assert set(RESAMPLINGS) == set(resampling.RESAMPLINGS)
    assert set(FILLINGS) == set(filling.FILLINGS)
    assert set(CONDITIONS) == set(resampling.CONDITIONS)
    tested = {call["method"] for _, call, _ in RESAMPLED.values()}
    conditions = {
        call["parameters"]["cond"]
        for _, call, _ in RESAMPLED.values()
        if call["method"] == "threshold"
    }
    assert tested == set(RESAMPLINGS)
    assert conditions == set(CONDITIONS)
    assert {call["method"] for _, call, _ in FILLED.values()} == set(FILLINGS)
