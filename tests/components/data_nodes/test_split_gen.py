"""The split node: every row to one split, counted, and none lost."""

from __future__ import annotations

import io
import json
import logging
from pathlib import Path

import numpy as np
import pytest

from zenml.errors import DataError, StepInterfaceError
from zenml.records import content
from zenml.records.content import row_hashes
from zenml.steps.split import (
    BaseSplit,
    CategoricalDomainSplit,
    CategoricalRatioSplit,
    GroupSplit,
    RandomSplit,
    SplitStep,
    TimeSplit,
)

pytestmark = pytest.mark.tf

ROWS = [{"n": n, "s": str(n) if n % 4 else None} for n in range(12_000)]
MAP = {"train": 0.7, "eval": 0.2, "test": 0.1}


class Assigned(SplitStep):
    """Numbers by a function of the column `n`."""

    def get_split_names(self):
        return ["a", "b"]

    def assign(self, batch):
        n = batch.column(batch.schema.get_field_index("n")).flatten().to_numpy()
        return self.rule(n)


def assigned(rule) -> Assigned:
    step = Assigned()
    step.rule = rule
    return step


def test_each_row_is_in_one_split_as_it_was(nodes, given):
    split = nodes.split(nodes.data(given(ROWS)), RandomSplit(split_map=MAP))
    assert sorted(json.loads(split.split_names)) == ["eval", "test", "train"]
    assert split.get_string_custom_property("payload_format") == "FORMAT_TF_EXAMPLE"
    sizes = json.loads(split.get_string_custom_property("sizes"))
    found = {}
    for name in MAP:
        numbers = [cell[0] for cell in nodes.column(split, name, "n")]
        texts = nodes.column(split, name, "s")
        assert len(numbers) == sizes[name]
        assert texts == [[str(n).encode()] if n % 4 else None for n in numbers]
        assert numbers == sorted(numbers)
        found.update(dict.fromkeys(numbers, name))
    assert sorted(found) == list(range(12_000))
    assert split.get_int_custom_property("rows") == 12_000


def test_the_same_rows_in_another_order_are_split_the_same_way(nodes, given):
    step = RandomSplit(split_map=MAP, seed=5)
    one = nodes.split(nodes.data(given(ROWS[:2000])), step)
    two = nodes.split(nodes.data(given(ROWS[:2000][::-1])), step)
    for name in MAP:
        assert nodes.column(one, name, "n") == nodes.column(two, name, "n")[::-1]


def test_a_users_partition_function_with_schema_and_statistics(nodes, given):
    class Above(BaseSplit):
        def get_split_names(self):
            return ["low", "high"]

        def partition_fn(self, element, n):
            (stats,) = [
                f for f in self.statistics.datasets[0].features if "n" in (f.name, *f.path.step)
            ]
            assert {feature.name for feature in self.schema.feature} == {"n", "s"}
            value = element.features.feature["n"].int64_list.value[0]
            return -1 if value == 0 else int(value > stats.num_stats.mean)

    split = nodes.split(nodes.data(given(ROWS[:100])), Above())
    assert json.loads(split.get_string_custom_property("sizes")) == {"low": 49, "high": 50}
    assert split.get_int_custom_property("rows_dropped") == 1


def test_a_split_without_rows_is_named_and_nothing_is_left(nodes, given):
    data = nodes.data(given(ROWS[:10]))
    step = assigned(lambda n: np.where(n < 4, 0, -1))
    with pytest.raises(DataError, match="split 'b' without rows: of 10 rows, a 4, b 0, dropped 6"):
        nodes.split(data, step)
    left = [str(p) for p in Path(nodes.folder).rglob("data-*") if "Split-examples" not in str(p)]
    assert left == []


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (lambda n: n, "Assigned gave row 3 the split .*2.*; it must be a whole number from 0 to 1"),
        (lambda n: n - 2, "gave row 1 the split .*-2"),
        (lambda n: n / 2, "gave row 1 the split .*0.0"),
        (lambda n: [None] * len(n), "gave row 1 the split None"),
        (lambda n: n[:3], r"gave an array of shape \(3,\) for 10 rows"),
        (lambda n: 0, r"gave an array of shape \(\) for 10 rows"),
    ],
)
def test_numbers_that_are_no_split(nodes, given, rule, message):
    with pytest.raises(StepInterfaceError, match=message):
        nodes.split(nodes.data(given(ROWS[:10])), assigned(rule))


