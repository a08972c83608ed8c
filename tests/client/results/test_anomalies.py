"""What in a split is not as in the rows that were trained on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from google.protobuf import text_format
from tensorflow_metadata.proto.v0 import schema_pb2, statistics_pb2

from zenml.errors import ResultNotFoundError

pytestmark = pytest.mark.tf

STRING, INT = statistics_pb2.FeatureNameStatistics.STRING, statistics_pb2.FeatureNameStatistics.INT


def rows_of(folder: Path, split: str, texts: dict[str, dict[str, int]], count: int | None) -> None:
    made = statistics_pb2.DatasetFeatureStatisticsList()
    rows = max(sum(values.values()) for values in texts.values())
    dataset = made.datasets.add(num_examples=rows)
    for name, values in texts.items():
        feature = dataset.features.add(type=STRING)
        feature.path.step.append(name)
        common = feature.string_stats.common_stats
        common.num_non_missing = common.tot_num_values = sum(values.values())
        common.min_num_values = common.max_num_values = 1
        feature.string_stats.unique = len(values)
        for value, number in values.items():
            feature.string_stats.rank_histogram.buckets.add(label=value, sample_count=number)
    if count is not None:
        feature = dataset.features.add(type=INT)
        feature.path.step.append("year")
        common = feature.num_stats.common_stats
        common.num_non_missing, common.min_num_values, common.max_num_values = rows, 1, 1
        histogram = feature.num_stats.histograms.add()
        histogram.buckets.add(low_value=count, high_value=count + 1, sample_count=rows)
    (folder / f"Split-{split}").mkdir()
    (folder / f"Split-{split}" / "FeatureStats.pb").write_bytes(made.SerializeToString())


@pytest.fixture
def judged(training: Any, pipeline: Any) -> Any:
    """Islands and years; the split `eval` has an island more and no year."""
    training.begin("monday")
    folder = training.made("monday", "split_statistics", "ExampleStatistics")
    rows_of(folder, "train", {"island": {"Biscoe": 60, "Dream": 40}}, 2007)
    rows_of(folder, "eval", {"island": {"Biscoe": 10, "Torgersen": 10}}, None)
    rows_of(folder, "test", {"island": {"Biscoe": 12, "Dream": 8}}, 2009)
    schema = schema_pb2.Schema()
    schema.feature.add(name="year", type=schema_pb2.INT)
    file = training.made("monday", "split_schema", "Schema") / "schema.pbtxt"
    file.write_text(text_format.MessageToString(schema))
    training.recorder.end("monday")
    return pipeline(), file


def test_new_values_and_missing_columns(judged: Any) -> None:
    pipeline, _ = judged
    found = pipeline.view_anomalies().set_index("column")["anomaly"]
    assert found["year"] == "Column dropped"
    assert found["island"] == "Unexpected string values"
    assert "anomalies-eval.html" in pipeline.view_anomalies().attrs["page"]
    assert "Torgersen" in pipeline.view_anomalies()["description"].str.cat()
    assert list(pipeline.view_anomalies("test")["column"]) == []  # no rows, all columns
    assert len(pipeline.view_anomalies("train")) == 0


def test_a_distance_to_the_training_rows(judged: Any) -> None:
    pipeline, file = judged
    found = pipeline.view_anomalies("test", drift=0.1)
    assert list(found["column"]) == ["year"]
    assert found.equals(pipeline.view_anomalies("test", drift=np.float32(0.1)))
    assert found["anomaly"][0].endswith("Jensen-Shannon divergence between test and train")
    assert len(pipeline.view_anomalies("test", drift=1.0)) == 0
    # What a schema says of a column counts without being asked for.
    schema = text_format.Parse(file.read_text(), schema_pb2.Schema())
    schema.feature[0].drift_comparator.jensen_shannon_divergence.threshold = 0.2
    file.write_text(text_format.MessageToString(schema))
    assert list(pipeline.view_anomalies("test")["column"]) == ["year"]


def test_each_of_several_training_splits_is_compared(judged: Any) -> None:
    from zenml.client.results.anomalies import find_anomalies
    from zenml.client.results.statistics import SplitStatistics

    pipeline, file = judged
    folder = Path(*pipeline.get_artifacts_uri_by_component("split_statistics"))
    rows_of(folder, "more", {"island": {"Biscoe": 12, "Dream": 8}}, 2009)
    rows_of(folder, "late", {"island": {"Biscoe": 10, "Torgersen": 10, "Dream": 5}}, 2009)
    statistics, schema = SplitStatistics(str(folder)), str(file.parent)
    found = find_anomalies(statistics, "test", ("more", "train"), schema, {}, drift=0.1)
    assert [row["column"] for row in found.found] == ["year"]
    assert found.found[0]["description"].count("between test and train") == 1
    assert {(row["column"], row["against"]) for row in found.distances} == {
        (column, split) for column in ("island", "year") for split in ("more", "train")
    }
    found = find_anomalies(statistics, "late", ("train", "more"), schema, {})
    assert [row["anomaly"] for row in found.found] == ["Unexpected string values"]


def test_a_column_without_a_value_in_the_training_rows(judged: Any) -> None:
    pipeline, _ = judged
    statistics = Path(*pipeline.get_artifacts_uri_by_component("split_statistics"))
    file = statistics / "Split-train" / "FeatureStats.pb"
    made = statistics_pb2.DatasetFeatureStatisticsList.FromString(file.read_bytes())
    year = made.datasets[0].features[1].num_stats
    year.common_stats.num_missing, year.common_stats.num_non_missing = 100, 0
    del year.histograms[:]
    file.write_bytes(made.SerializeToString())
    assert len(pipeline.view_anomalies("test")) == 0


def test_a_split_or_a_distance_that_cannot_be(judged: Any) -> None:
    pipeline, _ = judged
    with pytest.raises(ResultNotFoundError, match="'evla'; there are those of train, eval, test"):
        pipeline.view_anomalies("evla")
    for wrong in (-0.1, 2, True, "0.1", float("nan")):
        with pytest.raises(ResultNotFoundError, match="a number from 0 to 1"):
            pipeline.view_anomalies("test", drift=wrong)
