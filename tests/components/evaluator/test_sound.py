"""What labels and predictions are: of all rows; what no metric is true of is one sentence."""

from __future__ import annotations

import json
import os
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest

from zenml.errors import DataError
from zenml.steps.evaluator import AgnosticEvaluator, TFMAEvaluator

pytestmark = pytest.mark.tf


@pytest.fixture
def evaluated(run, tmp_path):
    """Evaluates labels and predictions of `y`."""

    def evaluated(labels, predictions, **arguments):
        from tensorflow_metadata.proto.v0 import schema_pb2

        from zenml.records import RecordWriter

        kind = pa.int64() if np.asarray(labels).dtype.kind == "i" else pa.float32()
        scores = np.asarray(predictions, np.float32).reshape(len(labels), -1)
        columns = {
            "y_xl": pa.array([[one] for one in labels], pa.large_list(kind)),
            "y_o": pa.array(list(scores), pa.large_list(pa.float32())),
        }
        with RecordWriter(tmp_path / "rows" / "Split-test") as writer:
            writer.write(pa.RecordBatch.from_arrays(list(columns.values()), list(columns)))
        (tmp_path / "schema").mkdir()
        schema = schema_pb2.Schema(feature=[schema_pb2.Feature(name="y")])
        (tmp_path / "schema" / "schema.pbtxt").write_text(str(schema))
        rows = tmp_path / "rows"
        case = SimpleNamespace(examples=rows, model="nowhere", schema=tmp_path / "schema")
        step = AgnosticEvaluator(label_key="y", prediction_key="y", **arguments)
        step.check()
        return run(step, case, test_results=rows)[0]

    return evaluated


@pytest.mark.parametrize("metrics", [["mean_squared_error"], ["accuracy"], ["example_count"], None])
@pytest.mark.parametrize("width", [1, 3])
def test_a_model_that_predicts_nan(evaluated, metrics, width):
    """Whatever the metric: some leave NaN out, or take it for class 0."""
    predictions = np.full((6000, width), 0.25)
    predictions[:90] = np.nan
    predictions[5500, -1] = np.nan
    with pytest.raises(DataError, match=r"predicts NaN of y_xl in 91 of 6,000 rows"):
        evaluated(np.zeros(6000, int), predictions, metrics=metrics)


def test_also_where_tfma_computes_row_by_row(evaluated):
    predictions = np.full((50, 1), np.nan)
    with pytest.raises(DataError, match="predicts NaN of y_xl in 50 of 50 rows"):
        evaluated(np.zeros(50, np.float32), predictions, metrics=["exact_match"])


def test_a_saved_model_that_predicts_nan(run, binary_case, tmp_path):
    from tests.components.evaluator.conftest import save_model

    save_model(tmp_path / "model", np.full((3, 1), np.nan), "sigmoid", "sex_o", 2)
    binary_case = SimpleNamespace(
        examples=binary_case.examples, model=tmp_path / "model", schema=binary_case.schema
    )
    with pytest.raises(DataError, match="predicts NaN of sex_xl in 333 of 333 rows"):
        run(TFMAEvaluator(metrics={"sex": ["accuracy"]}), binary_case)


@pytest.mark.parametrize("metrics", [["accuracy"], None])
def test_labels_beyond_the_classes(evaluated, metrics):
    labels = np.r_[np.full(10, 7), np.full(5, 4), np.zeros(85, int)]
    with pytest.raises(DataError, match=r"in 15 of 100 rows, e\.g\. 7.*at least 8 output") as info:
        evaluated(labels, np.eye(3)[np.zeros(100, int)], metrics=metrics)
    assert len(str(info.value)) < 300


def test_labels_below_the_classes(evaluated):
    with pytest.raises(DataError, match=r"in 2 of 4 rows, e\.g\. -5.*Number the classes from 0"):
        evaluated(np.array([-5, 0, 1, -2]), np.eye(4), metrics=["accuracy"])


def test_classes_that_training_never_saw(evaluated):
    labels = np.r_[np.full(10, -1), np.zeros(90, int)]
    predictions = np.eye(3)[np.zeros(100, int)]
    with pytest.raises(DataError, match=r"of 10 of 100 rows is -1, .*leave the metric out") as info:
        evaluated(labels, predictions)
    assert len(str(info.value)) < 300


def told(folder, name):
    with open(os.path.join(folder, name), encoding="utf-8") as file:
        return json.load(file)


@pytest.mark.parametrize("metrics", [None, ["exact_match"]])
def test_counts_that_are_sorted_are_a_measure(evaluated, metrics):
    """The first rows alone look like two classes."""
    labels = np.r_[np.zeros(5000, int), np.arange(1000)]
    folder = evaluated(labels, np.r_[np.full(5000, 0.2), np.arange(1000) + 0.5], metrics=metrics)
    drawn = told(folder, "curves.json")["outputs"][""]
    assert drawn["kind"] == "regression"
    assert sum(drawn["residuals"]["count"]) == 6000
    if metrics is None:
        found = told(folder, "metrics.json")["overall"]
        assert found["mean_squared_error"] == pytest.approx((5000 * 0.04 + 1000 * 0.25) / 6000)
        assert "accuracy" not in found


def test_two_classes_that_are_sorted_stay_two(evaluated):
    labels = np.r_[np.zeros(5500, int), np.ones(500, int)]
    folder = evaluated(labels, labels * 0.6 + 0.2)
    assert told(folder, "curves.json")["outputs"][""]["kind"] == "binary"
    assert told(folder, "metrics.json")["overall"]["auc"] == 1.0
