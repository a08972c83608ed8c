"""The executor on artifacts made by hand: what it writes, and what it refuses."""

from __future__ import annotations

import json
import os

import numpy as np
import pytest

from zenml.errors import DataError, StepArgumentError, StepInterfaceError
from zenml.steps.evaluator import EvaluatorStep, TFMAEvaluator

pytestmark = pytest.mark.tf


class Bar(EvaluatorStep):
    """A configuration of one's own, with a bar for all rows and one by island."""

    def __init__(self, overall=0.5, island=0.5, **kwargs):
        self.overall = overall
        self.island = island
        super().__init__(**kwargs)

    def build_config(self):
        from tensorflow_model_analysis.proto import config_pb2

        def at_least(bound):
            return config_pb2.MetricThreshold(
                value_threshold=config_pb2.GenericValueThreshold(lower_bound={"value": bound})
            )

        by_island = config_pb2.SlicingSpec(feature_keys=["island"])
        metric = config_pb2.MetricConfig(
            class_name="BinaryAccuracy",
            threshold=at_least(self.overall),
            per_slice_thresholds=[
                config_pb2.PerSliceMetricThreshold(
                    slicing_specs=[by_island], threshold=at_least(self.island)
                )
            ],
        )
        return config_pb2.EvalConfig(
            model_specs=[config_pb2.ModelSpec(signature_name="zen_eval", label_key="sex_xl")],
            metrics_specs=[config_pb2.MetricsSpec(metrics=[metric])],
            slicing_specs=[config_pb2.SlicingSpec(), by_island],
        )


class NoConfig(EvaluatorStep):
    def build_config(self):
        return {"metrics": ["auc"]}


class Queries(EvaluatorStep):
    """Metrics that only TFMA's own evaluator knows, beside one that is done by batch."""

    def build_config(self):
        import tensorflow_model_analysis as tfma

        return tfma.EvalConfig(
            model_specs=[tfma.ModelSpec(signature_name="zen_eval", label_key="sex_xl")],
            metrics_specs=[
                tfma.MetricsSpec(metrics=[tfma.MetricConfig(class_name="AUC")]),
                tfma.MetricsSpec(
                    query_key="island",
                    metrics=[tfma.MetricConfig(class_name="QueryStatistics")],
                ),
            ],
        )


def numbers(folder):
    with open(os.path.join(folder, "metrics.json"), encoding="utf-8") as file:
        return json.load(file)


def test_tfma_reads_what_is_written(run, binary_case):
    import tensorflow_model_analysis as tfma

    metrics = ["accuracy", "auc", "confusion_matrix_plot", "example_count"]
    folder, _ = run(TFMAEvaluator(metrics={"sex": metrics}, slices=[["island"]]), binary_case)
    result = tfma.load_eval_result(folder)
    by_slice = dict(result.slicing_metrics)
    assert by_slice[()][""][""]["example_count"]["doubleValue"] == 333
    assert {key for key in by_slice if key} == {
        (("island", name),) for name in ("Biscoe", "Dream", "Torgersen")
    }
    from tensorflow_model_analysis.view import util

    rows = util.get_slicing_metrics(result.slicing_metrics, slicing_column="island")
    assert sorted(row["slice"] for row in rows) == [
        "island:Biscoe",
        "island:Dream",
        "island:Torgersen",
    ]
    plots = dict(result.plots)[()][""][""]
    assert len(plots["confusionMatrixAtThresholds"]["matrices"]) > 10
    assert next(tfma.load_metrics(folder)).metric_keys_and_values
    assert next(tfma.load_plots(folder)).plot_keys_and_values
    assert tfma.load_validation_result(folder).missing_thresholds
    assert result.config.model_specs[0].label_key == "sex_xl"


