"""Parity: rows through the served model against what it predicted in the test."""

from __future__ import annotations

import json
import os

import numpy as np
import pytest

from zenml.errors import DataError
from zenml.models.trained_model import TrainedModel
from zenml.steps.evaluator import TFMAEvaluator

pytestmark = pytest.mark.tf


def evaluator(**kwargs):
    step = TFMAEvaluator(metrics={"sex": ["auc"]}, **kwargs)
    step.check()
    return step


def told(folder):
    with open(os.path.join(folder, "parity.json"), encoding="utf-8") as file:
        return json.load(file)


@pytest.mark.parametrize("kept", [True, False])
def test_a_model_that_is_served_as_it_was_tested(run, tested, binary_case, kept):
    more = {"test_results": tested(binary_case, "sex")} if kept else {}
    folder, blessing = run(
        evaluator(parity=True), binary_case, raw_examples=binary_case.examples, **more
    )
    assert blessing.get_int_custom_property("blessed") == 1
    found = told(folder)
    assert found["passed"]
    assert (found["rows"], found["rows_failed"]) == (333, 0)
    assert found["largest_difference"] <= 1e-6


def test_one_row_that_is_served_otherwise_is_found(run, tested, binary_case):
    wrong = np.zeros((333, 1), np.float32)
    wrong[217] = 0.25
    results = tested(binary_case, "sex", wrong=wrong)
    more = {"raw_examples": binary_case.examples, "test_results": results}
    folder, blessing = run(evaluator(parity=True), binary_case, **more)
    found = told(folder)
    assert not found["passed"]
    assert found["rows_failed"] == 1
    assert found["largest_difference"] == pytest.approx(0.25)
    worst = found["worst"]
    assert (worst["split"], worst["row"], worst["output"]) == ("test", 217, "sex_o")
    assert worst["columns"]["island"] in ("Biscoe", "Dream", "Torgersen")
    assert worst["tested"] - worst["served"] == pytest.approx(0.25)
    reason = blessing.get_string_custom_property("reason")
    assert reason.startswith("not blessed: parity: 1 of 333 rows are served other predictions")
    assert "Worst is row 217 of split test" in reason
    folder, blessing = run(evaluator(parity=True, parity_tolerance=0.3), binary_case, **more)
    assert blessing.get_int_custom_property("blessed") == 1
    assert told(folder)["largest_difference"] == pytest.approx(0.25)


def test_a_sample_is_the_same_each_time(run, tested, binary_case):
    wrong = np.random.default_rng(1).uniform(0.1, 0.9, (333, 1)).astype(np.float32)
    results = tested(binary_case, "sex", wrong=wrong)
    more = {"raw_examples": binary_case.examples, "test_results": results}
    found = [told(run(evaluator(parity=20), binary_case, **more)[0]) for _ in range(2)]
    assert found[0] == found[1]
    assert found[0]["rows"] == found[0]["rows_failed"] == 20


def test_a_prediction_that_is_no_number_is_no_parity(run, tested, binary_case):
    wrong = np.zeros((333, 1), np.float32)
    wrong[3] = np.nan
    results = tested(binary_case, "sex", wrong=wrong)
    more = {"raw_examples": binary_case.examples, "test_results": results}
    folder, blessing = run(evaluator(parity=True), binary_case, **more)
    assert blessing.get_int_custom_property("blessed") == 0
    assert told(folder)["worst"]["tested"] == "nan"


def test_other_rows_are_refused(run, binary_case, two_outputs_case):
    with pytest.raises(DataError, match="before and after the preprocesser are not the same"):
        run(evaluator(parity=True), binary_case, raw_examples=two_outputs_case.examples)
    with pytest.raises(DataError, match="needs the input 'raw_examples'"):
        run(evaluator(parity=True), binary_case)


def test_outputs_of_other_names_are_named(run, tested, binary_case):
    results = tested(binary_case, "sex", "score")
    with pytest.raises(DataError, match=r"gives sex_o, .* no column of such a name"):
        run(
            evaluator(parity=True),
            binary_case,
            raw_examples=binary_case.examples,
            test_results=results,
        )


def test_a_sample_is_served_in_another_batch_than_it_was_tested_in(
    run, tested, binary_case, monkeypatch
):
    """Sums of float32 come out otherwise by the size of the batch, on some processors by much."""
    from zenml.models import TrainedModel

    for name in ("predict", "predict_transformed"):
        whole = getattr(TrainedModel, name)

        def by_size(model, rows, whole=whole):
            found = whole(model, rows)
            return {output: values + len(rows) * 1e-4 for output, values in found.items()}

        monkeypatch.setattr(TrainedModel, name, by_size)
    more = {"raw_examples": binary_case.examples, "test_results": tested(binary_case, "sex")}
    folder, blessing = run(evaluator(parity=20), binary_case, **more)
    assert blessing.get_int_custom_property("blessed") == 1
    assert told(folder)["largest_difference"] <= 1e-6


def test_a_sample_of_a_model_that_takes_raw_rows_only(run, tested, binary_case, monkeypatch):
    from zenml.models import TrainedModel

    more = {"raw_examples": binary_case.examples, "test_results": tested(binary_case, "sex")}

    def refuse(model, rows):
        raise DataError("It takes raw rows.")

    monkeypatch.setattr(TrainedModel, "predict_transformed", refuse)
    folder, _ = run(evaluator(parity=20), binary_case, **more)
    assert told(folder)["rows"] == 20


@pytest.mark.parametrize("rows", [True, 20])
def test_an_output_that_the_test_did_not_keep_is_named(run, tested, binary_case, monkeypatch, rows):
    from zenml.models import TrainedModel

    more = {"raw_examples": binary_case.examples, "test_results": tested(binary_case, "sex")}
    whole = TrainedModel.predict

    def of_two(model, examples):
        found = whole(model, examples)
        return {**found, "age_o": next(iter(found.values()))}

    monkeypatch.setattr(TrainedModel, "predict", of_two)
    with pytest.raises(DataError, match=r"gives age_o, sex_o, .* a name for age_o, so parity"):
        run(evaluator(parity=rows), binary_case, **more)
    more.pop("test_results")
    with pytest.raises(DataError, match=r"gives age_o, sex_o of rows as they were read, and sex_o"):
        run(evaluator(parity=rows), binary_case, **more)


@pytest.mark.parametrize("parity", [True, 20])
def test_large_rows_are_predicted_in_the_batches_of_the_test(
    run, tested, binary_case, monkeypatch, parity
):
    monkeypatch.setattr("zenml.records.framing._CHUNK", 2_000)
    monkeypatch.setattr("zenml.records.reader.BATCH_BYTES", 10_000)
    seen = {"predict": [], "predict_transformed": []}
    for name, sizes in seen.items():
        before = getattr(TrainedModel, name)

        def predict(model, rows, before=before, sizes=sizes):
            sizes.append(len(rows))
            return before(model, rows)

        monkeypatch.setattr(TrainedModel, name, predict)
    results = tested(binary_case, "sex")
    in_the_test = list(seen["predict_transformed"])
    assert sum(in_the_test) == 333
    assert max(in_the_test) < 100
    seen["predict_transformed"].clear()
    more = {"raw_examples": binary_case.examples, "test_results": results}
    folder, _ = run(evaluator(parity=parity), binary_case, **more)
    assert told(folder)["rows_failed"] == 0
    again = seen["predict" if parity is True else "predict_transformed"]
    # Of a sample, the whole batches that its rows stood in are predicted besides itself.
    whole = set(again) - {1, parity}
    assert whole
    assert whole <= set(in_the_test)
    assert again == in_the_test or parity == 20
