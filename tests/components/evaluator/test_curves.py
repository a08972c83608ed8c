"""What pages draw: the same as scikit-learn's curves, batch by batch, in bounded memory."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics

pytestmark = pytest.mark.tf


def drawn(labels, predictions, names=(), batch=700):
    from zenml.components.evaluator.curves import Curves
    from zenml.components.evaluator.rows import Rows

    curves = Curves(["test"], {"": "late_xl"}, {"late": names})
    for start in range(0, len(labels), batch):
        part = slice(start, start + batch)
        curves.add(Rows({"": labels[part]}, {"": predictions[part]}, {}, None))
    return curves.plain()["outputs"][""]


@pytest.fixture(scope="module")
def binary():
    rng = np.random.default_rng(5)
    labels = rng.integers(0, 2, (6000, 1))
    scores = np.clip(rng.normal(0.35 + 0.3 * labels, 0.2), 0, 1)
    return labels, scores


def test_binary_curves_are_those_of_scikit_learn(binary):
    labels, scores = binary
    found = drawn(labels, scores, ["on time", "late"])
    assert (found["kind"], found["label"], found["rows"]) == ("binary", "late", 6000)
    assert found["classes"] == ["on time", "late"]
    assert found["confusion"] == metrics.confusion_matrix(labels, scores > 0.5).tolist()
    assert found["roc"]["auc"] == pytest.approx(metrics.roc_auc_score(labels, scores), abs=1e-4)
    ap = metrics.average_precision_score(labels, scores)
    assert found["pr"]["ap"] == pytest.approx(ap, abs=1e-3)
    fpr, tpr, _ = metrics.roc_curve(labels, scores)
    assert np.allclose(np.interp(found["roc"]["fpr"], fpr, tpr), found["roc"]["tpr"], atol=0.03)
    assert 50 < len(found["roc"]["fpr"]) <= 200 >= len(found["pr"]["recall"])


def test_calibration_by_tenths(binary):
    labels, scores = (values[:, 0] for values in binary)
    found = drawn(labels[:, None], scores[:, None])["calibration"]
    inside = (scores >= 0.4) & (scores < 0.5)
    assert found["count"][4] == inside.sum()
    assert found["predicted"][4] == pytest.approx(scores[inside].mean())
    assert found["observed"][4] == pytest.approx(labels[inside].mean())
    assert sum(found["count"]) == 6000


@pytest.mark.parametrize("shape", ["numbers", "one_hot", "logits"])
def test_classes(shape):
    rng = np.random.default_rng(6)
    labels = rng.integers(0, 3, 2000)
    logits = rng.normal(0, 1, (2000, 3)) + 2 * np.eye(3)[labels]
    chances = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    given = np.eye(3)[labels] if shape == "one_hot" else labels[:, None]
    found = drawn(given, logits if shape == "logits" else chances, ["Adelie", "Chinstrap"])
    assert found["classes"] == ["Adelie", "Chinstrap", "2"]
    wanted = metrics.confusion_matrix(labels, logits.argmax(axis=1))
    assert found["confusion"] == wanted.tolist()
    for i, name in enumerate(found["classes"]):
        auc = metrics.roc_auc_score(labels == i, chances[:, i])
        assert found["roc_by_class"][name]["auc"] == pytest.approx(auc, abs=1e-3)
        ap = metrics.average_precision_score(labels == i, chances[:, i])
        assert found["pr_by_class"][name]["ap"] == pytest.approx(ap, abs=5e-3)


def test_many_classes_take_no_room_with_their_square():
    labels = np.arange(1000)[:, None]
    found = drawn(labels, np.full((1000, 1000), 0.001))
    assert found["confusion"] == []
    assert found["roc_by_class"] == {}


def test_measures():
    rng = np.random.default_rng(7)
    labels = rng.normal(100, 30, (5000, 1))
    predictions = labels + rng.normal(0, 5, (5000, 1))
    predictions[4000] = labels[4000] + 1000  # the range grows
    predictions[17] = np.nan
    found = drawn(labels, predictions)
    assert found["kind"] == "regression"
    assert found["rows"] == 4999
    edges, count = found["residuals"]["edges"], found["residuals"]["count"]
    assert sum(count) == 4999
    assert len(edges) == len(count) + 1 <= 51
    assert edges[0] <= -15
    assert edges[-1] >= 1000
    assert np.diff(edges).min() > 0
    pairs = np.c_[found["scatter"]["label"], found["scatter"]["prediction"]]
    assert 500 < len(pairs) <= 1000
    assert {tuple(pair) for pair in pairs} <= {tuple(p) for p in np.c_[labels, predictions]}


def test_a_class_that_no_row_has_has_no_curve():
    found = drawn(np.zeros((10, 1)), np.linspace(0, 1, 10)[:, None])
    assert found["roc"] == {"fpr": [], "tpr": [], "auc": None}
    assert found["pr"]["ap"] is None