def test_the_numbers_are_read_without_tfma(run, binary_case):
    step = TFMAEvaluator(metrics={"sex": ["accuracy", "example_count"]}, slices=[["island"]])
    folder, _ = run(step, binary_case)
    found = numbers(folder)
    assert found["rows"] == found["overall"]["example_count"] == 333
    hits = (binary_case.predictions[:, 0] > 0) == binary_case.labels
    assert found["overall"]["accuracy"] == pytest.approx(hits.mean())
    assert [entry["slice"] for entry in found["slices"]] == [
        {"island": "Biscoe"},
        {"island": "Dream"},
        {"island": "Torgersen"},
    ]
    assert sum(entry["metrics"]["example_count"] for entry in found["slices"]) == 333


def test_accuracy_of_classes(run, sparse_case):
    folder, _ = run(TFMAEvaluator(metrics={"digit": ["accuracy"]}), sparse_case)
    hits = sparse_case.predictions.argmax(axis=1) == sparse_case.labels
    assert numbers(folder)["overall"]["accuracy"] == pytest.approx(hits.mean())


def test_r2_score_that_tfma_cannot_merge(run, regression_case):
    from sklearn.metrics import r2_score

    folder, _ = run(TFMAEvaluator(metrics={"progression": ["r2_score"]}), regression_case)
    expected = r2_score(regression_case.labels, regression_case.predictions[:, 0])
    assert numbers(folder)["overall"]["r2_score"] == pytest.approx(expected, abs=1e-5)


def test_several_labels(run, two_outputs_case):
    step = TFMAEvaluator(metrics={"sex": ["accuracy", "auc"], "adelie": ["accuracy", "hinge"]})
    found = numbers(run(step, two_outputs_case)[0])["overall"]
    assert set(found) == {"sex_o/accuracy", "sex_o/auc", "adelie_o/accuracy", "adelie_o/hinge"}
    assert found["adelie_o/accuracy"] > found["sex_o/accuracy"] > 0.5


def test_blessed_where_nothing_is_asked(run, binary_case):
    _, blessing = run(TFMAEvaluator(metrics={"sex": ["auc"]}), binary_case)
    assert blessing.get_int_custom_property("blessed") == 1
    assert os.listdir(blessing.uri) == ["BLESSED"]


def test_blessed_where_the_bar_is_reached(run, binary_case):
    folder, blessing = run(Bar(), binary_case)
    import tensorflow_model_analysis as tfma

    assert tfma.load_validation_result(folder).validation_ok
    assert blessing.get_int_custom_property("blessed") == 1


def test_refusal_names_metric_and_slice(run, binary_case):
    _, blessing = run(Bar(overall=0.99, island=0.77), binary_case)
    assert blessing.get_int_custom_property("blessed") == 0
    assert os.listdir(blessing.uri) == ["NOT_BLESSED"]
    reason = blessing.get_string_custom_property("reason")
    assert "binary_accuracy for all rows is 0.768769, and must be at least 0.99" in reason
    assert "binary_accuracy for island=" in reason


def test_a_refusal_is_left_to_the_run_to_tell(run, binary_case, caplog):
    """It says it under the line of the node; a warning besides would say it twice."""
    caplog.set_level("WARNING")
    _, blessing = run(Bar(overall=0.99), binary_case)
    assert blessing.get_int_custom_property("blessed") == 0
    assert "not blessed" not in caplog.text


def test_other_metrics_are_tfmas_own(run, binary_case, no_beam_but_in_process):
    folder, _ = run(Queries(), binary_case)
    found = numbers(folder)["overall"]
    assert found["total_queries"] == 3
    assert 0.5 < found["auc"] < 1


