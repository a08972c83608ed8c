"""Predictions on real data, and what NumPy and scikit-learn make of each metric on them."""

from __future__ import annotations

import numpy as np
from sklearn import datasets, linear_model, metrics

# Curves are drawn through 10,000 thresholds, and scikit-learn's through every prediction.
BY_THRESHOLDS = {"abs": 0.01}
EXACT = {"rel": 1e-4, "abs": 1e-5}


def probabilities():
    """Whether a tumour is benign, and how sure a logistic regression on few features is."""
    data = datasets.load_breast_cancer()
    features = (data.data[:, :3] - data.data[:, :3].mean(0)) / data.data[:, :3].std(0)
    model = linear_model.LogisticRegression().fit(features[::2], data.target[::2])
    return data.target.astype(np.float32), model.predict_proba(features)[:, 1].astype(np.float32)


def digits():
    """Numbers of classes, and chances of each."""
    data = datasets.load_digits()
    features = data.data[:, 20:40] / 16
    model = linear_model.LogisticRegression().fit(features[::3], data.target[::3])
    return data.target[1::3], model.predict_proba(features[1::3]).astype(np.float32)


def irises():
    """Classes as vectors of 0 and 1, and chances of each."""
    data = datasets.load_iris()
    model = linear_model.LogisticRegression().fit(data.data[::2, :2], data.target[::2])
    chances = model.predict_proba(data.data[:, :2]).astype(np.float32)
    return np.eye(3, dtype=np.float32)[data.target], chances


def numbers():
    """The progression of diabetes, scaled to about 1, and a linear regression."""
    data = datasets.load_diabetes()
    target = data.target / 100
    model = linear_model.LinearRegression().fit(data.data[::2], target[::2])
    return target.astype(np.float32), model.predict(data.data).astype(np.float32)


def decisions():
    """Numbers of classes, and the number of the class that was decided for."""
    label, chances = digits()
    return label.astype(np.float32), chances.argmax(1).astype(np.float32)


def rates(y, p):
    """What follows from the confusion matrix at 0.5."""
    tn, fp, fn, tp = metrics.confusion_matrix(y, p > 0.5).ravel().astype(float)
    tpr, tnr, ppv, npv = tp / (tp + fn), tn / (tn + fp), tp / (tp + fp), tn / (tn + fn)
    names = {
        ("tp", "true_positives"): tp,
        ("tn", "true_negatives"): tn,
        ("fp", "false_positives"): fp,
        ("fn", "false_negatives"): fn,
        ("tpr", "recall"): metrics.recall_score(y, p > 0.5),
        ("tnr", "specificity"): tnr,
        ("fpr", "fall_out"): 1 - tnr,
        ("fnr", "miss_rate"): 1 - tpr,
        ("ppv", "precision"): metrics.precision_score(y, p > 0.5),
        ("npv", "negative_predictive_value"): npv,
        ("false_discovery_rate",): 1 - ppv,
        ("false_omission_rate",): 1 - npv,
        ("positive_likelihood_ratio",): tpr / (1 - tnr),
        ("negative_likelihood_ratio",): (1 - tpr) / tnr,
        ("diagnostic_odds_ratio",): tp * tn / (fp * fn),
        ("informedness",): tpr + tnr - 1,
        ("markedness",): ppv + npv - 1,
        ("predicted_positive_rate",): (p > 0.5).mean(),
        ("prevalence",): y.mean(),
        ("prevalence_threshold",): (np.sqrt(tpr * (1 - tnr)) + tnr - 1) / (tpr + tnr - 1),
        ("threat_score",): metrics.jaccard_score(y, p > 0.5),
        ("f1_score", "f_beta_score", "fbeta_score"): metrics.f1_score(y, p > 0.5),
        ("fowlkes_mallows_index",): np.sqrt(ppv * tpr),
        ("matthews_correlation_coefficient",): metrics.matthews_corrcoef(y, p > 0.5),
        ("balanced_accuracy",): metrics.balanced_accuracy_score(y, p > 0.5),
        ("binary_accuracy", "accuracy", "acc"): metrics.accuracy_score(y, p > 0.5),
        ("binary_io_u", "binary_iou"): metrics.jaccard_score(y, p > 0.5, average="macro"),
        ("max_recall",): 1.0,
    }
    return {name: value for group, value in names.items() for name in group}


