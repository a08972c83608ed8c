"""Against the latest blessed model: TFMA's own thresholds, on the same rows."""

from __future__ import annotations

import json
import os
import shutil

import numpy as np
import pytest

from zenml.errors import DataError
from zenml.steps.evaluator import EvaluatorStep, TFMAEvaluator

pytestmark = pytest.mark.tf


class Own(EvaluatorStep):
    """TFMA's change thresholds, as its documentation has them."""

    def __init__(self, absolute=0.0, relative=None, **kwargs):
        self.absolute = absolute
        self.relative = relative
        super().__init__(**kwargs)

    def build_config(self):
        import tensorflow_model_analysis as tfma

        change = tfma.GenericChangeThreshold(
            direction=tfma.MetricDirection.HIGHER_IS_BETTER, absolute={"value": self.absolute}
        )
        if self.relative is not None:
            change.relative.value = self.relative
        metric = tfma.MetricConfig(
            class_name="AUC", threshold=tfma.MetricThreshold(change_threshold=change)
        )
        return tfma.EvalConfig(
            model_specs=[tfma.ModelSpec(signature_name="zen_eval", label_key="sex_xl")],
            metrics_specs=[tfma.MetricsSpec(metrics=[metric])],
        )


@pytest.fixture
def graph(binary_case, tmp_path):
    """As much of a transform graph as tells that two are the same."""
    shutil.copytree(binary_case.schema, tmp_path / "graph" / "transformed_metadata")
    return tmp_path / "graph"


@pytest.fixture
def compared(run, binary_case, chance, graph):
    """Evaluates a step with the good model and the one of chance, on the same graph or another."""

    def compared(step, good_is_candidate, other_graph=False, name="evaluation"):
        case = binary_case if good_is_candidate else _with_model(binary_case, chance)
        baseline = chance if good_is_candidate else binary_case.model
        more = {"baseline_model": baseline}
        if not other_graph:
            more |= {"transform_graph": graph, "baseline_graph": graph}
        return run(step, case, name=name, raw_examples=binary_case.examples, **more)

    return compared


def _with_model(case, model):
    import dataclasses

    return dataclasses.replace(case, model=model)


def plain(folder):
    with open(os.path.join(folder, "metrics.json"), encoding="utf-8") as file:
        return json.load(file)


@pytest.mark.parametrize("other_graph", [False, True])
def test_a_config_of_tfma_s_with_change_thresholds(compared, other_graph):
    folder, blessing = compared(Own(), True, other_graph)
    assert blessing.get_int_custom_property("blessed") == 1
    assert blessing.get_string_custom_property("baseline_model")
    found = plain(folder)
    assert found["overall"]["auc"] > 0.8 > found["baseline"]["overall"]["auc"]

    folder, blessing = compared(Own(absolute=-0.05, relative=-0.5), False, other_graph, "worse")
    assert blessing.get_int_custom_property("blessed") == 0
    found = plain(folder)
    now, before = found["overall"]["auc"], found["baseline"]["overall"]["auc"]
    reason = blessing.get_string_custom_property("reason")
    assert reason == (
        f"not blessed: auc for all rows changed by {now - before:+.6g} from {before:.6g} to "
        f"{now:.6g}, and must change by at least -0.05 and at least -0.5 of the value before"
    )


def test_what_is_written_is_tfma_s(compared):
    import tensorflow_model_analysis as tfma

    folder, _ = compared(Own(), True)
    result = tfma.load_eval_result(folder, model_name="candidate")
    assert [(spec.name, spec.is_baseline) for spec in result.config.model_specs] == [
        ("candidate", False),
        ("baseline", True),
    ]
    found = plain(folder)
    for name, numbers in (
        ("candidate", found["overall"]),
        ("baseline", found["baseline"]["overall"]),
    ):
        sliced = dict(tfma.load_eval_result(folder, model_name=name).slicing_metrics)
        assert sliced[()][""][""]["auc"]["doubleValue"] == pytest.approx(numbers["auc"])
    (metrics,) = tfma.load_metrics(folder)
    changes = [e for e in metrics.metric_keys_and_values if e.key.is_diff]
    assert changes[0].value.double_value.value == pytest.approx(
        found["overall"]["auc"] - found["baseline"]["overall"]["auc"]
    )


def test_without_a_baseline_changes_pass_and_that_is_said(run, binary_case):
    step = TFMAEvaluator(
        metrics={"sex": ["auc"]},
        thresholds={"sex": {"auc": {"min": 0.5, "min_change": 0.1}}},
    )
    _, blessing = run(step, binary_case)
    assert blessing.get_int_custom_property("blessed") == 1
    assert "no model of this pipeline was blessed before" in blessing.get_string_custom_property(
        "note"
    )
    step = TFMAEvaluator(
        metrics={"sex": ["auc"]},
        thresholds={"sex": {"auc": {"min": 0.99, "min_change": 0.1}}},
    )
    _, blessing = run(step, binary_case, name="higher")
    assert "must be at least 0.99" in blessing.get_string_custom_property("reason")


def test_bounds_of_all_rows_are_not_those_of_slices(compared):
    def step(slices):
        bounds = {"auc": {"min": 0.8, "min_change": 0.1, "slices": slices}}
        made = TFMAEvaluator(
            metrics={"sex": ["auc"]}, slices=[["island"], ["sex_xl"]], thresholds={"sex": bounds}
        )
        made.check()
        return made

    folder, blessing = compared(step({"where": {"island": "Biscoe"}, "min": 0.8}), True)
    assert blessing.get_int_custom_property("blessed") == 1
    of_one_class = [s for s in plain(folder)["slices"] if "sex_xl" in s["slice"]]
    assert [entry["metrics"]["auc"] for entry in of_one_class] == [0, 0]  # as TFMA has it
    _, blessing = compared(step({"by": "sex_xl", "min": 0.8}), True, name="again")
    reason = blessing.get_string_custom_property("reason")
    assert "auc for sex_xl=0 is 0, and must be at least 0.8" in reason


def test_a_slice_that_no_row_is_in(run, binary_case):
    bounds = {"auc": {"slices": {"where": {"island": "Texel"}, "min": 0.5}}}
    step = TFMAEvaluator(metrics={"sex": ["auc"]}, thresholds={"sex": bounds})
    _, blessing = run(step, binary_case)
    reason = blessing.get_string_custom_property("reason")
    assert reason == "not blessed: no row is in the slice by island=Texel"


def test_a_baseline_whose_files_are_gone(run, binary_case, chance, tmp_path):
    gone = tmp_path / "gone"
    shutil.copytree(chance, gone)
    shutil.rmtree(gone / "Format-Serving")
    with pytest.raises(DataError, match=r"its files are gone: .*gone"):
        run(Own(), binary_case, baseline_model=gone)


def test_rows_that_are_not_the_same_are_refused(run, binary_case, two_outputs_case, chance):
    with pytest.raises(DataError, match="differ from row 0"):
        run(Own(), binary_case, baseline_model=chance, raw_examples=two_outputs_case.examples)


def test_classes_by_name_where_the_graph_is_not_known(tmp_path):
    """As under an orchestrator that knows the model alone."""
    from zenml.components.evaluator.raw import _numbers

    found = _numbers({"species": ["Adelie", "Gentoo", "New"]}, {"species": ["Gentoo", "Adelie"]})
    labels = np.array([[0], [1], [2], [-1]])
    assert found["species"][labels].tolist() == [[1], [0], [-1], [-1]]
