"""Splits by time: exact shares, given times, and rows of one time together."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from zenml.errors import DataError, StepArgumentError, StepInterfaceError
from zenml.spec import StepSpec
from zenml.steps.split import TimeSplit

MAP = {"train": 0.7, "eval": 0.15, "test": 0.15}


def batch_of(cells) -> pa.RecordBatch:
    cells = [cell.encode() if isinstance(cell, str) else cell for cell in cells]
    column = pa.array([None if cell is None else [cell] for cell in cells])
    return pa.RecordBatch.from_arrays([column], ["t"])


def divided(step, cells, rows=7) -> list[int]:
    """The numbers of the splits, the rows coming a few at a time."""
    step.check()
    batches = [batch_of(cells[at : at + rows]) for at in range(0, len(cells), rows)]
    step.prepare(lambda columns: iter(batches))
    return [int(n) for batch in batches for n in step.assign(batch)]


def by_ratio(**more) -> TimeSplit:
    return TimeSplit(timestamp_column="t", split_map=MAP, **more)


@pytest.mark.parametrize("kind", ["seconds", "iso", "floats", "negative"])
def test_the_oldest_come_first_and_the_shares_are_exact(kind):
    order = np.random.RandomState(3).permutation(1000)
    cells = {
        "seconds": [int(1_700_000_000 + 3600 * n) for n in order],
        "iso": [f"{pd.Timestamp('2024-01-01') + pd.Timedelta(hours=int(n)):%Y-%m-%dT%H:%M:%S}Z"
                for n in order],
        "floats": [float(1958 + n / 12) for n in order],
        "negative": [int(-(2**63) + int(n) * (2**54)) for n in order],
    }[kind]  # fmt: skip
    expected = np.digitize(order, [700, 850]).tolist()
    assert divided(by_ratio(), cells) == expected


def test_rows_of_one_time_stay_together_in_the_later_split():
    assert divided(by_ratio(), [1] * 6 + [2] * 2 + [3, 4]) == [0] * 6 + [1] * 2 + [2] * 2
    assert divided(by_ratio(), [5, 5, 5, 5, 1, 2, 3, 4, 6, 7]) == [1] * 4 + [0] * 4 + [2] * 2


def test_rows_without_a_time_are_in_no_split():
    cells = [None, *range(10), None]
    assert divided(by_ratio(), cells) == [-1, *[0] * 7, 1, 2, 2, -1]


@pytest.mark.parametrize(
    ("cells", "until"),
    [
        (["2024-01-31", "2024-02-01T00:00:00", "2024-01-31T23:59:59.9"], "2024-02-01"),
        (
            ["2024-01-31T23:59:59Z", "2024-02-01T00:00:00Z", "2023-01-01T00:00:00Z"],
            "2024-02-01T02:00+02:00",
        ),
        ([1706745599, 1706745600, 0], "2024-02-01"),
        ([1706745599, 1706745600, 0], 1706745600),
        ([1706745599, 1706745600, 0], 1706745599.5),
        ([1999.5, 2000.0, 1958.25], 2000),
        (["2024-01-31T23:59:59", "2024-02-01", "1969-12-31"], 1706745600),
        (
            ["2024-01-31T23:59:59+0000", "2024-02-01T02:00:00+0200", "2024-01-01T00:00:00Z"],
            "2024-02-01T02:00:00+0200",
        ),
    ],
)
def test_a_split_ends_at_a_given_time(cells, until):
    step = TimeSplit(timestamp_column="t", until={"train": until, "test": None})
    assert divided(step, cells) == [0, 1, 0]
    assert step.get_split_names() == ["train", "test"]


def test_the_order_of_the_splits_is_kept_where_the_step_is_stored():
    step = TimeSplit(timestamp_column="t", split_map={"z": 0.5, "a": 0.5})
    stored = StepSpec.from_json(step.to_config().to_json())
    again = TimeSplit.from_config(stored)
    assert again.get_split_names() == ["z", "a"]
    assert again.to_config() == stored
    assert divided(again, [2, 1]) == [1, 0]


@pytest.mark.parametrize("cells", [[0, 2**62], ["1970-01-01", "9999-12-31"], [0.5, 2.5]])
def test_an_end_beyond_all_times_is_an_end(cells):
    for end, found in ((1e300, [0, 0]), (-1e300, [1, 1]), (10**30, [0, 0])):
        step = TimeSplit(timestamp_column="t", until={"train": end, "test": None})
        assert divided(step, cells) == found


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "takes either split_map or until, and neither is given"),
        ({"split_map": MAP, "until": {"a": 1, "b": None}}, "and both are given"),
        ({"split_map": {"a": 0.5, "b": 0.4}}, "these sum to 0.9"),
        ({"until": {"a": None}}, "two names of splits"),
        ({"until": {"a": 1, "b": 2}}, r"until\['b'\] is 2; it must be None"),
        ({"until": {"a": "soon", "b": None}}, r"until\['a'\] is 'soon'; it must be a number, or"),
        # What is no date in a column is none here either, in any version of Python.
        ({"until": {"a": "2024-W05-1", "b": None}}, r"until\['a'\] is '2024-W05-1'"),
        ({"until": {"a": True, "b": None}}, r"until\['a'\] is True"),
        ({"until": {"a": 5, "b": 5, "c": None}}, r"until\['b'\] is 5; it must be a time after"),
        ({"until": {"a": 5, "b": "2024-01-01", "c": None}}, "either numbers or dates"),
        ({"until": {"a/b": 5, "c": None}}, "no folder name"),
        ({"timestamp_column": "", "split_map": MAP}, "timestamp_column is ''"),
    ],
)
def test_arguments_that_cannot_be(arguments, message):
    with pytest.raises(StepArgumentError, match=message):
        TimeSplit(**{"timestamp_column": "t", **arguments}).check()


def test_data_that_cannot_be():
    with pytest.raises(DataError, match="'t' has to hold times, and 'yesterday' is none"):
        divided(by_ratio(), ["2024-01-01", "yesterday"])
    with pytest.raises(DataError, match="and '2024-01-02Z' is none"):
        divided(by_ratio(), ["2024-01-01", "2024-01-02Z"])
    with pytest.raises(DataError, match="'t' has no value in any row"):
        divided(by_ratio(), [None, None])
    seconds = pa.array([[1_700_000_000.0], [1_700_000_060.0]], pa.large_list(pa.float32()))
    with pytest.raises(DataError, match=r"'t' holds numbers of 32 bits, .*, as TIMESTAMP"):
        TimeSplit(timestamp_column="t", until={"a": 1_700_000_060, "b": None}).assign(
            pa.RecordBatch.from_arrays([seconds], ["t"])
        )
    with pytest.raises(DataError, match="'u', which is not in the data"):
        TimeSplit(timestamp_column="u", until={"a": 1, "b": None}).assign(batch_of([1]))
    with pytest.raises(StepInterfaceError, match=r"call prepare\(\) before assign\(\)"):
        by_ratio().assign(batch_of([1]))