def of_probabilities(y, p):
    right = np.where(y == 1, p, 1 - p)
    sign = 2 * y - 1
    return {
        **rates(y, p),
        "binary_cross_entropy": metrics.log_loss(y, p),
        "binary_crossentropy": metrics.log_loss(y, p),
        "binary_focal_crossentropy": np.mean(-((1 - right) ** 2) * np.log(right)),
        "hinge": metrics.hinge_loss(y, p),
        "squared_hinge": np.mean(np.maximum(0, 1 - sign * p) ** 2),
        "kl_divergence": np.mean(np.where(y == 1, -np.log(p), 0)),
        "coefficient_of_discrimination": p[y == 1].mean() - p[y == 0].mean(),
        "relative_coefficient_of_discrimination": p[y == 1].mean() / p[y == 0].mean(),
        "calibration": p.sum() / y.sum(),
        "mean": np.arange(len(y)).mean(),
    }


def of_thresholds(y, p):
    precision, recall, _ = metrics.precision_recall_curve(y, p)
    fpr, tpr, thresholds = metrics.roc_curve(y, p, drop_intermediate=False)
    return {
        "auc": metrics.roc_auc_score(y, p),
        "auc_precision_recall": metrics.auc(recall, precision),
        "precision_at_recall": precision[recall >= 0.8].max(),
        "recall_at_precision": recall[precision >= 0.95].max(),
        "recall_at_false_positive_rate": tpr[fpr <= 0.1].max(),
        "sensitivity_at_specificity": tpr[1 - fpr >= 0.9].max(),
        "specificity_at_sensitivity": (1 - fpr)[tpr >= 0.8].max(),
        "threshold_at_recall": thresholds[tpr >= 0.8].max(),
    }


def of_numbers(y, p):
    error = p - y
    names = {
        ("mae", "mean_absolute_error"): metrics.mean_absolute_error(y, p),
        ("mse", "mean_squared_error"): metrics.mean_squared_error(y, p),
        ("rmse", "root_mean_squared_error"): np.sqrt(metrics.mean_squared_error(y, p)),
        ("mape", "mean_absolute_percentage_error"): 100
        * metrics.mean_absolute_percentage_error(y, p),
        ("msle", "mean_squared_logarithmic_error"): metrics.mean_squared_log_error(y, p),
        ("logcosh", "log_cosh", "log_cosh_error"): np.log(np.cosh(error)).mean(),
        ("huber",): np.where(abs(error) <= 1, error**2 / 2, abs(error) - 0.5).mean(),
        ("poisson",): np.mean(p - y * np.log(p)),
        ("r2_score",): metrics.r2_score(y, p),
        ("squared_pearson_correlation",): np.corrcoef(y, p)[0, 1] ** 2,
        ("mean_relative_error",): np.mean(abs(error) / 2),
        ("mean_label",): y.mean(),
        ("mean_prediction",): p.mean(),
        ("example_count", "weighted_example_count"): len(y),
    }
    return {name: value for group, value in names.items() for name in group}


def of_irises(y, p):
    label, best = y.argmax(1), p.argmax(1)
    right = p[y == 1]
    lengths = np.linalg.norm(y, axis=1) * np.linalg.norm(p, axis=1)
    each = metrics.jaccard_score(label, best, average=None)
    focal = -0.25 * y * (1 - p) ** 2 * np.log(p)
    return {
        "categorical_accuracy": metrics.accuracy_score(label, best),
        "categorical_cross_entropy": -np.log(right).mean(),
        "categorical_crossentropy": -np.log(right).mean(),
        "categorical_focal_crossentropy": focal.sum(1).mean(),
        "categorical_hinge": np.maximum(0, 1 - right + ((1 - y) * p).max(1)).mean(),
        "top_k_categorical_accuracy": metrics.top_k_accuracy_score(label, p, k=2),
        "cosine_similarity": np.mean((y * p).sum(1) / lengths),
        "one_hot_io_u": each[[0, 2]].mean(),
        "one_hot_iou": each[[0, 2]].mean(),
        "one_hot_mean_io_u": each.mean(),
        "one_hot_mean_iou": each.mean(),
    }


def of_digits(y, p):
    y, rows = y.astype(int), np.arange(len(y))
    return {
        "sparse_categorical_accuracy": metrics.accuracy_score(y, p.argmax(1)),
        # Keras takes no chance to be below 1e-7.
        "sparse_categorical_crossentropy": -np.log(np.maximum(p[rows, y], 1e-7)).mean(),
        "sparse_top_k_categorical_accuracy": metrics.top_k_accuracy_score(y, p, k=3),
    }


