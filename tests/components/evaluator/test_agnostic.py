"""AgnosticEvaluator: TFMAEvaluator's numbers, from what the trainer predicted."""

from __future__ import annotations

import json
import math
import os

import pytest

from zenml.errors import DataError
from zenml.steps.evaluator import AgnosticEvaluator, TFMAEvaluator

pytestmark = pytest.mark.tf


def numbers(folder, name="metrics.json"):
    with open(os.path.join(folder, name), encoding="utf-8") as file:
        return json.load(file)


def flat(found):
    slices = {str(entry["slice"]): entry["metrics"] for entry in found["slices"]}
    every = {"overall": found["overall"], **slices}
    return {(where, name): value for where, each in every.items() for name, value in each.items()}


PLOT = "score_distribution_plot"
CASES = {
    "binary": (
        "sex",
        [["island"], ["tags"]],
        ["accuracy", "auc", "f1_score", "hinge"],
    ),
    "one_hot": ("species", [["island"]], ["accuracy", "categorical_crossentropy", "auc"]),
    "sparse": ("digit", [["ink"]], ["accuracy", "sparse_categorical_crossentropy"]),
    "regression": ("progression", [["sex"]], ["mse", "mae", "squared_pearson_correlation"]),
}


@pytest.mark.parametrize("name", CASES)
def test_the_numbers_are_those_of_the_model(name, run, tested, request):
    label, slices, metrics = CASES[name]
    case = request.getfixturevalue(f"{name}_case")
    theirs, _ = run(TFMAEvaluator(metrics={label: metrics}, slices=slices), case)
    step = AgnosticEvaluator(
        label_key=f"{label}_xl", prediction_key=label, slices=slices, metrics=metrics
    )
    step.check()
    ours, _ = run(step, case, model="nowhere", test_results=tested(case, label), name="agnostic")
    assert numbers(ours)["rows"] == numbers(theirs)["rows"]
    ours_flat, theirs_flat = flat(numbers(ours)), flat(numbers(theirs))
    assert set(ours_flat) == set(theirs_flat)
    assert len(ours_flat) > len(metrics)
    for key, value in theirs_flat.items():
        assert math.isclose(ours_flat[key], value, rel_tol=1e-6, abs_tol=1e-6), key
    left, right = numbers(ours, "curves.json"), numbers(theirs, "curves.json")
    assert left["outputs"][""]["kind"] == right["outputs"][""]["kind"]
    assert left["splits"] == ["test"]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("binary", {"accuracy", "auc", "precision", "recall", "binary_crossentropy"}),
        ("one_hot", {"accuracy", "categorical_crossentropy"}),
        ("sparse", {"accuracy", "sparse_categorical_crossentropy"}),
        (
            "regression",
            {"mean_absolute_error", "mean_squared_error", "mean_label", "mean_prediction"},
        ),
    ],
)
def test_the_usual_metrics(name, wanted, run, tested, request):
    label = CASES[name][0]
    case = request.getfixturevalue(f"{name}_case")
    step = AgnosticEvaluator(label_key=label, prediction_key=f"{label}_o")
    folder, _ = run(step, case, test_results=tested(case, label))
    assert set(numbers(folder)["overall"]) == {*wanted, "example_count"}


def test_thresholds_add_to_the_usual_metrics(run, tested, binary_case):
    by_island = {"by": "island", "min": 0.5}
    bounds = {"f1_score": {"min": 0.99}, "accuracy": {"min": 0.5, "slices": by_island}}
    step = AgnosticEvaluator(label_key="sex", prediction_key="sex", thresholds=bounds)
    step.check()
    folder, blessing = run(step, binary_case, test_results=tested(binary_case, "sex"))
    assert {"f1_score", "auc", "accuracy"} <= set(numbers(folder)["overall"])
    reason = blessing.get_string_custom_property("reason")
    assert reason.startswith("not blessed: f1_score for all rows is 0.7")
    assert "accuracy" not in reason


def test_what_tfma_computes_row_by_row_needs_no_model_either(run, tested, binary_case):
    """Also a prediction column that is named otherwise."""
    step = AgnosticEvaluator(
        label_key="sex", prediction_key="score", metrics=["auc", {"ndcg": {"gain_key": "weight"}}]
    )
    with pytest.raises(DataError, match=r"NDCG.*query_key"):
        run(step, binary_case, test_results=tested(binary_case, "sex", "score"))
    step = AgnosticEvaluator(label_key="sex", prediction_key="score", metrics=["auc", PLOT])
    folder, _ = run(step, binary_case, test_results=tested(binary_case, "sex", "score"))
    assert set(numbers(folder)["overall"]) == {"auc"}
    import tensorflow_model_analysis as tfma

    (plots,) = tfma.load_plots(folder)
    assert plots.plot_keys_and_values


def test_a_prediction_that_is_not_there_names_the_columns(run, tested, binary_case):
    step = AgnosticEvaluator(label_key="sex", prediction_key="gender")
    with pytest.raises(DataError, match=r"prediction is the column 'gender_o'.*sex_o"):
        run(step, binary_case, test_results=tested(binary_case, "sex"))


def test_without_test_results(run, binary_case):
    step = AgnosticEvaluator(label_key="sex", prediction_key="sex")
    with pytest.raises(DataError, match="needs the input 'test_results'"):
        run(step, binary_case)


def test_predictions_of_text_are_refused(run, binary_case):
    step = AgnosticEvaluator(label_key="sex", prediction_key="island")
    with pytest.raises(DataError, match=r"the prediction 'island' is text, .* chance of each"):
        run(step, binary_case, test_results=binary_case.examples)
