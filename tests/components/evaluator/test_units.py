"""Models are compared in one unit, or not at all."""

from __future__ import annotations

import dataclasses
import json
import os

import numpy as np
import pytest

from zenml.steps.evaluator import TFMAEvaluator

pytestmark = pytest.mark.tf

BOUNDS = {"progression": {"mean_squared_error": {"max_change": 0.0, "max": 1e9}}}


@pytest.fixture
def compared(run, regression_case, tmp_path, monkeypatch):
    """Compares a model that is worse than the mean with one whose label was scaled by `scale`."""
    from tests.components.evaluator.conftest import save_model
    from zenml.components.evaluator import raw

    class Graph:
        """A transform graph that scales the label."""

        def __init__(self, folder, columns):
            self.scale = float(folder)

        def __call__(self, rows):
            from zenml.records.reader import Decoder

            labels = Decoder(columns=["progression_xl"]).decode(rows).column(0).flatten()
            return {"progression_xl": labels.to_numpy()[:, None] * self.scale}

    monkeypatch.setattr(raw, "_Graph", Graph)
    monkeypatch.setattr(raw, "classes_of", lambda graph: {})

    def compared(scale, weights=None, **arguments):
        step = TFMAEvaluator(metrics={"progression": ["mean_squared_error"]}, thresholds=BOUNDS)
        worse = np.zeros((11, 1)) if weights is None else weights
        save_model(tmp_path / "model", worse, "identity", "progression_o", 10)
        candidate = dataclasses.replace(regression_case, model=tmp_path / "model")
        graph = {"baseline_graph": scale} if scale else {}
        more = {"raw_examples": candidate.examples, "baseline_model": regression_case.model}
        return run(step, candidate, **graph, **more)

    return compared


def test_a_label_in_another_unit_is_not_compared(compared):
    folder, blessing = compared("100")
    assert blessing.get_int_custom_property("blessed") == 0
    reason = blessing.get_string_custom_property("reason")
    assert "'progression' of the latest blessed model is in another unit: 15100 there is" in reason
    assert "no_transform" in reason
    with open(os.path.join(folder, "metrics.json"), encoding="utf-8") as file:
        assert "baseline" not in json.load(file)


def test_a_label_in_the_same_unit_is(compared):
    _, blessing = compared("1")
    reason = blessing.get_string_custom_property("reason")
    assert "mean_squared_error for all rows changed by +" in reason


def test_a_measure_of_which_the_unit_is_not_known(compared):
    """As under an orchestrator that knows the model alone."""
    _, blessing = compared("")
    reason = blessing.get_string_custom_property("reason")
    assert "in which unit the latest blessed model has learned it is not known here" in reason


def test_a_latest_blessed_model_that_predicts_nan(run, binary_case, tmp_path):
    from tests.components.evaluator.conftest import save_model

    save_model(tmp_path / "nan", np.full((3, 1), np.nan), "sigmoid", "sex_o", 2)
    step = TFMAEvaluator(metrics={"sex": ["auc"]}, thresholds={"sex": {"auc": {"min_change": 0}}})
    more = {"raw_examples": binary_case.examples, "baseline_model": tmp_path / "nan"}
    _, blessing = run(step, binary_case, **more)
    reason = blessing.get_string_custom_property("reason")
    assert "latest blessed model cannot be compared with: it predicts NaN" in reason


@pytest.mark.parametrize(
    ("width", "ours", "theirs"),
    [(1, [[0], [1]], [[1], [0]]), (3, [[0], [2]], [[1], [0]]), (2, [[0, 1]], [[1, 0]])],
)
def test_classes_have_no_unit(width, ours, theirs):
    from zenml.components.evaluator.units import check_units

    check_units("y_xl", width, np.array(ours), np.array(theirs), named=False)
    check_units("y_xl", width, np.array(ours), None, named=False)
