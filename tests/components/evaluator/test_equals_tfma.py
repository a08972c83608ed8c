"""The numbers are TFMA's own: every metric, overall and by slice, to 1e-6."""

from __future__ import annotations

import math

import pytest

pytestmark = pytest.mark.tf

CONFUSION = """
auc auc_precision_recall balanced_accuracy binary_accuracy diagnostic_odds_ratio f1_score fn fp fpr
fall_out false_discovery_rate false_negatives false_omission_rate false_positives
fowlkes_mallows_index informedness markedness matthews_correlation_coefficient max_recall miss_rate
npv negative_likelihood_ratio positive_likelihood_ratio precision predicted_positive_rate prevalence
prevalence_threshold recall specificity tn tp threat_score true_negatives true_positives
"""
DENSE = """
cosine_similarity categorical_hinge hinge squared_hinge kl_divergence log_cosh_error poisson
root_mean_squared_error huber log_cosh binary_crossentropy binary_focal_crossentropy
"""
ERRORS = """
mean_absolute_error mean_absolute_percentage_error mean_squared_error mean_squared_logarithmic_error
squared_pearson_correlation mean_label mean_prediction calibration example_count
weighted_example_count
"""
CHANCES = ["coefficient_of_discrimination", "relative_coefficient_of_discrimination"]
CLASSES = ["multi_class_confusion_matrix_plot", "multi_class_confusion_matrix_at_thresholds"]
ARGUMENTS = [
    {"precision_at_recall": {"recall": 0.8}},
    {"confusion_matrix_at_thresholds": {"thresholds": [0.0, 0.2, 0.5, 0.9]}},
    {"recall_at_precision": {"precision": 0.7}},
    {"specificity_at_sensitivity": {"sensitivity": 0.6}},
]

CASES = {
    "binary": (
        "sex",
        [["sex_xl"], ["tags"]],
        [
            *CONFUSION.split(),
            *DENSE.split(),
            *ERRORS.split(),
            *CHANCES,
            *ARGUMENTS,
            "accuracy",
            "binary_cross_entropy",
            "binary_iou",
            "calibration_plot",
            "confusion_matrix_plot",
        ],
    ),
    "one_hot": (
        "species",
        [["island"]],
        [
            *CONFUSION.split(),
            *DENSE.split(),
            *ERRORS.split(),
            *CHANCES,
            *CLASSES,
            "accuracy",
            "categorical_accuracy",
            "categorical_cross_entropy",
            "categorical_crossentropy",
            {"top_k_categorical_accuracy": {"k": 2}},
            {"precision": {"top_k": 2, "name": "precision_2"}},
            {"recall": {"class_id": 1, "name": "recall_1"}},
        ],
    ),
    "sparse": (
        "digit",
        [["ink"]],
        [
            *CONFUSION.split(),
            *CLASSES,
            "accuracy",
            "sparse_categorical_crossentropy",
            "sparse_top_k_categorical_accuracy",
            "categorical_cross_entropy",
            "example_count",
            {"precision": {"top_k": 3, "name": "precision_3"}},
        ],
    ),
    "regression": (
        "progression",
        [["sex"]],
        [*ERRORS.split(), "root_mean_squared_error", "log_cosh_error", "huber", "poisson"],
    ),
}


@pytest.fixture(scope="module", params=CASES)
def both(request):
    from zenml.components.evaluator import configs, evaluation
    from zenml.steps.evaluator import TFMAEvaluator

    label, slices, metrics = CASES[request.param]
    case = request.getfixturevalue(f"{request.param}_case")
    step = TFMAEvaluator(metrics={label: metrics}, slices=slices)
    step.check()
    config = configs.complete(step, configs.config_of(step))
    task = evaluation.Task(step, config, case.saved_model, case.files)
    ours = evaluation.evaluate(task)
    return ours, evaluation._by_tfma(task, task.config)


def close(a, b):
    if a is None or b is None:
        return a is b
    return math.isclose(a, b, rel_tol=1e-6, abs_tol=1e-6)


def by_slice(results):
    plain = results.plain()
    slices = {str(entry["slice"]): entry["metrics"] for entry in plain["slices"]}
    return {"overall": plain["overall"], **slices}


def test_all_was_computed_by_batch(both):
    from zenml.components.evaluator.plan import make_plan

    assert make_plan(both[0].config).rest is None


def test_slices_are_the_same(both):
    ours, theirs = both
    assert set(by_slice(ours)) == set(by_slice(theirs))
    assert len(by_slice(ours)) > 2


def test_every_number_is_the_same(both):
    ours, theirs = (by_slice(results) for results in both)
    for where, values in theirs.items():
        assert set(ours[where]) == set(values)
        wrong = {k: (ours[where][k], v) for k, v in values.items() if not close(ours[where][k], v)}
        assert not wrong, where


@pytest.mark.parametrize("kind", ["metrics", "plots"])
def test_every_proto_is_the_same(both, kind):
    """Plots and confusion matrices too: field by field."""
    ours, theirs = (results._protos[kind] for results in both)
    theirs = {place: proto for place, proto in theirs.items() if proto.ByteSize() > 0}
    field = {"metrics": "metric_keys_and_values", "plots": "plot_keys_and_values"}[kind]
    for place, proto in theirs.items():
        entries = {e.key.SerializeToString(): e.value for e in getattr(proto, field)}
        if not entries:
            continue
        mine = {e.key.SerializeToString(): e.value for e in getattr(ours[place], field)}
        assert set(mine) == set(entries)
        for key, value in entries.items():
            same(mine[key], value, str(key))


def same(a, b, where):
    assert {f.name for f, _ in a.ListFields()} == {f.name for f, _ in b.ListFields()}, where
    for field, theirs in b.ListFields():
        ours = getattr(a, field.name)
        if field.type == field.TYPE_MESSAGE:
            pairs = zip(ours, theirs, strict=True) if hasattr(theirs, "add") else [(ours, theirs)]
            for mine, other in pairs:
                same(mine, other, f"{where}.{field.name}")
        elif isinstance(theirs, float):
            alike = math.isnan(ours) and math.isnan(theirs)
            assert alike or math.isclose(ours, theirs, rel_tol=1e-6, abs_tol=1e-6), where
        else:
            assert ours == theirs, where
