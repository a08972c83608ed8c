"""Shares of the values of a column, of which some may not have been counted."""

from __future__ import annotations

import pytest
from tensorflow_metadata.proto.v0 import statistics_pb2

from zenml.client.features.distances import Histogram
from zenml.client.features.feature import NUMBER, TEXT, Feature
from zenml.client.features.shares import binned, counted, shares
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


def test_what_is_no_text_and_what_is_too_long_is_called_so() -> None:
    made = column(30, 3, 0, 0)
    (text,) = made.datasets[0].features
    for label in ("__BYTES_VALUE__", "__LARGE_BYTES__", "Biscoe"):
        text.string_stats.rank_histogram.buckets.add(label=label, sample_count=10)
    assert [name for name, _ in shares([features_of(made)["id"]])] == [
        "(longer than 1024 bytes)",
        "(no text)",
        "Biscoe",
    ]


def test_a_few_values_have_no_others() -> None:
    assert counted([{"a": 1, "b": 3}]) == [("b", (0.75,)), ("a", (0.25,))]
    assert counted([{"a": 1, "b": 3}], limit=1) == [("b", (0.75,)), ("(others)", (0.25,))]
    assert counted([]) == counted([{}, {}]) == []


def numbers(*buckets: tuple[float, float, float], is_whole: bool = True) -> Feature:
    return Feature("n", NUMBER, 100, 0, histogram=Histogram(buckets), is_whole=is_whole)


def test_whole_numbers_that_are_few_stand_alone() -> None:
    tenths = [(place / 10, (place + 1) / 10) for place in range(10)]
    flag = numbers(*((a, b, {0: 60, 9: 40}.get(n, 0.01)) for n, (a, b) in enumerate(tenths)))
    assert shares([flag, None]) == [
        ("0", (pytest.approx(0.6, abs=1e-3), 0.0)),
        ("1", (pytest.approx(0.4, abs=1e-3), 0.0)),
    ]
    between = numbers(*flag.histogram.buckets, is_whole=False)  # type: ignore[union-attr]
    assert [label for label, _ in shares([between])][:2] == ["0 to 0.1", "0.1 to 0.2"]


@pytest.mark.parametrize(
    ("buckets", "labels"),
    [
        ([(1000.01, 1000.01), (1000.02, 1000.02)], ["1000.01", "1000.02"]),
        ([(0.1, 0.1), (0.25, 0.25)], ["0.1", "0.25"]),
        ([(1e15, 1e15), (1e15 + 1, 1e15 + 1)], ["1000000000000000", "1000000000000001"]),
        ([(1000.01, 1000.02), (1000.02, 1000.03)], ["1000.01 to 1000.02", "1000.02 to 1000.03"]),
        ([(1000.01, 1000.02)], ["1000.01 to 1000.02"]),
        ([(123456.0, 234567.0)], ["1.235e+05 to 2.346e+05"]),
    ],
)
def test_names_have_the_digits_that_tell_them_apart(
    buckets: list[tuple[float, float]], labels: list[str]
) -> None:
    histogram = Histogram(tuple((low, high, 1.0) for low, high in buckets))
    assert [label for label, _ in binned([histogram])] == labels


def test_a_whole_number_at_the_end_of_a_range() -> None:
    halves = numbers((1.0, 1.5, 10), (1.5, 2.0, 20), (2.0, 2.5, 1), (2.5, 3.0, 9))
    assert shares([halves]) == [("1", (0.25,)), ("2", (0.525,)), ("3", (0.225,))]
    wide = numbers((0.0, 5.0, 10), (5.0, 10.0, 10))
    assert shares([wide]) == [("0 to 5", (0.5,)), ("5 to 10", (0.5,))]
    both = shares([halves, wide])
    assert len(both) == 12
    assert [sum(column) for column in zip(*(row for _, row in both), strict=True)] == [
        pytest.approx(1),
        pytest.approx(1),
    ]


def test_numbers_in_ranges() -> None:
    assert binned([]) == binned([None]) == binned([Histogram(())]) == []
    one = Histogram(((2.0, 2.0, 3.0),))
    assert binned([one]) == [("2", (1.0,))]
    assert binned([Histogram(((2.5, 2.5, 3.0), (9.0, float("inf"), 1.0)))]) == [("2.5", (0.75,))]
    apart = binned([Histogram(((0.0, 1.0, 4.0),)), Histogram(((1.0, 3.0, 4.0),))], bins=3)
    assert [label for label, _ in apart] == ["0 to 1", "1 to 2", "2 to 3"]
    assert [values for _, values in apart] == [(1.0, 0.0), (0.0, 0.5), (0.0, 0.5)]
    points = Histogram(tuple((float(n), float(n), 1.0) for n in range(30)))
    assert len(binned([points])) == 12
    assert sum(values[0] for _, values in binned([points])) == pytest.approx(1)


def test_a_column_of_numbers_that_one_split_does_not_have() -> None:
    without = Feature("n", TEXT, 0, 50)
    assert shares([without, numbers((1.0, 1.0, 100)), None]) == [("1", (0.0, 1.0, 0.0))]
    assert shares([without]) == []
