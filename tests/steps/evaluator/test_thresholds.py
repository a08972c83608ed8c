"""Thresholds: what is refused before anything is trained, and what TFMA is asked for."""

from __future__ import annotations

from typing import Any

import pytest

from zenml.errors import StepArgumentError
from zenml.steps.evaluator import AgnosticEvaluator, EvaluatorStep, TFMAEvaluator


def evaluator(bounds: Any, slices: Any = None, **kwargs: Any) -> TFMAEvaluator:
    given = {"late": {"auc": bounds}}
    return TFMAEvaluator(metrics={"late": ["auc"]}, slices=slices, thresholds=given, **kwargs)


@pytest.mark.parametrize(
    ("bounds", "slices", "says"),
    [
        (0.7, None, "thresholds['late']['auc'] is 0.7; it must be a mapping, e.g. {'min': 0.7}"),
        ({}, None, "a mapping, e.g."),
        ({"minimum": 0.7}, None, "a mapping with min, max, min_change"),
        ({"min_chnage": 0.7}, None, "Did you mean 'min_change'"),
        ({"min": "high"}, None, "['auc']['min'] is 'high'; it must be a number"),
        ({"min": True}, None, "it must be a number"),
        ({"min": float("nan")}, None, "it must be a number"),
        ({"min": 0.9, "max": 0.1}, None, "'min' is not above its 'max'"),
        ({"min_change": 0, "max_change": 0}, None, "not both"),
        ({"slices": {"min": 0.5}}, None, "there are no slices"),
        ({"slices": {"by": ["carrier"]}}, None, "with one of min, max"),
        ({"slices": {"by": [], "min": 1}}, None, "a list of columns"),
        ({"slices": {"where": "UA", "min": 1}}, None, "{'carrier': 'UA'}"),
        ({"slices": {"by": "a", "where": {"a": 1}, "min": 1}}, None, "not both"),
        ({"slices": []}, [["a"]], "or a list of such"),
        ({"slices": {"slices": {"min": 1}}}, [["a"]], "a mapping with min"),
    ],
)
def test_wrong_bounds_are_named(bounds: Any, slices: Any, says: str) -> None:
    with pytest.raises(StepArgumentError) as error:
        evaluator(bounds, slices).check()
    assert says in str(error.value)


def test_what_is_not_asked_for_has_no_threshold() -> None:
    step = TFMAEvaluator(metrics={"late": ["auc"]}, thresholds={"lat": {"auc": {"min": 1}}})
    with pytest.raises(StepArgumentError, match="about late"):
        step.check()
    step = TFMAEvaluator(metrics={"late": ["auc"]}, thresholds={"late": {"acc": {"min": 1}}})
    with pytest.raises(StepArgumentError, match=r"'acc', which is not asked for.*auc"):
        step.check()
    step = AgnosticEvaluator(label_key="a", prediction_key="a", thresholds={"ac": {"min": 1}})
    with pytest.raises(StepArgumentError, match="no metric 'ac'"):
        step.check()


def test_a_threshold_is_for_the_name_of_the_result() -> None:
    metrics = {"late": [{"recall": {"class_id": 1, "name": "recall_1"}}]}
    TFMAEvaluator(metrics=metrics, thresholds={"late": {"recall_1": {"min": 0.5}}}).check()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"parity": -1}, "parity is -1; it must be True, False, or a number of rows"),
        ({"parity": "all"}, "parity is 'all'"),
        ({"parity_tolerance": -1e-6}, "a number, 0 or more"),
        ({"parity_tolerance": "small"}, "a number, 0 or more"),
    ],
)
def test_wrong_parity_is_named(arguments: dict[str, Any], says: str) -> None:
    with pytest.raises(StepArgumentError) as error:
        TFMAEvaluator(metrics={"late": ["auc"]}, **arguments).check()
    assert says in str(error.value)


def test_slices_of_thresholds_are_checked_against_the_data() -> None:
    class Schema:
        feature = (type("Feature", (), {"name": "late"}),)

    for entry in ({"by": ["carrier"], "min": 0.5}, {"where": {"carrier": "UA"}, "min": 0.5}):
        with pytest.raises(StepArgumentError, match="slices name the column 'carrier'"):
            evaluator({"slices": entry}).check_schema(Schema())  # type: ignore[arg-type]


def test_whether_a_baseline_is_needed() -> None:
    assert evaluator({"min": 0.7}).compares_models is False
    assert evaluator({"max_relative_change": 0.1}).compares_models is True
    assert evaluator({"slices": {"by": "a", "min_change": 0}}).compares_models is True
    assert TFMAEvaluator(metrics={"late": ["auc"]}).compares_models is False

    class Own(EvaluatorStep):
        def build_config(self) -> Any:
            """Only TFMA can tell."""

    class Changed(TFMAEvaluator):
        def build_config(self) -> Any:
            """Nor here."""

    assert Own().compares_models is None
    assert Changed(metrics={"late": ["auc"]}).compares_models is None


@pytest.mark.tf
def test_they_are_tfma_s_own() -> None:
    given = {
        "min": 0.7,
        "max_change": 0.05,
        "slices": [
            {"min": 0.6},
            {"by": ["origin", "month"], "min_relative_change": -0.1},
            {"where": {"carrier": "UA", "month": 1}, "max": 0.9},
        ],
    }
    step = evaluator(given, [["carrier"], ["dest"]])
    step.check()
    config = step.build_config()
    (metric,) = config.metrics_specs[0].metrics
    whole, every, by, where = metric.per_slice_thresholds
    assert not metric.HasField("threshold")  # which TFMA would apply to each slice
    assert [list(spec.feature_keys) for spec in whole.slicing_specs] == [[]]
    assert whole.threshold.value_threshold.lower_bound.value == 0.7
    assert whole.threshold.change_threshold.absolute.value == 0.05
    assert whole.threshold.change_threshold.direction == 1  # lower is better
    assert [list(spec.feature_keys) for spec in every.slicing_specs] == [["carrier"], ["dest"]]
    assert by.threshold.change_threshold.relative.value == -0.1
    assert by.threshold.change_threshold.direction == 2  # higher is better
    assert dict(where.slicing_specs[0].feature_values) == {"carrier": "UA", "month": "1"}
    assert where.threshold.value_threshold.upper_bound.value == 0.9
    slices = [(list(s.feature_keys), dict(s.feature_values)) for s in config.slicing_specs]
    assert slices == [
        ([], {}),
        (["carrier"], {}),
        (["dest"], {}),
        (["origin", "month"], {}),
        ([], {"carrier": "UA", "month": "1"}),
    ]
