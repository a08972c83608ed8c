"""What a sequence holds, what is left out and counted, and what is refused."""

from __future__ import annotations

import math
import re

import numpy as np
import pandas as pd
import pytest

from tests.steps.sequencer.series import departures, made
from zenml.errors import DataError, StepArgumentError
from zenml.spec import StepSpec
from zenml.steps.sequencer import StandardSequencer

HOUR = 3600


def sequencer(**arguments) -> StandardSequencer:
    given = {"timestamp_column": "t", "resampling_freq": "1h", "sequence_length": 2, **arguments}
    return StandardSequencer(**given)


def hours(*values, **columns) -> pd.DataFrame:
    """A row for each hour that has a value: unix seconds `t` from 1970, and `x`."""
    known = [(hour * HOUR, value) for hour, value in enumerate(values) if value is not None]
    return pd.DataFrame({"t": [t for t, _ in known], "x": [x for _, x in known], **columns})


def test_a_sequence_holds_its_times_its_category_and_each_column():
    step = StandardSequencer(
        timestamp_column="time", category_column="origin", resampling_freq="1h", gap_threshold=4e4
    )
    rows = made(step, departures())
    (first,) = [row for row in rows if row["time"][0] == b"2013-02-01T10:00:00Z"][:1]
    assert list(first) == [
        "time", "time_epoch", "origin", "departures", "cancelled", "delay", "carrier",
    ]  # fmt: skip
    assert first["origin"] == [b"JFK"]
    assert first["time"][-1] == b"2013-02-01T13:00:00Z"
    assert first["time_epoch"] == [1359712800 + HOUR * n for n in range(4)]
    assert first["departures"] == [2, 19, 19, 30]
    assert first["carrier"] == [b"AA", b"B6", b"B6", b"9E"]
    assert {len(row[name]) for row in rows for name in row if name != "origin"} == {4}
    assert {row["origin"][0] for row in rows} == {b"JFK", b"LGA"}


def test_unix_seconds_stay_and_a_series_needs_no_category():
    rows = made(sequencer(), hours(1, 2, 3).sample(frac=1, random_state=3))
    assert [row["t"] for row in rows] == [[0, HOUR], [HOUR, 2 * HOUR]]
    assert [row["t_epoch"] for row in rows] == [row["t"] for row in rows]
    assert [row["x"] for row in rows] == [[1, 2], [2, 3]]


def test_dates_without_a_zone_stay_without_one():
    dates = ["2024-02-28T23:30:00", "2024-02-29 01:00:00.25", "2024-02-29T00:59:59.9"]
    rows = made(sequencer(), pd.DataFrame({"t": dates, "x": [1, 5, 3]}))
    assert [(row["t"], row["x"]) for row in rows] == [
        ([b"2024-02-28T23:00:00", b"2024-02-29T00:00:00"], [1, 3]),
        ([b"2024-02-29T00:00:00", b"2024-02-29T01:00:00"], [3, 5]),
    ]


@pytest.mark.parametrize("zone", ["Z", "+02:00", "+0200", "+02", "-0130"])
def test_dates_of_a_zone_are_of_utc(zone):
    dates = [f"2024-07-01T{hour}:00:00{zone}" for hour in (12, 13)]
    ((first, second),) = [row["t"] for row in made(sequencer(), pd.DataFrame({"t": dates, "x": 1}))]
    wanted = pd.to_datetime(dates, utc=True).floor("1h" if pd.__version__ >= "2.2" else "1H")
    assert [first, second] == [f"{time:%Y-%m-%dT%H:%M:%S}Z".encode() for time in wanted]


def test_a_gap_of_the_threshold_ends_a_session():
    frame = hours(1, 2, None, 3, 4)
    short, long = 2 * HOUR, 2 * HOUR + 1
    assert [row["x"] for row in made(sequencer(gap_threshold=short), frame)] == [[1, 2], [3, 4]]
    rows = made(sequencer(gap_threshold=long), frame)
    assert [row["x"] for row in rows] == [[1, 2], [2, 4], [4, 3], [3, 4]]


