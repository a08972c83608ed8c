"""Splits by category: numbers, text, missing ones, and what they refuse."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from zenml.errors import DataError, StepArgumentError
from zenml.records.columns import BYTES, FLOAT, INT
from zenml.spec import StepSpec
from zenml.steps.split import CategoricalDomainSplit, CategoricalRatioSplit


def batch_of(cells, kind) -> pa.RecordBatch:
    lists = [None if cell is None else [cell] for cell in cells]
    return pa.RecordBatch.from_arrays([pa.array(lists, pa.large_list(kind))], ["c"])


def domain(split_map, policy="skip") -> CategoricalDomainSplit:
    step = CategoricalDomainSplit(
        categorical_column="c", split_map=split_map, unknown_category_policy=policy
    )
    step.check()
    return step


@pytest.mark.parametrize(
    ("cells", "kind", "split_map", "assigned"),
    [
        ([b"a", b"b", b"c", None], BYTES, {"x": ["a"], "y": ["b"]}, [0, 1, -1, -1]),
        ([b"a", b"", None], BYTES, {"x": ["a"], "y": [None]}, [0, -1, 1]),
        (["é".encode(), b"e"], BYTES, {"x": ["é"], "y": ["e"]}, [0, 1]),
        ([1, 2, 3, None], INT, {"x": [2, 1], "y": [3.0]}, [0, 0, 1, -1]),
        ([0, 1, 2], INT, {"x": [False], "y": [True]}, [0, 1, -1]),
        ([2**62, 2**62 + 1], INT, {"x": [2**62], "y": [2**62 + 1]}, [0, 1]),
        ([0.1, 2.0, math.nan, None], FLOAT, {"x": [0.1], "y": [2]}, [0, 1, -1, -1]),
        ([0.5, math.nan, None], FLOAT, {"x": [0.5], "y": [math.nan]}, [0, 1, 1]),
        ([None, None], BYTES, {"x": ["a"], "y": [None]}, [1, 1]),
    ],
)
def test_each_category_goes_to_its_split(cells, kind, split_map, assigned):
    assert domain(split_map).assign(batch_of(cells, kind)).tolist() == assigned


def test_unknown_categories_go_where_the_policy_says():
    batch = batch_of([b"a", b"z", None], BYTES)
    assert domain({"x": ["a"], "y": ["b"]}, "y").assign(batch).tolist() == [0, 1, 1]
    nulls = pa.RecordBatch.from_arrays([pa.nulls(2)], ["c"])
    assert domain({"x": ["a"], "y": ["b"]}, "x").assign(nulls).tolist() == [0, 0]


def test_the_penguins_by_island_are_those_of_pandas(penguins):
    frame = pd.read_csv(penguins)
    batch = batch_of([island.encode() for island in frame["island"]], BYTES)
    step = domain({"train": ["Biscoe", "Dream"], "test": ["Torgersen"]})
    assert step.assign(batch).tolist() == (frame["island"] == "Torgersen").astype(int).tolist()


def test_the_ordered_list_is_cut_by_ratio():
    def cut(count, ratios):
        step = CategoricalRatioSplit(
            categorical_column="c", categories=list(range(count)), split_ratio=ratios
        )
        step.check()
        return [len(part) for part in step.categories_of_splits().values()]

    assert cut(10, {"a": 0.7, "b": 0.2, "c": 0.1}) == [7, 2, 1]
    assert cut(100, {"a": 0.29, "b": 0.71}) == [29, 71]
    assert cut(5, {"a": 0.5, "b": 0.5}) == [2, 3]
    step = CategoricalRatioSplit(
        categorical_column="c",
        categories=["w", "x", "y", None],
        split_ratio={"train": 0.5, "test": 0.5},
        unknown_category_policy="train",
    )
    batch = batch_of([b"y", b"w", None, b"q"], BYTES)
    assert step.assign(batch).tolist() == [1, 0, 1, 0]
    assert step.get_split_names() == ["train", "test"]


@pytest.mark.parametrize(
    ("split_map", "policy", "message"),
    [
        ({}, "skip", "split_map is {}; it must be a dict of names"),
        ([["a"]], "skip", "a dict of names"),
        ({"x": "a"}, "skip", r"split_map\['x'\] is 'a'; it must be a list of one category"),
        ({"x": []}, "skip", "a list of one category or more"),
        ({"x": [["a"]]}, "skip", r"a number, a boolean, text \(a date too\) or None"),
        ({"x": ["a", "a"]}, "skip", "without repeats; 'a' is there twice"),
        ({"x": ["a"], "y": ["b", "a"]}, "skip", "'a' belongs to 'x' and 'y'"),
        ({"x": [1], "y": [True]}, "skip", "True belongs to 'x' and 'y'"),
        ({"x": [None], "y": [math.nan]}, "skip", "nan belongs to 'x' and 'y'"),
        ({"x": [b"a"]}, "skip", "a category in .* is b'a'; it must be a number, a boolean, text"),
        ({"x": [np.int64(7)]}, "skip", r"7.* \(a numpy.int64\); it must be a number"),
        ({"x": [2**70]}, "skip", r"a category in split_map\['x'\] .* a number of 64 bits"),
        ({"x": ["a"]}, "trian", "unknown_category_policy is 'trian'; it must be 'skip' or one"),
        ({"x": ["a"], "skip": ["b"]}, "skip", "a name of a split is 'skip'"),
        ({"a/b": ["a"]}, "skip", "no folder name"),
    ],
)
def test_domains_that_cannot_be(split_map, policy, message):
    with pytest.raises(StepArgumentError, match=message):
        domain(split_map, policy)


@pytest.mark.parametrize(
    ("categories", "ratio", "message"),
    [
        ("abc", {"x": 0.5, "y": 0.5}, "categories is 'abc'; it must be a list"),
        (["a", "b", "a"], {"x": 0.5, "y": 0.5}, "without repeats; 'a' is there twice"),
        (["a", "b"], {"x": 0.5, "y": 0.4}, "ratios that sum to 1; these sum to 0.9"),
        (["a", "b"], {"x": 1.0}, "two names of splits"),
        (["a", "b"], {"x": 0.4, "y": 0.6}, "leave each split a category; of 2 'x' gets none"),
    ],
)
def test_ratios_that_cannot_be(categories, ratio, message):
    step = CategoricalRatioSplit(categorical_column="c", categories=categories, split_ratio=ratio)
    with pytest.raises(StepArgumentError, match=message):
        step.check()


@pytest.mark.parametrize(
    ("split_map", "cells", "kind", "message"),
    [
        ({"x": ["1"], "y": ["2"]}, [1], INT, "'1' can be in no row: the column 'c' holds whole"),
        ({"x": [1.5], "y": [2]}, [1], INT, "1.5 can be in no row"),
        ({"x": ["1"], "y": ["2"]}, [0.5], FLOAT, "'1' can be in no row: .* holds numbers"),
        ({"x": [1e30], "y": [2]}, [1], INT, "1e[+]30 can be in no row"),
        (
            {"x": [16777216], "y": [16777217]},
            [16777216.0],
            FLOAT,
            "categories 16777216 and 16777217 are the same number, 16777216.0, in the column 'c'",
        ),
        ({"x": [1], "y": [2]}, [b"1"], BYTES, "1 can be in no row: .* holds text"),
    ],
)
def test_categories_of_another_type_than_the_column(split_map, cells, kind, message):
    with pytest.raises(StepArgumentError, match=message):
        domain(split_map).assign(batch_of(cells, kind))


def test_columns_that_cannot_be():
    step = domain({"x": ["a"]})
    other = pa.RecordBatch.from_arrays([pa.array([[1]]), pa.array([[1]])], ["cc", "b"])
    with pytest.raises(DataError, match=r"'c', which is not in the data.*'cc'\? It has b, cc"):
        step.assign(other)
    lists = pa.RecordBatch.from_arrays([pa.array([[b"a"], [b"a", b"b"]])], ["c"])
    with pytest.raises(
        DataError, match=r"one value a row of the column 'c', and .* row that has 2"
    ):
        step.assign(lists)
    with pytest.raises(StepArgumentError, match="categorical_column is 3"):
        CategoricalDomainSplit(categorical_column=3, split_map={"x": ["a"]}).check()


def test_the_order_of_the_splits_is_kept_where_the_step_is_stored():
    step = CategoricalRatioSplit(
        categorical_column="c", categories=[1, 2, 3, 4], split_ratio={"z": 0.75, "a": 0.25}
    )
    again = CategoricalRatioSplit.from_config(StepSpec.from_json(step.to_config().to_json()))
    again.check()
    assert again.categories_of_splits() == {"z": [1, 2, 3], "a": [4]}
