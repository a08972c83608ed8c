"""How far distributions are apart."""

from __future__ import annotations

import math

import pytest

from zenml.client.features.distances import Histogram, jensen_shannon, l_infinity


def test_shares_are_compared_and_not_counts() -> None:
    assert l_infinity({"a": 1, "b": 3}, {"a": 10, "b": 30}) == ("b", 0.0)
    assert l_infinity({"a": 1, "b": 1}, {"a": 1}) == ("b", 0.5)
    assert l_infinity({}, {"a": 1}) == ("a", 1.0)
    assert l_infinity({}, {}) == ("", 0.0)


def test_equal_histograms_with_other_buckets_are_not_apart() -> None:
    wide = Histogram(((0.0, 4.0, 8.0),))
    narrow = Histogram(((0.0, 1.0, 20.0), (1.0, 2.0, 20.0), (2.0, 4.0, 40.0)))
    assert jensen_shannon(wide, narrow) == pytest.approx(0.0, abs=1e-12)


def test_what_has_nothing_in_common_is_a_whole_bit_apart() -> None:
    assert jensen_shannon(Histogram(((0, 1, 3),)), Histogram(((1, 2, 9),))) == 1.0
    assert jensen_shannon(Histogram(((5, 5, 3),)), Histogram(((6, 6, 9),))) == 1.0


def test_values_that_are_one_point_and_values_that_are_infinite() -> None:
    one, other = Histogram(((0, 0, 1), (0, 1, 1))), Histogram(((0, 0, 2), (0, 1, 2)))
    assert jensen_shannon(one, other) == 0.0
    infinite = Histogram(((0, 1, 1), (1, math.inf, 1)))
    assert jensen_shannon(infinite, infinite) == 0.5  # as TFDV has it


def test_nothing_is_no_distribution() -> None:
    assert jensen_shannon(Histogram(()), Histogram(((0, 1, 3),))) is None
    assert jensen_shannon(Histogram(((0, 1, 0),)), Histogram(((0, 1, 3),))) is None


@pytest.mark.tf
def test_they_are_the_distances_of_tfdv() -> None:
    import numpy as np
    import pyarrow as pa
    import tensorflow_data_validation as tfdv

    from zenml.client.comparison.features import compare_feature
    from zenml.client.features.statistics import features_of
    from zenml.components.statistics_gen.executor import compute_statistics

    def statistics(seed: int, shift: float) -> object:
        random = np.random.default_rng(seed)
        normal = random.normal(shift, 1, 500)
        columns = {
            "normal": [[value] for value in normal],
            "whole": [[int(value)] for value in normal * 3],
            "constant": [[shift]] * 500,
            "gaps": [[value] if value > shift else None for value in normal],
            "island": [[name] for name in random.choice([b"x", b"y", b"z"], 500)],
            "with_nan": [[float("nan")] if value > 1 else [value] for value in normal],
        }
        return compute_statistics([pa.RecordBatch.from_pydict(columns)])

    old, new = statistics(1, 0.0), statistics(2, 0.7)
    schema = tfdv.infer_schema(old)
    for feature in schema.feature:
        measured = feature.drift_comparator
        if feature.name == "island":
            measured.infinity_norm.threshold = 0.0
        else:
            measured.jensen_shannon_divergence.threshold = 0.0
    found = tfdv.validate_statistics(new, schema, previous_statistics=old)
    theirs = {
        info.path.step[0]: info.drift_measurements[0].value
        for info in found.drift_skew_info
        if info.drift_measurements
    }
    ours = features_of(old), features_of(new)
    assert set(theirs) == set(ours[0])
    for name, value in theirs.items():
        drift = compare_feature(ours[0][name], ours[1][name]).drift
        assert drift == pytest.approx(value, abs=1e-6), name
