"""Bounds on the change as a share: of the size of the value before, whatever its sign."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.tf


@pytest.mark.parametrize(
    ("metric", "bounds", "before", "now", "passes"),
    [
        ("mean_squared_error", {"max_relative_change": 0.1}, 0.5, 0.54, True),
        ("mean_squared_error", {"max_relative_change": 0.1}, 0.5, 0.56, False),
        ("mean_squared_error", {"max_relative_change": 0.1}, 0.0, 0.0, True),
        ("mean_squared_error", {"max_relative_change": 0.1}, 0.0, 0.001, False),
        ("poisson", {"max_relative_change": 0.0}, -0.5, -0.6, True),
        ("poisson", {"max_relative_change": 0.1}, -0.5, -0.46, True),
        ("poisson", {"max_relative_change": 0.1}, -0.5, -0.4, False),
        ("mean_prediction", {"min_relative_change": 0.0}, -0.5, -0.4, True),
        ("mean_prediction", {"min_relative_change": -0.1}, -0.5, -0.56, False),
        ("mean_prediction", {"min_relative_change": 0.0}, 0.0, 0.0, True),
    ],
)
def test_a_share_of_the_size(metric, bounds, before, now, passes):
    from tensorflow_model_analysis.metrics import metric_types

    from zenml.components.evaluator import configs
    from zenml.components.evaluator.blessing import refusals
    from zenml.components.evaluator.comparison import compare
    from zenml.components.evaluator.results import Results
    from zenml.steps.evaluator import AgnosticEvaluator

    step = AgnosticEvaluator(
        label_key="y", prediction_key="y", metrics=[metric], thresholds={metric: bounds}
    )
    step.check()
    asked = configs.config_of(step)
    both = []
    for value in (now, before):
        both.append(Results(configs.complete(step, asked), 1))
        both[-1].add((), {metric_types.MetricKey(metric): value})
    results = compare(configs.complete(step, asked, has_baseline=True), *both, "uri")
    verdict = results.validate()
    assert verdict.validation_ok is passes
    told = [] if passes else [f"from {before:g} to {now:g}, and must change by"]
    assert all(
        text in refusal for text, refusal in zip(told, refusals(verdict, results), strict=True)
    )
    assert results.plain()["baseline"]["overall"][metric] == before
