"""Statistics: those of TFDV, split by split."""

from __future__ import annotations

import math
import random

import pytest

from zenml.records.tables import feature_name, read_statistics, statistics_table

pytestmark = pytest.mark.tf


def make_rows(count: int) -> list[dict]:
    chance = random.Random(1)
    return [
        {
            "i": chance.randint(-5, 1000) if n % 7 else None,
            "f": chance.gauss(3, 2) if n % 5 else None,
            "s": chance.choice(["a", "b", "größe", None]),
            "many": [n, n + 1][: n % 3],
            "same": 7,
            "flag": n % 2 == 0,
            "empty": None,
        }
        for n in range(count)
    ]


def exact(dataset):
    """The statistics without what TFDV's sketches approximate; floats to nine digits."""
    found = by_name(dataset)
    for feature in found.values():
        for histogram in feature.num_stats.histograms:
            del histogram.buckets[:]
        if feature.HasField("num_stats"):
            feature.num_stats.median = 0
            feature.num_stats.mean = float(f"{feature.num_stats.mean:.9g}")
            feature.num_stats.std_dev = float(f"{feature.num_stats.std_dev:.9g}")
    return found


def by_name(dataset):
    return {feature_name(feature): feature for feature in dataset.features}


def test_the_same_as_tfdv_gives_for_the_same_files(nodes, given):
    import tensorflow_data_validation as tfdv

    examples = nodes.data(given(make_rows(3000)))
    ours = read_statistics(nodes.statistics(examples).uri, "examples").datasets[0]
    theirs = tfdv.generate_statistics_from_tfrecord(
        f"{examples.uri}/Split-examples/data-*"
    ).datasets[0]
    assert ours.num_examples == theirs.num_examples == 3000
    medians = {n: f.num_stats.median for n, f in by_name(theirs).items()}
    assert {n: f.num_stats.median for n, f in by_name(ours).items()} == pytest.approx(
        medians, rel=0.02
    )
    assert exact(ours) == exact(theirs)


def test_many_batches_are_one_statistics(nodes, given):
    """Beyond one batch quantiles are approximate; everything counted is exact."""
    import pandas as pd

    rows = make_rows(12_000)
    made = nodes.statistics(nodes.data(given(rows)))
    found = by_name(read_statistics(made.uri, "examples").datasets[0])
    frame = pd.DataFrame(rows)
    stats = found["i"].num_stats
    assert stats.common_stats.num_missing == frame["i"].isna().sum()
    assert stats.mean == pytest.approx(frame["i"].mean())
    assert stats.std_dev == pytest.approx(frame["i"].std(ddof=0))
    assert (stats.min, stats.max) == (frame["i"].min(), frame["i"].max())
    assert stats.median == pytest.approx(frame["i"].median(), rel=0.03)
    counts = frame["s"].value_counts()
    texts = found["s"].string_stats
    assert texts.unique == 3
    assert {v.value: v.frequency for v in texts.top_values} == counts.to_dict()


@pytest.mark.filterwarnings("error")
def test_nobody_is_warned_of_infinite_numbers(nodes, given):
    rows = [{"a": number} for number in (float("inf"), float("-inf"), 1.5)]
    made = nodes.statistics(nodes.data(given(rows)))
    (row,) = statistics_table(made.uri, "examples").to_dict("records")
    assert (row["min"], row["max"], math.isnan(row["mean"])) == (-math.inf, math.inf, True)


def test_numbers_without_any_number_have_no_figures(nodes, given):
    import pandas as pd

    from zenml.client.features.statistics import features_of

    table = pd.DataFrame({"a": [1.5, 2.5], "b": [float("nan")] * 2})
    made = nodes.statistics(nodes.data(given([table])))
    row = statistics_table(made.uri, "examples").set_index("column").loc["b"]
    assert (row["present"], row["missing"]) == (0, 2)
    assert row[["mean", "min", "max", "zeros"]].isna().all()
    feature = features_of(read_statistics(made.uri, "examples"))["b"]
    assert (feature.kind, feature.rows, feature.figures) == ("number", 0, {})


def test_every_split_has_its_own(nodes, given):
    from zenml.steps.split import RandomSplit

    rows = [{k: v for k, v in row.items() if k != "empty"} for row in make_rows(1000)]
    split = nodes.split(nodes.data(given(rows)), RandomSplit(split_map={"train": 0.7, "eval": 0.3}))
    made = nodes.statistics(split)
    assert made.split_names == split.split_names
    sizes = [read_statistics(made.uri, s).datasets[0].num_examples for s in ("train", "eval")]
    assert sum(sizes) == 1000
    assert sizes[0] > sizes[1] > 0


def test_tfx_reads_them(nodes, given):
    from tfx.components.statistics_gen import stats_artifact_utils
    from tfx.components.util import tfxio_utils  # noqa: F401
    from tfx.utils import io_utils, json_utils  # noqa: F401 - what stats_artifact_utils needs

    made = nodes.statistics(nodes.data(given(make_rows(50))))
    view = stats_artifact_utils.load_statistics(made, "examples")
    assert view.proto().datasets[0].num_examples == 50


def test_a_table_for_people(nodes, given):
    made = nodes.statistics(nodes.data(given(make_rows(50))))
    table = statistics_table(made.uri, "examples").set_index("column")
    assert table.loc["i", "missing"] == 8
    assert table.loc["same", "mean"] == 7
    assert table.loc["s", "type"] == "STRING"