def of_decisions(y, p):
    each = metrics.jaccard_score(y, p, average=None)
    return {
        "io_u": each[[3, 8]].mean(),
        "iou": each[[3, 8]].mean(),
        "mean_io_u": each.mean(),
        "mean_iou": each.mean(),
        "exact_match": metrics.accuracy_score(y, p),
    }


QUERIES = 10


def of_queries(y, p):
    """Each query is of every tenth row; what is gained by a row is its label."""
    places, gains, sizes = [], [], []
    for first in range(QUERIES):
        label, score = y[first::QUERIES], p[first::QUERIES]
        places.append(1 + np.flatnonzero(label[np.argsort(-score)])[0])
        gains.append(metrics.ndcg_score([label], [score], k=20))
        sizes.append(len(label))
    return {
        "min_label_position": np.mean(places),
        "ndcg/topK:20": np.mean(gains),
        # Of query_statistics, which gives several results.
        "total_queries": QUERIES,
        "total_documents": len(y),
        "min_documents": min(sizes),
        "max_documents": max(sizes),
    }


def malign():
    """The tumours that are looked for, and their chances."""
    y, p = probabilities()
    return 1 - y, 1 - p


ARGUMENTS = {
    "min_label_position": {"query_key": "query"},
    "ndcg": {"query_key": "query", "gain_key": "y_xl", "top_k_list": [20]},
    "query_statistics": {"query_key": "query"},
    "mean": {"feature_key_path": ["features", "place"]},
    "f_beta_score": {"threshold": 0.5},
    "fbeta_score": {"threshold": 0.5},
    "precision_at_recall": {"recall": 0.8},
    "recall_at_precision": {"precision": 0.95},
    "recall_at_false_positive_rate": {"false_positive_rate": 0.1},
    "sensitivity_at_specificity": {"specificity": 0.9},
    "specificity_at_sensitivity": {"sensitivity": 0.8},
    "threshold_at_recall": {"recall": 0.8},
    "mean_relative_error": {"normalizer": [[2.0]]},
    "top_k_categorical_accuracy": {"k": 2},
    "sparse_top_k_categorical_accuracy": {"k": 3},
    "one_hot_io_u": {"num_classes": 3, "target_class_ids": [0, 2]},
    "one_hot_iou": {"num_classes": 3, "target_class_ids": [0, 2]},
    "one_hot_mean_io_u": {"num_classes": 3},
    "one_hot_mean_iou": {"num_classes": 3},
    "io_u": {"num_classes": 10, "target_class_ids": [3, 8]},
    "iou": {"num_classes": 10, "target_class_ids": [3, 8]},
    "mean_io_u": {"num_classes": 10},
    "mean_iou": {"num_classes": 10},
    "confusion_matrix_at_thresholds": {"thresholds": [0.2, 0.5]},
    "multi_class_confusion_matrix_at_thresholds": {"thresholds": [0.4]},
    "false_negative_feature_sampler": {"feature_key": "name", "sample_size": 1000},
    "false_positive_feature_sampler": {"feature_key": "name", "sample_size": 1000},
}
# Results that are not called as their metrics are.
NAMED_OTHERWISE = {
    "total_queries",
    "total_documents",
    "min_documents",
    "max_documents",
    "ndcg/topK:20",
}
# What is no number: (metrics, and plots) -> compared by a test each.
BINARY_RESULTS = [
    "confusion_matrix_at_thresholds",
    "confusion_matrix_plot",
    "calibration_plot",
    "score_distribution_plot",
    "false_negative_feature_sampler",
    "false_positive_feature_sampler",
]
CLASS_RESULTS = [
    "multi_class_confusion_matrix_at_thresholds",
    "multi_class_confusion_matrix_plot",
    "multi_label_confusion_matrix_plot",
]
# Case -> rows, (expected numbers, tolerance) ..., results that are no numbers.
CASES = {
    "binary": (
        probabilities,
        [(of_probabilities, EXACT), (of_thresholds, BY_THRESHOLDS)],
        BINARY_RESULTS,
    ),
    "irises": (irises, [(of_irises, EXACT)], CLASS_RESULTS),
    "digits": (digits, [(of_digits, EXACT)], []),
    "numbers": (numbers, [(of_numbers, EXACT)], []),
    "queries": (malign, [(of_queries, EXACT)], ["query_statistics", "ndcg"]),
    "decisions": (decisions, [(of_decisions, EXACT)], []),
}


def expected(case):
    """Metric -> value and tolerance."""
    rows, references, _ = CASES[case]
    y, p = (values.astype(np.float64) for values in rows())
    return {
        name: (value, tolerance)
        for reference, tolerance in references
        for name, value in reference(y, p).items()
    }
