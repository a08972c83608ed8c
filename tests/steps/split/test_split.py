"""Splits: by content, by a user's function, and what they refuse."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from zenml.errors import StepArgumentError, StepInterfaceError
from zenml.spec import StepSpec
from zenml.steps.split import BaseSplit, BaseSplitStep, GroupSplit, RandomSplit, SplitStep


def batch_of(numbers, names=None) -> pa.RecordBatch:
    columns = {"n": pa.array([[n] for n in numbers])}
    columns["s"] = pa.array([[str(n)] for n in numbers] if names is None else names)
    return pa.RecordBatch.from_arrays(list(columns.values()), list(columns))


MAP = {"train": 0.7, "eval": 0.2, "test": 0.1}


def test_shares_are_as_asked():
    assigned = RandomSplit(split_map=MAP).assign(batch_of(range(50_000)))
    shares = np.bincount(assigned, minlength=3) / len(assigned)
    assert np.allclose(shares, [0.7, 0.2, 0.1], atol=0.01)


def test_a_row_goes_to_the_same_split_whatever_stands_around_it():
    step = RandomSplit(split_map=MAP, seed=3)
    whole = batch_of(range(1000))
    together = step.assign(whole).tolist()
    apart = [step.assign(whole.slice(n, 1))[0] for n in range(1000)]
    turned = pa.RecordBatch.from_arrays(whole.columns[::-1], whole.schema.names[::-1])
    backwards = step.assign(batch_of(range(999, -1, -1))).tolist()[::-1]
    assert together == apart == step.assign(turned).tolist() == backwards


def test_rows_that_are_alike_go_together_and_the_seed_divides_anew():
    step = RandomSplit(split_map=MAP)
    assert len(set(step.assign(batch_of([7] * 100)).tolist())) == 1
    other = RandomSplit(split_map=MAP, seed=1)
    batch = batch_of(range(1000))
    assert (step.assign(batch) != other.assign(batch)).mean() > 0.3


@pytest.mark.parametrize("kind", [RandomSplit, GroupSplit])
def test_the_order_of_the_names_does_not_count(kind):
    batch = batch_of(range(500))
    key = {"group_column": "n"} if kind is GroupSplit else {}
    step = kind(split_map=MAP, **key)
    again = kind.from_config(StepSpec.from_json(step.to_config().to_json()))

    def by_name(step):
        names = step.get_split_names()
        return [names[number] for number in step.assign(batch)]

    assert again.get_split_names() != step.get_split_names()  # the text keeps no order
    assert by_name(again) == by_name(step)


def test_the_names_keep_their_order():
    step = RandomSplit(split_map={"b": 0.5, "a": 0.5})
    assert step.get_split_names() == ["b", "a"]
    assert step.get_num_splits() == 2
    assert step.arguments["seed"] == 0
    step.check()


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ({"split_map": {}}, "split_map is {}; it must be a dict of two"),
        ({"split_map": {"train": 1.0}}, "two names"),
        ({"split_map": [0.5, 0.5]}, "two names"),
        ({"split_map": {"train": 0.7, "eval": 0.2}}, "these sum to 0.9"),
        ({"split_map": {"train": 0.7, "eval": 0.31}}, "these sum to 1.01"),
        ({"split_map": {"train": 1.5, "eval": -0.5}}, r"split_map\['train'\] is 1.5"),
        ({"split_map": {"train": 0.5, "eval": "0.5"}}, r"split_map\['eval'\] is '0.5'"),
        ({"split_map": {"train": 1.0, "eval": 0}}, r"above 0 and below 1"),
        ({"split_map": {"train": 0.5, "eval": float("nan")}}, r"split_map\['eval'\] is nan"),
        ({"split_map": {"a/b": 0.5, "eval": 0.5}}, "'a/b'.*no folder name"),
        ({"split_map": {"": 0.5, "eval": 0.5}}, "no folder name"),
        ({"split_map": {1: 0.5, "eval": 0.5}}, "of type int, not a string"),
        ({"split_map": {"a": 0.5, "b": 0.5}, "seed": "x"}, "seed is 'x'"),
    ],
)
def test_arguments_that_cannot_be(args, message):
    with pytest.raises(StepArgumentError, match=message):
        RandomSplit(**args).check()


@pytest.mark.parametrize("parts", [3, 7, 10, 11])
def test_ratios_that_only_nearly_sum_to_one_pass(parts):
    step = RandomSplit(split_map={f"s{i}": 1 / parts for i in range(parts)})
    step.check()
    assert set(step.assign(batch_of(range(5000))).tolist()) == set(range(parts))


def test_names_that_differ_in_case_alone():
    with pytest.raises(StepInterfaceError, match=r"'Train'.*twice"):
        RandomSplit(split_map={"train": 0.5, "Train": 0.5}).check()


class Parity(BaseSplit):
    def get_split_names(self):
        return ["even", "odd"]

    def partition_fn(self, element, n):
        assert n == 2
        value = element.features.feature["n"].int64_list.value
        return value[0] % n if value else -1


@pytest.mark.tf
def test_a_users_partition_function_is_asked_for_each_row():
    Parity().check()
    batch = pa.RecordBatch.from_arrays([pa.array([[1], [2], None, [5]]), pa.nulls(4)], ["n", "x"])
    assert Parity().assign(batch).tolist() == [1, 0, -1, 1]


def test_what_a_split_must_define():
    class Nameless(SplitStep):
        def partition_fn(self, element, n):
            return 0

    class Idle(BaseSplitStep):
        def get_split_names(self):
            return ["a"]

    class Empty(Parity):
        def get_split_names(self):
            return []

    with pytest.raises(StepInterfaceError, match=r"define get_split_names\(\)"):
        Nameless().check()
    with pytest.raises(StepInterfaceError, match=r"define partition_fn\(element, n\)"):
        Idle().check()
    with pytest.raises(StepInterfaceError, match="a list of one name or more"):
        Empty().check()
    with pytest.raises(StepInterfaceError, match="does not divide rows"):
        Idle().assign(batch_of([1]))


@pytest.mark.tf
def test_a_row_at_which_a_partition_function_fails_is_told_by_its_gaps():
    class First(SplitStep):
        def get_split_names(self):
            return ["a", "b"]

        def partition_fn(self, element, n):
            return element.features.feature["s"].bytes_list.value[0] > b"5"

    batch = batch_of([1, 7, 9], [[b"1"], [b"7"], None])
    assert First().assign(batch.slice(0, 2)).tolist() == [0, 1]
    told = (
        r"First.partition_fn\(\) failed at a row that has no value in 's': IndexError: list index"
    )
    with pytest.raises(StepInterfaceError, match=told) as caught:
        First().assign(batch)
    assert caught.traceback[-1].name == "partition_fn"