DOUBLED = [{"n": n, "s": str(n)} for n in [*range(100), *range(30), *range(10)]]


def told(split, name):
    return json.loads(split.get_string_custom_property(name))


def said(caplog):
    """What we say, and no package beside us."""
    return [record.getMessage() for record in caplog.records if record.name.startswith("zenml")]


def test_a_split_by_content_is_proven_disjoint_and_tells_of_duplicates(nodes, given, caplog):
    split = nodes.split(nodes.data(given(DOUBLED)), RandomSplit(split_map=MAP))
    assert split.get_int_custom_property("disjoint") == 1
    assert told(split, "shared_rows") == {}
    duplicates = told(split, "duplicates")
    assert set(duplicates) == set(MAP)
    assert sum(duplicates.values()) == 30
    assert said(caplog) == []


def test_a_split_by_content_hashes_each_row_once(nodes, given, monkeypatch):
    hashed = []

    def counted(batch, seed=0):
        hashed.append(batch.num_rows)
        return row_hashes(batch, seed)

    data = nodes.data(given(ROWS))
    monkeypatch.setattr(content, "row_hashes", counted)
    split = nodes.split(data, RandomSplit(split_map=MAP, seed=3))
    assert sum(hashed) == split.get_int_custom_property("rows") == 12_000
    assert split.get_int_custom_property("disjoint") == 1


def test_a_test_on_what_came_before_is_said(nodes, given, caplog):
    data = nodes.data(given(ROWS[:100]))
    for arguments in (
        {"split_map": {"eval": 0.1, "test": 0.1, "train": 0.8}},
        {"until": {"eval": 10, "test": 20, "train": None}},
    ):
        caplog.clear()
        nodes.split(data, TimeSplit(timestamp_column="n", **arguments))
        assert "TimeSplit puts older rows into eval and test than into train" in caplog.text
        assert f"{next(iter(arguments))} names the oldest split first" in caplog.text
    caplog.clear()
    nodes.split(data, TimeSplit(timestamp_column="n", split_map={"train": 0.5, "test": 0.5}))
    nodes.split(data, TimeSplit(timestamp_column="n", split_map={"old": 0.5, "new": 0.5}))
    assert said(caplog) == []


def test_a_comparison_says_which_of_two_splits(nodes, given):
    split = nodes.split(nodes.data(given(ROWS[:10])), assigned(lambda n: n > 3))
    assert told(split, "sizes") == {"a": 4, "b": 6}


def test_rows_in_two_splits_are_counted_and_said(nodes, given, caplog):
    data = nodes.data(given(DOUBLED))
    step = assigned(lambda n: (np.arange(len(n)) >= 100).astype(int))
    split = nodes.split(data, step)
    assert split.get_int_custom_property("disjoint") == 0
    assert told(split, "shared_rows") == {"a & b": 30}
    assert told(split, "duplicates") == {"a": 0, "b": 10}
    assert "30 rows stand in both splits a and b: what is measured on one" in caplog.text


def test_rows_in_no_split_are_said(nodes, given, caplog):
    split = nodes.split(nodes.data(given(ROWS[:10])), assigned(lambda n: n % 3 - 1))
    assert split.get_int_custom_property("rows_dropped") == 4
    assert "4 of 10 rows are in no split." in caplog.text