def test_windows_are_shifted_and_short_sessions_counted():
    step = sequencer(sequence_length=3, sequence_shift=2, gap_threshold=1.5 * HOUR)
    rows = made(step, hours(0, 1, 2, 3, 4, 5, None, None, 8, 9, None, 11))
    assert [row["x"] for row in rows] == [[0, 1, 2], [2, 3, 4]]
    assert step.report() == {
        "rows_without_time": 0,
        "sessions": 3,
        "sessions_too_short": 2,
        "sequences_with_gaps": 0,
        "sequences_without_target": 0,
        "sequences": 2,
    }


def test_a_target_is_what_is_observed_later():
    step = sequencer(targets={"next": {"column": "x"}, "later": {"column": "x", "ahead": 3}})
    rows = made(step, hours(0, 1, 2, 3, 4, 5, 6))
    assert [(row["x"], row["next"], row["later"]) for row in rows] == [
        ([0, 1], [2], [4]),
        ([1, 2], [3], [5]),
        ([2, 3], [4], [6]),
    ]
    rows = made(sequencer(targets={"next": {"column": "x", "ahead": 1}}), hours(0, 1, None, 3, 4))
    assert [(row["x"], row["next"]) for row in rows] == [([1, 4], [3]), ([4, 3], [4])]


def test_rows_without_a_time_or_category():
    frame = pd.DataFrame(
        {"t": [0, None, HOUR, 0, HOUR], "x": [1, 2, 3, 4, 5], "c": ["a", "a", "a", None, None]}
    )
    frame["t"] = frame["t"].astype("Int64").astype(object)
    frame.loc[1, "t"] = None
    step = sequencer(category_column="c")
    rows = made(step, frame)
    assert [(row["c"], row["x"]) for row in rows] in (
        [([b"a"], [1, 3]), (None, [4, 5])],
        [(None, [4, 5]), ([b"a"], [1, 3])],
    )
    assert step.report()["rows_without_time"] == 1


def test_steps_that_no_filling_reaches_are_left_out_and_counted():
    frame = hours(0, 1, 2, 3, y=[None, 5.0, None, None])
    fill = {"y": {"filling": [{"method": "forward"}]}}
    step = sequencer(overwrite=fill)
    assert [row["y"] for row in made(step, frame)] == [[5, 5], [5, 5]]
    assert step.report()["sequences_with_gaps"] == 1


def test_a_category_without_any_value_in_a_column():
    words = ["p", None, "q", None, None, None]
    frame = pd.DataFrame({"t": [0, HOUR, 2 * HOUR] * 2, "c": list("aaabbb"), "w": words, "n": 1.5})
    frame.loc[3:, "n"] = None
    call = greater(cond="equal", c_value="p", set_value=7)["overwrite"]["x"]
    fill = [{"method": "custom", "parameters": {"custom_value": 3}}]
    overwrite = {"w": {**call, "filling": fill}, "n": {"filling": fill}}
    step = sequencer(category_column="c", overwrite=overwrite)
    rows = sorted(made(step, frame), key=lambda row: (row["c"], row["t"]))
    assert [row["w"] for row in rows] == [[7, 3], [3, 0], [3, 3], [3, 3]]
    assert [row["n"] for row in rows] == [[1.5, 1.5], [1.5, 1.5], [3, 3], [3, 3]]


def test_many_categories_and_steps_in_bounded_parts(monkeypatch):
    from zenml.records.sequences import grid

    frame = pd.concat([hours(*range(n, n + 9)).assign(c=f"c{n}") for n in range(300)])
    whole = made(sequencer(category_column="c"), frame)
    monkeypatch.setattr(grid, "_STEPS_AT_ONCE", 20)
    parts = made(sequencer(category_column="c"), frame)
    assert parts == whole
    assert len(whole) == 300 * 8
    for row in whole:
        assert row["x"][1] - row["x"][0] == 1


@pytest.mark.parametrize(
    ("frame", "arguments", "why"),
    [
        (hours(1, 2), {"sequence_length": 3}, r"none of its sessions \(1\) has the 3 steps of 1h"),
        (
            hours(1, 2),
            {"targets": {"n": {"column": "x"}}},
            r"none of its sessions \(1\) has the 3 steps",
        ),
        (pd.DataFrame({"t": [None, None], "x": 1}), {}, "no row has a time in the column 't'"),
        (
            hours(1, 2, 3),
            {"gap_threshold": HOUR},
            r"no row for 3,600 seconds, and a step of 1h is 3,600: rows that are a step apart",
        ),
        (hours(1, 2, y=[None, 5.0]), {"overwrite": {"y": {"filling": [{"method": "forward"}]}}},
         "most of them in the column 'y'"),
        (hours(1, 2, None, 4), {"targets": {"n": {"column": "x"}}, "sequence_length": 2,
                                "sequence_shift": 9}, "none of 1 has a value for its target"),
    ],
)  # fmt: skip
def test_why_there_is_no_sequence(frame, arguments, why):
    step = sequencer(**arguments)
    assert made(step, frame) == []
    assert re.search(why, step.why_none())


