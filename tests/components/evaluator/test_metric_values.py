"""Each metric by name, by its value against NumPy and scikit-learn, on predictions of real data.

Many metrics are asked for at once: a case is one evaluation. What is compared is what a user
reads, so the ways by batch and by TFMA are both in it.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from sklearn import metrics

from tests.components.evaluator.metric_references import (
    ARGUMENTS,
    CASES,
    NAMED_OTHERWISE,
    QUERIES,
    expected,
    irises,
    probabilities,
)
from zenml.errors import StepArgumentError
from zenml.steps.evaluator.metric_names import METRICS
from zenml.steps.evaluator.refused_metrics import REFUSED

pytestmark = pytest.mark.tf


def test_every_name_has_its_value_tested_or_is_refused():
    tested = {name for case in CASES for name in [*expected(case), *CASES[case][2]]}
    assert tested - NAMED_OTHERWISE == {
        name for name, found in METRICS.items() if found.name not in REFUSED
    }
    assert set(REFUSED) <= {found.name for found in METRICS.values()}


@pytest.fixture(scope="module")
def evaluated(tmp_path_factory):
    """Case -> the results of all its metrics, in one evaluation; each made when first asked for."""
    from zenml.components.evaluator import configs, evaluation
    from zenml.records import RecordWriter
    from zenml.steps.evaluator import AgnosticEvaluator

    made = {}

    def evaluate(case):
        if case in made:
            return made[case]
        y, p = CASES[case][0]()
        columns = {
            "y_xl": lists(y),
            "y_o": lists(p),
            "query": pa.array([[b"%d" % (i % QUERIES)] for i in range(len(y))]),
            "place": lists(np.arange(len(y), dtype=np.float32)),
            "name": pa.array([[f"row {i}".encode()] for i in range(len(y))]),
        }
        folder = tmp_path_factory.mktemp(case)
        with RecordWriter(folder / "Split-test") as writer:
            writer.write(pa.RecordBatch.from_arrays(list(columns.values()), list(columns)))
        names = [*(n for n in expected(case) if n not in NAMED_OTHERWISE), *CASES[case][2]]
        asked = [{name: ARGUMENTS[name]} if name in ARGUMENTS else name for name in names]
        step = AgnosticEvaluator(label_key="y", prediction_key="y", metrics=asked)
        step.check()
        config = configs.complete(step, configs.config_of(step))
        results = evaluation.evaluate(evaluation.Task(step, config, "", writer.files))
        results.write(str(folder / "evaluation"), results.validate(), ("", ""))
        made[case] = results, str(folder / "evaluation")
        return made[case]

    return evaluate


def lists(values):
    rows = values.reshape(len(values), -1)
    return pa.array(list(rows), pa.large_list(pa.from_numpy_dtype(rows.dtype)))


@pytest.mark.parametrize("case", CASES)
def test_values(evaluated, case):
    found = evaluated(case)[0].plain()["overall"]
    wrong = {
        name: (found.get(name), value)
        for name, (value, tolerance) in expected(case).items()
        if found.get(name) != pytest.approx(value, **tolerance)
    }
    assert not wrong


def results_of(evaluated, case, kind):
    """Name -> value of each result that is no number, as TFMA's own loaders read it.

    TFMA leaves the name of a plot empty where there is one of its kind.
    """
    import tensorflow_model_analysis as tfma

    folder = evaluated(case)[1]
    if kind == "metrics":
        (found,) = tfma.load_metrics(folder)
        entries = found.metric_keys_and_values
    else:
        (found,) = tfma.load_plots(folder)
        entries = found.plot_keys_and_values
    return {entry.key.name: entry.value for entry in entries}


def in_binary(threshold):
    y, p = probabilities()
    tn, fp, fn, tp = metrics.confusion_matrix(y, p > threshold).ravel()
    return tn, fp, fn, tp


def counted(matrix):
    return tuple(
        round(getattr(matrix, name))
        for name in ("true_negatives", "false_positives", "false_negatives", "true_positives")
    )


def test_confusion_matrix_at_thresholds(evaluated):
    value = results_of(evaluated, "binary", "metrics")["confusion_matrix_at_thresholds"]
    matrices = value.confusion_matrix_at_thresholds.matrices
    assert [round(matrix.threshold, 6) for matrix in matrices] == [0.2, 0.5]
    assert [counted(matrix) for matrix in matrices] == [in_binary(0.2), in_binary(0.5)]


def test_confusion_matrix_plot(evaluated):
    matrices = results_of(evaluated, "binary", "plots")[""].confusion_matrix_at_thresholds.matrices
    assert len(matrices) > 900
    for matrix in matrices[1::97]:
        assert counted(matrix) == in_binary(np.float32(matrix.threshold))


def test_score_distribution_plot_counts_the_predictions_above_each_threshold(evaluated):
    """Their weight is that of the rows that are in its bucket or above, whatever the label."""
    _, p = probabilities()
    plot = results_of(evaluated, "binary", "plots")["score_distribution_plot"]
    for matrix in plot.confusion_matrix_at_thresholds.matrices[1::97]:
        above = (p > np.float32(matrix.threshold)).sum()
        assert matrix.true_positives + matrix.false_positives == pytest.approx(above, abs=1e-3)


def test_calibration_plot(evaluated):
    y, p = probabilities()
    buckets = results_of(evaluated, "binary", "plots")[""].calibration_histogram_buckets.buckets
    checked = 0
    for bucket in buckets[1:-1]:
        inside = (p >= bucket.lower_threshold_inclusive) & (p < bucket.upper_threshold_exclusive)
        if abs(p - bucket.upper_threshold_exclusive).min() > 1e-6:
            assert bucket.num_weighted_examples.value == inside.sum()
            assert bucket.total_weighted_label.value == y[inside].sum()
            refined = bucket.total_weighted_refined_prediction.value
            assert refined == pytest.approx(p[inside].sum(), abs=1e-4)
            checked += int(inside.sum())
    assert checked > 500


@pytest.mark.parametrize(
    ("name", "label"),
    [("false_negative_feature_sampler", 1), ("false_positive_feature_sampler", 0)],
)
def test_feature_samplers_take_from_the_rows_that_are_wrong(evaluated, name, label):
    y, p = probabilities()
    rows = np.flatnonzero((y == label) & ((p > 0.5) != label))
    found = results_of(evaluated, "binary", "metrics")[name].array_value.bytes_values
    assert sorted(found) == sorted(f"row {row}".encode() for row in rows)


def in_classes(at_least):
    """Label and prediction -> how many, of the rows whose likeliest class is likely enough."""
    y, p = irises()
    label, best = y.argmax(1), np.where(p.max(1) > at_least, p.argmax(1), -1)
    pairs, counts = np.unique(np.c_[label, best], axis=0, return_counts=True)
    return {tuple(pair): count for pair, count in zip(pairs.tolist(), counts.tolist(), strict=True)}


@pytest.mark.parametrize("kind", ["metrics", "plots"])
def test_multi_class_confusion_matrices(evaluated, kind):
    name = {"metrics": "at_thresholds", "plots": "plot"}[kind]
    value = results_of(evaluated, "irises", kind)[f"multi_class_confusion_matrix_{name}"]
    (matrix,) = value.multi_class_confusion_matrix_at_thresholds.matrices
    found = {
        (entry.actual_class_id, entry.predicted_class_id): entry.num_weighted_examples
        for entry in matrix.entries
    }
    assert found == in_classes(matrix.threshold)


def test_multi_label_confusion_matrix_plot(evaluated):
    y, p = irises()
    value = results_of(evaluated, "irises", "plots")["multi_label_confusion_matrix_plot"]
    (matrix,) = value.multi_label_confusion_matrix_at_thresholds.matrices
    assert len(matrix.entries) == 9
    for entry in matrix.entries:
        among = y[:, entry.actual_class_id] == 1
        truth = y[among][:, entry.predicted_class_id]
        chosen = p[among][:, entry.predicted_class_id] > matrix.threshold
        expected = metrics.confusion_matrix(truth, chosen, labels=[0, 1]).ravel()
        assert counted(entry) == tuple(expected)


@pytest.mark.parametrize("name", [n for n, found in METRICS.items() if found.name in REFUSED])
def test_what_cannot_be_computed_is_refused_with_a_reason(name):
    from zenml.steps.evaluator import TFMAEvaluator

    with pytest.raises(StepArgumentError, match=f"'{name}' .*An EvaluatorStep of your own can"):
        TFMAEvaluator(metrics={"y": [name]}).check()
