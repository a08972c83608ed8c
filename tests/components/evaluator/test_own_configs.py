"""Configurations of one's own: weights, averages over classes, slices by value."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.tf


def weighted():
    from tensorflow_model_analysis.proto import config_pb2

    names = [
        "AUC",
        "ExampleCount",
        "WeightedExampleCount",
        "MeanSquaredError",
        "BinaryAccuracy",
        "Calibration",
        "Hinge",
        "LogCoshError",
        "RootMeanSquaredError",
        "Precision",
    ]
    return "binary", config_pb2.EvalConfig(
        model_specs=[
            config_pb2.ModelSpec(
                signature_name="zen_eval", label_key="sex_xl", example_weight_key="weight"
            )
        ],
        metrics_specs=[
            config_pb2.MetricsSpec(
                metrics=[config_pb2.MetricConfig(class_name=name) for name in names],
                example_weights={"weighted": True, "unweighted": True},
            )
        ],
        slicing_specs=[
            config_pb2.SlicingSpec(),
            config_pb2.SlicingSpec(feature_values={"year": "2008"}),
            config_pb2.SlicingSpec(feature_keys=["year", "gaps"]),
            config_pb2.SlicingSpec(feature_keys=["gaps"], feature_values={"island": "Biscoe"}),
        ],
    )


def averaged():
    from tensorflow_model_analysis.proto import config_pb2

    metrics = [config_pb2.MetricConfig(class_name=name) for name in ("AUC", "Precision", "Recall")]
    weights = {0: 0.5, 1: 1.0, 2: 2.0}
    return "one_hot", config_pb2.EvalConfig(
        model_specs=[config_pb2.ModelSpec(signature_name="zen_eval", label_key="species_xl")],
        metrics_specs=[
            config_pb2.MetricsSpec(metrics=metrics, binarize={"class_ids": {"values": [0, 2]}}),
            config_pb2.MetricsSpec(metrics=metrics, binarize={"top_k_list": {"values": [2]}}),
            config_pb2.MetricsSpec(metrics=metrics, binarize={"k_list": {"values": [1]}}),
            config_pb2.MetricsSpec(
                metrics=metrics, aggregate={"micro_average": True, "class_weights": weights}
            ),
            config_pb2.MetricsSpec(
                metrics=metrics, aggregate={"macro_average": True, "class_weights": weights}
            ),
        ],
    )


@pytest.mark.parametrize("make", [weighted, averaged])
def test_equal_to_tfma(make, request):
    from zenml.components.evaluator import evaluation
    from zenml.steps.evaluator import EvaluatorStep

    name, config = make()
    case = request.getfixturevalue(f"{name}_case")

    class Own(EvaluatorStep):
        def build_config(self):
            return config

    step = Own()
    files = case.files[1:] if make is weighted else case.files  # TFMA takes long for each row
    task = evaluation.Task(step, config, case.saved_model, files)
    ours, theirs = evaluation.evaluate(task), evaluation._by_tfma(task, config)
    flat = []
    for results in (ours, theirs):
        plain = results.plain()
        slices = [(str(entry["slice"]), entry["metrics"]) for entry in plain["slices"]]
        flat.append(
            {
                (where, metric): value
                for where, metrics in [("overall", plain["overall"]), *slices]
                for metric, value in metrics.items()
            }
        )
    assert flat[0] == pytest.approx(flat[1], rel=1e-6, abs=1e-6, nan_ok=True)
    assert len(flat[0]) > 10


def test_what_is_not_done_by_batch_is_tfmas_whole(binary_case, tmp_path):
    """Comparisons of slices, read back and written on."""
    import tensorflow_model_analysis as tfma
    from tensorflow_model_analysis.proto import config_pb2

    from zenml.components.evaluator import evaluation
    from zenml.steps.evaluator import TFMAEvaluator

    step = TFMAEvaluator(metrics={"sex": ["accuracy", "mse"]}, slices=[["island"]])
    config = step.build_config()
    config.cross_slicing_specs.add(
        baseline_spec=config_pb2.SlicingSpec(),
        slicing_specs=[config_pb2.SlicingSpec(feature_keys=["island"])],
    )
    task = evaluation.Task(step, config, binary_case.saved_model, binary_case.files)
    results = evaluation.evaluate(task)
    results.write(str(tmp_path), results.validate(), ("data", "model"))
    hits = (binary_case.predictions[:, 0] > 0) == binary_case.labels
    assert results.plain()["overall"]["accuracy"] == pytest.approx(hits.mean())
    slices = [entry["slice"] for entry in results.plain()["slices"]]
    assert {"baseline": {}, "comparison": {"island": "Biscoe"}} in slices
    assert any(proto.HasField("cross_slice_key") for proto in tfma.load_metrics(str(tmp_path)))
