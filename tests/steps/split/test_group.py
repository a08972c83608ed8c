"""All rows of one key on the same side."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from zenml.errors import DataError, StepArgumentError
from zenml.steps.split import GroupSplit, NoSplit

MAP = {"train": 0.6, "eval": 0.2, "test": 0.2}


def batch_of(**columns) -> pa.RecordBatch:
    arrays = [pa.array([None if c is None else [c] for c in cells]) for cells in columns.values()]
    return pa.RecordBatch.from_arrays(arrays, list(columns))


def test_a_key_is_in_one_split_whatever_its_rows_hold():
    keys = np.random.RandomState(1).randint(0, 400, 5000)
    batch = batch_of(key=keys.tolist(), x=list(range(5000)))
    step = GroupSplit(group_column="key", split_map=MAP)
    step.check()
    found = pd.DataFrame({"key": keys, "split": step.assign(batch)})
    assert (found.groupby("key")["split"].nunique() == 1).all()
    shares = found.groupby("key")["split"].first().value_counts(normalize=True).sort_index()
    assert np.allclose(shares, [0.6, 0.2, 0.2], atol=0.08)
    other = GroupSplit(group_column="key", split_map=MAP, seed=1).assign(batch)
    assert (other != found["split"]).mean() > 0.3
    alone = [step.assign(batch.slice(row, 1))[0] for row in range(50)]
    assert alone == found["split"].head(50).tolist()


def test_a_key_of_two_columns_and_rows_without_one():
    batch = batch_of(a=[1, 1, 2, None, None], b=["x", "y", "x", None, None], n=[1, 2, 3, 4, 5])
    splits = {f"s{n}": 0.01 for n in range(100)}
    both = GroupSplit(group_column=["a", "b"], split_map=splits).assign(batch)
    one = GroupSplit(group_column="a", split_map=splits).assign(batch)
    assert both[0] != both[1]
    assert one[0] == one[1]
    assert one[0] != one[2]
    assert both[3] == both[4]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"group_column": []}, r"group_column is \[\]; it must be the name of a column, or a list"),
        ({"group_column": ["a", "a"]}, "group_column"),
        ({"group_column": 3}, "group_column is 3"),
        ({"split_map": {"a": 1.0}}, "two names of splits"),
        ({"seed": 0.5}, "seed is 0.5"),
    ],
)
def test_arguments_that_cannot_be(arguments, message):
    with pytest.raises(StepArgumentError, match=message):
        GroupSplit(**{"group_column": "a", "split_map": MAP, **arguments}).check()


def test_a_column_that_is_not_there():
    with pytest.raises(DataError, match=r"GroupSplit names the column 'b', .* It has a"):
        GroupSplit(group_column=["a", "b"], split_map=MAP).assign(batch_of(a=[1]))


def test_no_split_keeps_all_rows_together():
    step = NoSplit()
    step.check()
    assert step.get_split_names() == ["nosplit"]
    assert step.assign(batch_of(a=[1, 2])).tolist() == [0, 0]


def test_zero_is_one_key_whatever_its_sign():
    splits = {f"s{n}": 0.01 for n in range(100)}
    for cells in ([0.0, -0.0], [1.5, 1.5], [float("nan"), float("nan")]):
        one, other = GroupSplit(group_column="a", split_map=splits).assign(batch_of(a=cells))
        assert one == other