def test_splits_that_see_the_data_first(nodes, given):
    data = nodes.data(given(ROWS[::-1]))
    split = nodes.split(data, TimeSplit(timestamp_column="n", split_map=MAP))
    assert told(split, "sizes") == {"train": 8400, "eval": 2400, "test": 1200}
    assert nodes.column(split, "test", "n") == [[n] for n in range(11_999, 10_799, -1)]
    split = nodes.split(data, GroupSplit(group_column="s", split_map=MAP))
    without = [nodes.column(split, name, "s").count(None) for name in MAP]
    assert sorted(without) == [0, 0, 3000]
    for step in (
        TimeSplit(timestamp_column="m", split_map=MAP),
        TimeSplit(timestamp_column="m", until={"a": 1, "b": None}),
        GroupSplit(group_column=["n", "m"], split_map=MAP),
        CategoricalDomainSplit(categorical_column="m", split_map={"a": [1]}),
    ):
        with pytest.raises(DataError, match=r"names the column 'm', .* It has n, s"):
            nodes.split(data, step)


ISLANDS = [{"island": name} for name in ["Biscoe"] * 5 + ["Dream"] * 3 + ["Torgersen"] * 2 + [None]]


def test_categories_that_no_row_has_and_rows_that_are_dropped_are_said(nodes, given, caplog):
    data = nodes.data(given(ISLANDS))
    split_map = {"train": ["Bisco", "Dream"], "test": ["Torgersen"]}
    nodes.split(data, CategoricalDomainSplit(categorical_column="island", split_map=split_map))
    assert (
        "names the category 'Bisco', which stands in no row of the column 'island'. "
        "Did you mean 'Biscoe'?"
    ) in caplog.text
    assert "it does not name in the column 'island': 'Biscoe' 5, None 1." in caplog.text
    caplog.clear()
    many = {"train": ["Dream", *map(str, range(2000))], "test": ["Torgersen"]}
    nodes.split(data, CategoricalDomainSplit(categorical_column="island", split_map=many))
    assert "the categories '0', '1', '2', '3', '4' and 1,995 more, which stand" in caplog.text
    caplog.clear()
    ratio = CategoricalRatioSplit(
        categorical_column="island",
        categories=["Biscoe", "Dream", "Torgersen", None],
        split_ratio={"train": 0.5, "test": 0.5},
    )
    nodes.split(data, ratio)
    assert "names" not in caplog.text


def test_a_split_that_is_empty_says_why(nodes, given):
    data = nodes.data(given(ISLANDS))
    step = CategoricalRatioSplit(
        categorical_column="island",
        categories=["Dream", "Torgerson"],
        split_ratio={"train": 0.5, "test": 0.5},
    )
    said = r"It names the category 'Torgerson', .* Did you mean 'Torgersen'\? No split names: 'Bi"
    with pytest.raises(DataError, match=said):
        nodes.split(data, step)
    data = nodes.data(given([{"year": year} for year in [2007] * 9 + [2008]]))
    with pytest.raises(DataError, match="Rows of the same time stay together, and too many have"):
        nodes.split(data, TimeSplit(timestamp_column="year", split_map=MAP))
    until = {"train": 2010, "eval": 2011, "test": None}
    with pytest.raises(
        DataError, match=r"No row has a time from 2010 on and before 2011\. `until`"
    ):
        nodes.split(data, TimeSplit(timestamp_column="year", until=until))


def test_chance_may_leave_a_split_empty(nodes, given):
    data = nodes.data(given([{"n": n, "s": "a"} for n in range(3)]))
    split_map = {"train": 0.999, "test": 0.001}
    with pytest.raises(DataError, match="use more rows, a larger ratio for 'test', or another se"):
        nodes.split(data, RandomSplit(split_map=split_map))
    with pytest.raises(DataError, match=r"The rows of a key stay together, .* CategoricalDomainS"):
        nodes.split(data, GroupSplit(group_column="s", split_map=split_map))


def test_warnings_are_lines_without_the_name_of_a_module(nodes, given, monkeypatch):
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(logging.Formatter(logging.BASIC_FORMAT))
    monkeypatch.setattr(logging.root, "handlers", [*logging.root.handlers, handler])
    nodes.split(nodes.data(given(ROWS[:10])), assigned(lambda n: n % 3 - 1))
    assert out.getvalue() == "Warning: 4 of 10 rows are in no split.\n"
