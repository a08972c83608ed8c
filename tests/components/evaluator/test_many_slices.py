"""What is computed for each slice: TFMA's and Keras's numbers, in arrays and in bounded memory."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import pytest

pytestmark = pytest.mark.tf


@pytest.mark.parametrize("thresholds", [10_000, 200, 3, 2])
def test_matrices_of_a_histogram_are_those_of_tfma(thresholds: int) -> None:
    from tensorflow_model_analysis.metrics import binary_confusion_matrices, calibration_histogram

    from zenml.components.evaluator.matrices import result_of

    *_, counted, computation = binary_confusion_matrices.binary_confusion_matrices(thresholds)
    result, rng = result_of(computation), np.random.default_rng(thresholds)
    assert inspect.getmodule(result) is inspect.getmodule(result_of)
    for most in (0, 1, 50, 5000):
        numbers = np.unique([0, 1, 10_000, 10_001, *rng.integers(0, 10_002, most)])
        sums = rng.random((len(numbers), 3)) * [1, 1, 2]
        buckets = [
            calibration_histogram.Bucket(*each)
            for each in zip(numbers.tolist(), *sums.T.tolist(), strict=True)
        ]
        ((key, ours),) = result({counted.keys[-1]: buckets}).items()
        theirs = computation.result({counted.keys[-1]: buckets})[key]
        for mine, other in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(mine, other, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("thresholds", [[-0.5, 0.9, 0.1, 1.5], [0.0, 0.5, 1.5], [-0.5, 0.5, 1.0]])
def test_matrices_at_other_thresholds_are_left_to_tfma(thresholds: list[float]) -> None:
    from tensorflow_model_analysis.metrics import binary_confusion_matrices

    from zenml.components.evaluator.matrices import result_of

    *_, computation = binary_confusion_matrices.binary_confusion_matrices(
        thresholds=thresholds, use_histogram=True
    )
    assert result_of(computation) is computation.result


def test_a_result_that_tfma_cannot_compute_is_an_error_of_the_metrics() -> None:
    from zenml.components.evaluator.plan import Plan
    from zenml.errors import DataError

    def result(found: Any) -> Any:
        raise ValueError("'PRX' is not a valid AUCCurve")

    with pytest.raises(DataError, match=r"'PRX' is not a valid AUCCurve\. Look at the arguments"):
        Plan(derived=[result]).results(0)


def rows_of(labels: np.ndarray, predictions: np.ndarray, slices: int) -> Any:
    from zenml.components.evaluator.rows import Rows
    from zenml.components.evaluator.slices import Members

    rows = np.arange(len(labels))
    return Rows({"": labels}, {"": predictions}, {}, Members(rows, rows % slices))


def combined(*metrics: Any) -> Any:
    from tensorflow_model_analysis.metrics import tf_metric_wrapper

    found = tf_metric_wrapper.tf_metric_computations(list(metrics))
    return found[0].combiner


@pytest.fixture(scope="module")
def chances() -> np.ndarray:
    """Of four classes, some of them as sure as can be and wrong."""
    rng = np.random.default_rng(1)
    found = rng.dirichlet([0.2] * 4, 300)
    found[:8] = np.eye(4)[[0, 1, 2, 3] * 2]
    return found.astype(np.float32)


def test_usual_entropies_and_errors_are_those_of_keras(chances: np.ndarray) -> None:
    from tensorflow_model_analysis.utils.keras_lib import tf_keras

    from zenml.components.evaluator.keras_metrics import KerasAccumulator

    numbers = np.random.default_rng(2).integers(0, 4, (300, 1))
    one_hot = np.eye(4, dtype=np.float32)[numbers[:, 0]]
    metrics = tf_keras.metrics
    for kind, labels, predictions in (
        (metrics.BinaryCrossentropy, numbers % 2, chances[:, :1]),
        (metrics.BinaryCrossentropy, one_hot, chances),
        (metrics.CategoricalCrossentropy, one_hot, chances * 2),
        (metrics.SparseCategoricalCrossentropy, numbers, chances),
        (metrics.RootMeanSquaredError, one_hot, chances),
        (metrics.RootMeanSquaredError, numbers, chances[:, :1]),
    ):
        ours = KerasAccumulator(combined(kind(name="it")))
        assert not ours._slow  # no row waits for Keras
        ours.add(rows_of(labels, predictions, 1))
        (value,) = ours.output(0).values()
        theirs = kind()
        theirs.update_state(labels, predictions)
        assert value == pytest.approx(float(theirs.result()), rel=1e-6), kind


def test_an_entropy_of_classes_needs_the_chance_of_each(chances: np.ndarray) -> None:
    from tensorflow_model_analysis.utils.keras_lib import tf_keras

    from zenml.components.evaluator.keras_metrics import KerasAccumulator
    from zenml.errors import DataError

    ours = KerasAccumulator(combined(tf_keras.metrics.SparseCategoricalCrossentropy(name="it")))
    labels = np.arange(300)[:, None] % 2
    said = r"'it' .* predicts 1 for a label of 1\..*take binary_crossentropy"
    with pytest.raises(DataError, match=said):
        ours.add(rows_of(labels, chances[:, :1], 1))


@pytest.mark.parametrize(("label", "said"), [(-1, "-1, a class that"), (np.nan, "-1 or missing")])
def test_an_entropy_of_classes_needs_a_class(chances: np.ndarray, label: float, said: str) -> None:
    from tensorflow_model_analysis.utils.keras_lib import tf_keras

    from zenml.components.evaluator.keras_metrics import KerasAccumulator
    from zenml.errors import DataError

    ours = KerasAccumulator(combined(tf_keras.metrics.SparseCategoricalCrossentropy(name="it")))
    labels = np.arange(300.0)[:, None] % 4
    labels[7] = label
    with pytest.raises(DataError, match=f"The label of 1 of 300 rows is {said}.* 'it' cannot be"):
        ours.add(rows_of(labels, chances, 1))


def test_rows_that_wait_for_keras_are_bounded(
    chances: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tensorflow_model_analysis.utils.keras_lib import tf_keras

    from zenml.components.evaluator import keras_metrics

    labels = np.random.default_rng(3).integers(0, 4, (300, 1))
    found = []
    for most in (10**9, 2000):
        monkeypatch.setattr(keras_metrics, "_MOST_BYTES", most)
        metric = tf_keras.metrics.SparseTopKCategoricalAccuracy(k=2, name="it")
        accumulator = keras_metrics.KerasAccumulator(combined(metric))
        assert accumulator._slow
        for start in range(0, 300, 60):
            part = slice(start, start + 60)
            accumulator.add(rows_of(labels[part], chances[part], 20))
            assert accumulator._bytes <= most
        found.append([next(iter(accumulator.output(number).values())) for number in range(20)])
        assert not accumulator._waiting
        assert not accumulator._bytes
    assert found[0] == pytest.approx(found[1], rel=1e-6)


def test_the_verdict_is_that_of_tfma_with_all_metrics() -> None:
    from tensorflow_model_analysis.evaluators import metrics_validator
    from tensorflow_model_analysis.metrics.metric_types import MetricKey
    from tensorflow_model_analysis.writers import metrics_plots_and_validations_writer as writing

    from zenml.components.evaluator import configs
    from zenml.components.evaluator.results import Results
    from zenml.steps.evaluator import TFMAEvaluator

    bounds = {"accuracy": {"min": 0.5, "slices": {"min": 0.4}}, "auc": {"slices": {"max": 0.7}}}
    for thresholds in (None, {"y": bounds}):
        metrics = {"y": ["auc", "accuracy", "binary_crossentropy"]}
        step = TFMAEvaluator(metrics=metrics, slices=[["k"]], thresholds=thresholds)
        config = configs.complete(step, configs.config_of(step))
        results = Results(config)
        for number, key in enumerate([(), *((("k", n),) for n in range(4))]):
            values = {MetricKey("accuracy"): 0.3 + number / 10, MetricKey("auc"): number / 4}
            results.add(key, values)
        whole = writing.CombineValidations(config)
        verdict = whole.create_accumulator()
        for each in results.values():
            found = metrics_validator.validate_metrics(each, config)
            verdict = whole.add_input(verdict, found)
        assert results.validate() == whole.extract_output(verdict)