def test_it_is_made_again_from_its_text():
    step = sequencer(overwrite={"x": {"filling": [{"method": "min"}]}}, targets={})
    again = StandardSequencer.from_config(StepSpec.from_json(step.to_config().to_json()))
    assert again.arguments == step.arguments


def entry(kind, method, column="x", **parameters):
    return {"overwrite": {column: {kind: [{"method": method, "parameters": parameters}]}}}


def greater(**changed):
    given = {"cond": "greater", "c_value": 0, "threshold": 0, "set_value": 1, **changed}
    return entry("resampling", "threshold", **given)


CALENDAR = [
    *("1W", "W-TUE", "MS", "1ME", "QS-FEB", "QE", "YE-JUN"),
    *("2W", "5W-THU", "2MS", "3MS", "2ME", "7ME", "2QS-FEB", "3QE-JAN", "2YS", "2YE-JUN", "10YE"),
]


def known_to_pandas(frequency):
    """The name of a length of time that the pandas which is installed knows it by."""
    old = {"ME": "M", "QE": "Q", "YE": "A", "YS": "AS"}
    new = {"Q-": "QE-", "AS": "YS"}
    for name, other in (old if pd.__version__ < "2.2" else new).items():
        frequency = frequency.replace(name, other)
    return frequency


@pytest.mark.parametrize("frequency", CALENDAR)
def test_steps_of_the_calendar_for_many_sessions_at_once(frequency):
    random = np.random.default_rng(5)
    seconds = random.integers(0, 3 * 365 * 24 * HOUR, 900)
    frame = pd.DataFrame({"t": seconds, "x": 1, "c": [f"c{n % 60}" for n in range(900)]})
    step = sequencer(
        category_column="c", resampling_freq=frequency, gap_threshold=40 * 24 * HOUR,
        sequence_length=1, overwrite=entry("filling", "forward")["overwrite"],
    )  # fmt: skip
    found = sorted((row["c"][0].decode(), *row["t"], *row["x"]) for row in made(step, frame))
    offset, expected = known_to_pandas(frequency), []
    for name, rows in frame.groupby("c"):
        times = pd.Series(pd.to_datetime(rows["t"], unit="s").sort_values().to_numpy())
        session = (times.diff().dt.total_seconds() >= 40 * 24 * HOUR).cumsum()
        for _, of_session in times.groupby(session):
            steps = pd.Series(1, of_session.to_numpy()).resample(offset).size()
            expected += [(name, time.value // 10**9, 1.0) for time in steps.index]
    assert found == sorted(expected)


def test_what_is_no_number_is_no_value():
    frame = hours(1, 2, 3).assign(y=[5.0, 1.0, 4.0])
    twice = pd.concat([frame.assign(y=[math.inf, 1.0, 4.0]), frame.assign(y=[-math.inf, 1.0, 4.0])])
    for method in ("mean", "median"):
        step = sequencer(overwrite=entry("resampling", method, column="y")["overwrite"])
        assert [row["y"] for row in made(step, twice)] == [[4, 1], [1, 4]]
    both = pd.DataFrame({"t": [0, HOUR, 3 * HOUR], "x": [math.inf, -math.inf, 1.0]})
    step = sequencer(overwrite=entry("filling", "mean")["overwrite"])
    assert [row["x"] for row in made(step, both)] == [[math.inf, -math.inf]]
    assert step.report()["sequences_with_gaps"] == 2


def test_splits_that_tear_a_series_into_pieces_are_said():
    frame = departures()
    chance = frame.index % 3 == 0
    day = frame["time"] < "2013-02-15"
    origin = frame["origin"] == "JFK"
    hour = {"resampling_freq": "1h", "gap_threshold": 5 * HOUR, "sequence_length": 1}

    def notes(test, **given):
        step = StandardSequencer(timestamp_column="time", **hour, **given)
        for part in (frame[~test], frame[test]):
            made(step, part)
        return step.notes(["train", "test"])

    (said,) = notes(chance, category_column="origin")
    assert said.startswith(
        "Of the category 'JFK' and 1 more, the rows in the splits train and test reach into the "
    )
    assert notes(chance)[0].startswith("Of the series, the rows in the splits train")
    assert notes(day, category_column="origin") == notes(day) == []
    assert notes(origin, category_column="origin") == []
    assert notes(origin)[0].endswith("Split by time (TimeSplit) or by category (GroupSplit).")


def test_what_is_said_of_many_categories_is_bounded(monkeypatch):
    from zenml.records.sequences import reach

    monkeypatch.setattr(reach, "_KEPT", 10)
    frame = hours(1, 2, 3)
    frame = pd.concat([frame.assign(c=f"c{n}") for n in range(100)])
    step = sequencer(category_column="c")
    for _ in range(2):
        assert len(made(step, frame)) == 200
    (said,) = step.notes(["train", "test"])
    assert "and 9 more" in said


def test_a_session_of_more_steps_than_can_be_held():
    frame = pd.DataFrame({"t": [0, 10 * 365 * 24 * HOUR], "x": 1})
    with pytest.raises(DataError, match=r"from 1970-01-01T00:00:00 to 1979-.* has 315,360,001 "):
        made(sequencer(resampling_freq="1s", gap_threshold=1e300), frame)


def test_sessions_of_several_months_are_cut_all_at_once(monkeypatch):
    """Asked of pandas one by one they took milliseconds each."""
    asked = []
    resample = pd.Series.resample

    def counted(*args, **kwargs):
        asked.append(args)
        return resample(*args, **kwargs)

    monkeypatch.setattr(pd.Series, "resample", counted)
    frame = pd.DataFrame({"t": np.arange(500) * 86_400 * 100, "x": 1})
    step = sequencer(resampling_freq="2ME", gap_threshold=86_400, sequence_length=1)
    assert len(made(step, frame)) == 500
    assert len(asked) == 1


@pytest.mark.parametrize("frequency", ["1W-WED", "2QE-FEB", "1Q-FEB", "1YS-JUL", "1AS-JUL"])
def test_steps_of_the_calendar_begin_where_they_are_told_to(frequency):
    days = [f"2023-{month:02d}-15" for month in range(1, 13)]
    rows = made(
        sequencer(resampling_freq=frequency, gap_threshold=1e9, sequence_length=1),
        pd.DataFrame({"t": days, "x": range(12)}),
    )
    by_pandas = pd.Series(1, pd.to_datetime(days)).resample(known_to_pandas(frequency))
    wanted = by_pandas.count().index
    assert [row["t"][0] for row in rows] == [f"{day:%Y-%m-%dT%H:%M:%S}".encode() for day in wanted]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (entry("filling", "custom", custom_value=2**63), "custom_value.* a number of 64 bits or"),
        (greater(set_value=-(2**70)), "set_value.* a number of 64 bits, or text"),
        ({"timestamp_column": 3}, "timestamp_column is 3"),
        ({"category_column": "t"}, "category_column is 't'; it must be the name of another"),
        ({"resampling_freq": "1X"}, "resampling_freq is '1X'; it must be a length of time"),
        ({"resampling_freq": "0h"}, "resampling_freq is '0h'"),
        ({"resampling_freq": "-1D"}, "resampling_freq is '-1D'"),
        ({"resampling_freq": "1.5ME"}, "resampling_freq is '1.5ME'"),
        ({"resampling_freq": "1ME-MON"}, "resampling_freq is '1ME-MON'"),
        ({"resampling_freq": "1W-XYZ"}, "resampling_freq is '1W-XYZ'"),
        ({"resampling_freq": "1QE-MON"}, "resampling_freq is '1QE-MON'"),
        ({"resampling_freq": "0.0000001ms"}, "resampling_freq is '0.0000001ms'"),
        ({"resampling_freq": "999999999D"}, "resampling_freq is '999999999D'"),
        ({"resampling_freq": "999999999999999999999YE"}, "resampling_freq is '9+YE'"),
        ({"resampling_freq": 60}, "resampling_freq is 60"),
        ({"gap_threshold": 0}, "gap_threshold is 0; it must be a number of seconds above 0"),
        ({"gap_threshold": float("inf")}, "gap_threshold is inf"),
        ({"sequence_length": 0}, "sequence_length is 0; it must be an integer above 0"),
        ({"sequence_shift": 1.5}, "sequence_shift is 1.5"),
        ({"overwrite": []}, r"overwrite is \[\]"),
        ({"overwrite": {"x": []}}, r"overwrite\['x'\] is \[\]"),
        ({"overwrite": {"x": {"fillings": []}}}, "has the key 'fillings'. Did you mean 'filling'"),
        (entry("resampling", "avg"), "no resampling called 'avg'.*There are mean, median, mode"),
        (entry("filling", "ffill"), "no filling called 'ffill'.*There are backwards, custom"),
        (entry("filling", "custom"), "'custom' needs the parameter 'custom_value'"),
        (entry("filling", "min", of=3), "does not take the parameter 'of'"),
        (
            {"overwrite": {"x": {"filling": [{"method": "min"}, {"method": "max"}]}}},
            "has 2 entries; a column has one filling",
        ),
        (greater(cond="above"), "'cond' is 'above'; it must be one of greater, greater_or_equal"),
        (greater(threshold=-1), "'threshold' is -1"),
        (greater(set_value=None), "'set_value' is None"),
        ({"targets": {"n": {"column": "x", "ahead": 0}}}, r"targets\['n'\].*the steps above 0"),
        ({"targets": {"n": "x"}}, r"targets\['n'\] is 'x'; it must be like"),
        ({"targets": ["x"]}, "targets is"),
    ],
)
def test_arguments_that_cannot_be(arguments, message):
    with pytest.raises(StepArgumentError, match=message):
        sequencer(**arguments).check()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"timestamp_column": "T"}, "timestamp_column names the column 'T', .* It has s, t, x"),
        ({"category_column": "c"}, "category_column names the column 'c', which is not in"),
        ({"overwrite": {"y": {}}}, "overwrite names the column 'y', which is not in the data"),
        ({"targets": {"n": {"column": "y"}}}, "targets names the column 'y'"),
        ({"targets": {"x": {"column": "s"}}}, "the column 'x' would be there twice"),
        ({"overwrite": {"t": {}}}, "'t' is the column of the times or categories"),
        (
            {"overwrite": {"s": {"resampling": [{"method": "mean"}]}}},
            "column 's': the resampling 'mean' is for numbers, and the column holds strings",
        ),
        (
            {"overwrite": {"s": {"filling": [{"method": "max"}]}}},
            "the filling 'max' is for numbers, and what reaches it are strings",
        ),
        (
            {"overwrite": {"s": {"filling": [{"method": "custom",
                                              "parameters": {"custom_value": 1}}]}}},
            "'custom_value' is 1, and what it fills are strings",
        ),
        (greater(c_value="a"), "'c_value' is 'a', and the column holds integers"),
        (greater(c_value=[1]), "a list is for the condition 'includes' alone"),
        (greater(cond="includes"), "for numbers the condition 'includes' takes a list"),
    ],
)  # fmt: skip
def test_arguments_that_do_not_fit_the_data(arguments, message):
    frame = hours(1, 2, 3, s=["a", "b", "c"])
    with pytest.raises(StepArgumentError, match=message):
        made(sequencer(**arguments), frame)


def test_times_that_are_none():
    with pytest.raises(DataError, match=r"holds numbers of 32 bits.*TIMESTAMP"):
        made(sequencer(), pd.DataFrame({"t": [1.5, 2.5], "x": [1, 2]}))
    with pytest.raises(DataError, match=r"no time between .*milliseconds"):
        made(sequencer(), pd.DataFrame({"t": [1_700_000_000_000] * 2, "x": [1, 2]}))
    with pytest.raises(DataError, match=r"holds b'1066-10-14', which is no time between 1677"):
        made(sequencer(), pd.DataFrame({"t": ["2024-01-01", "1066-10-14"], "x": [1, 2]}))
    with pytest.raises(DataError, match="and 'noon' is none"):
        made(sequencer(), pd.DataFrame({"t": ["2024-01-01", "noon"], "x": [1, 2]}))