def test_module_of_ones_own(run, binary_case, tmp_path, monkeypatch):
    """Its extractors are TFX's: they get the model and the configuration."""
    (tmp_path / "own_extractors.py").write_text(
        "import tensorflow_model_analysis as tfma\n"
        "used = []\n"
        "def custom_extractors(eval_shared_model, eval_config, tensor_adapter_config):\n"
        "    used.append(eval_config)\n"
        "    return tfma.default_extractors(\n"
        "        eval_shared_model=eval_shared_model, eval_config=eval_config\n"
        "    )\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))

    class WithModule(TFMAEvaluator):
        CUSTOM_MODULE = "own_extractors"

    folder, _ = run(WithModule(metrics={"sex": ["auc"]}), binary_case)
    import own_extractors

    assert len(own_extractors.used) == 1
    assert 0.5 < numbers(folder)["overall"]["auc"] < 1
    WithModule.CUSTOM_MODULE = "no_such_module"
    with pytest.raises(StepInterfaceError, match="no_such_module"):
        run(WithModule(metrics={"sex": ["auc"]}), binary_case)


def test_unknown_slice_names_the_columns(run, binary_case):
    with pytest.raises(StepArgumentError, match=r"'iland'.*island"):
        run(TFMAEvaluator(metrics={"sex": ["auc"]}, slices=[["iland"]]), binary_case)


def test_missing_split_names_the_splits(run, binary_case):
    step = TFMAEvaluator(metrics={"sex": ["auc"]}, split_mapping={"test_splits": ["holdout"]})
    with pytest.raises(DataError, match=r"'holdout'.*has test"):
        run(step, binary_case)


def test_label_that_was_not_preprocessed(run, binary_case):
    with pytest.raises(DataError, match=r"label is the column 'island_xl'.*sex_xl"):
        run(TFMAEvaluator(metrics={"island": ["auc"]}), binary_case)


def test_label_without_values(run, binary_case):
    class Gaps(Queries):
        def build_config(self):
            config = super().build_config()
            del config.metrics_specs[1:]
            config.model_specs[0].label_key = "gaps"
            return config

    with pytest.raises(DataError, match=r"'gaps' has no value in 48 of 333 rows"):
        run(Gaps(), binary_case)


def test_measured_label_is_no_class(run, regression_case):
    with pytest.raises(DataError, match="not between 0 and 1"):
        run(TFMAEvaluator(metrics={"progression": ["auc"]}), regression_case)


def test_metric_for_another_kind_of_label(run, sparse_case):
    with pytest.raises(DataError, match="sparse_"):
        run(TFMAEvaluator(metrics={"digit": ["categorical_accuracy"]}), sparse_case)


def test_output_that_the_model_does_not_have(run, two_outputs_case):
    step = TFMAEvaluator(metrics={"sex": ["auc"]}, output_mapping={"sex": "gender"})
    with pytest.raises(DataError, match=r"'gender'; it has adelie_o, sex_o"):
        run(step, two_outputs_case)


def test_config_of_another_kind(run, binary_case):
    with pytest.raises(StepInterfaceError, match="EvalConfig"):
        run(NoConfig(), binary_case)


def test_component_declares_its_artifacts():
    from tfx.types import channel_utils, standard_artifacts

    from zenml.components.evaluator import Evaluator

    node = Evaluator(
        examples=channel_utils.as_channel([standard_artifacts.Examples()]),
        model=channel_utils.as_channel([standard_artifacts.Model()]),
        schema=channel_utils.as_channel([standard_artifacts.Schema()]),
        step="{}",
    ).with_id("evaluator")
    assert set(node.outputs) == {"evaluation", "blessing"}
    assert node.id == "evaluator"


def test_memory_does_not_grow_with_rows():
    """Sums are kept by cell that was hit, and merged as they come in."""
    from zenml.components.evaluator.cells import Cells
    from zenml.components.evaluator.slices import Members

    cells = Cells(10, 1)
    members = Members(np.arange(1000), np.zeros(1000, np.int64))
    hit = np.arange(1000)[:, None] % 10
    for _ in range(3):
        cells.add(members, hit, [np.ones((1000, 1))])
    places, sums = cells.of(0)
    assert places.tolist() == list(range(10))
    assert sums[:, 0].tolist() == [300.0] * 10
