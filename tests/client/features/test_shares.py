"""Shares of the values of a column, of which some may not have been counted."""

from __future__ import annotations

import pytest
from tensorflow_metadata.proto.v0 import statistics_pb2

from zenml.client.features.shares import counted, shares
from zenml.client.features.statistics import features_of


def column(
    rows: int, unique: int, each: int, recorded: int
) -> statistics_pb2.DatasetFeatureStatisticsList:
    """Statistics of a text column; only `recorded` of its values are in the histogram."""
    made = statistics_pb2.DatasetFeatureStatisticsList()
    feature = made.datasets.add(num_examples=rows).features.add(
        name="id", type=statistics_pb2.FeatureNameStatistics.STRING
    )
    texts = feature.string_stats
    texts.common_stats.num_non_missing = texts.common_stats.tot_num_values = rows
    texts.unique = unique
    for number in range(recorded):
        texts.rank_histogram.buckets.add(label=f"id-{number:05}", sample_count=each)
    return made


def test_values_that_were_not_recorded_count_too() -> None:
    feature = features_of(column(20_000, 5_000, 4, 1_000))["id"]
    rows = shares([feature, None])
    assert rows[0] == ("id-00000 (approximate)", (0.0002, 0.0))
    assert len(rows) == 9
    assert rows[-1][0] == "(others) (approximate)"
    assert rows[-1][1] == (pytest.approx(1 - 8 * 0.0002), 0.0)


def test_only_what_is_estimated_says_so() -> None:
    feature = features_of(column(4_080, 1_020, 4, 1_000))["id"]
    assert shares([feature])[0] == ("id-00000", (pytest.approx(1 / 1_020),))


def test_a_few_values_have_no_others() -> None:
    assert counted([{"a": 1, "b": 3}]) == [("b", (0.75,)), ("a", (0.25,))]
    assert counted([{"a": 1, "b": 3}], limit=1) == [("b", (0.75,)), ("(others)", (0.25,))]
    assert counted([]) == counted([{}, {}]) == []
