"""AgnosticEvaluator: what it refuses, and which columns it asks for."""

from __future__ import annotations

from typing import Any

import pytest

from zenml.errors import StepArgumentError
from zenml.steps.evaluator import AgnosticEvaluator
from zenml.steps.evaluator.look import Look


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"label_key": ""}, "label_key is ''; it must be the name of a column"),
        ({"label_key": "_xl"}, "label_key is '_xl'"),
        ({"prediction_key": None}, "e.g. 'species_o'"),
        ({"metrics": {"late": ["auc"]}}, "metrics is {'late': ['auc']}; it must be a list"),
        ({"metrics": []}, "at least one name"),
        ({"metrics": ["acuracy"]}, "Close to it"),
        ({"slices": ["a"]}, "list of lists of columns"),
    ],
)
def test_wrong_arguments_are_named(arguments: dict[str, Any], says: str) -> None:
    with pytest.raises(StepArgumentError) as error:
        AgnosticEvaluator(**{"label_key": "late", "prediction_key": "late", **arguments}).check()
    assert says in str(error.value)


def test_a_label_that_is_none_names_those_there_are() -> None:
    def schema(*names: str) -> Any:
        features = [type("Feature", (), {"name": name}) for name in names]
        return type("Schema", (), {"feature": features})

    step = AgnosticEvaluator(label_key="kind", prediction_key="kind")
    with pytest.raises(StepArgumentError, match=r"label 'kind', which is not in the data.*late"):
        step.check_schema(schema("late"))
    with pytest.raises(StepArgumentError, match=r"label_key is 'kind'.*\['late'\]"):
        step.check_transformed_schema(schema("late_xl", "kind_xf"))

    with pytest.raises(StepArgumentError) as error:
        step.check_transformed_schema(schema("kinds_xl"))
    assert str(error.value).endswith(
        "a label of the preprocesser: ['kinds']. Did you mean 'kinds'?"
    )
    sliced = AgnosticEvaluator(label_key="late", prediction_key="late", slices=[["iland"]])
    said = r"slices name the column 'iland', which is not in the data\. Did you mean 'island'\?"
    with pytest.raises(StepArgumentError, match=said):
        sliced.check_schema(schema("late", "island"))


def test_look_tells_the_usual_metrics() -> None:
    assert "auc" in Look(1, 1, "binary").usual_metrics
    assert "sparse_categorical_crossentropy" in Look(1, 3, "classes").usual_metrics
    assert "categorical_crossentropy" in Look(3, 3, "classes").usual_metrics
    assert "mean_squared_error" in Look(1, 1, "regression").usual_metrics


@pytest.mark.tf
@pytest.mark.parametrize("names", [("late", "late"), ("late_xl", "late_o")])
def test_columns_with_and_without_endings(names: tuple[str, str]) -> None:
    step = AgnosticEvaluator(label_key=names[0], prediction_key=names[1], metrics=["auc"])
    config = step.build_config()
    (model,) = config.model_specs
    assert (model.label_key, model.prediction_key) == ("late_xl", "late_o")
    assert not model.signature_name
    assert step.fit_columns(config, {"late_xl", "late_o"}) == config
    fitted = step.fit_columns(config, {"late_xl", names[1]})
    assert fitted.model_specs[0].prediction_key == names[1]
