"""Class weights by word and by index."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from zenml.errors import StepArgumentError
from zenml.steps.trainer import TFFeedForwardTrainer
from zenml.steps.trainer.class_weights import weights_of
from zenml.steps.trainer.columns import Column
from zenml.steps.trainer.labels import MOST_CLASSES, class_indices


def weights(given, words):
    vocabulary = SimpleNamespace(vocabulary_by_name=lambda name: [w.encode() for w in words])
    fail = TFFeedForwardTrainer().fail
    step = SimpleNamespace(class_weights=given, tf_transform_output=vocabulary, fail=fail)
    label = Column("late_xl", "int64", (1,), 3)
    return weights_of(step, label, [np.array([[0], [1], [2]])]).tolist()


@pytest.mark.parametrize(
    ("given", "words", "found"),
    [
        ({"b": 2, "0": 3}, ["a", "b", "c"], [3, 2, 1]),
        ({"0": 2}, ["1", "0", "2"], [1, 2, 1]),
        ({0: 2}, ["1", "0", "2"], [1, 2, 1]),
        ({"0": 2}, ["0", "b", "c"], [2, 1, 1]),
        ({"7": 2}, ["a", "7", "c"], [1, 2, 1]),
        ({"2": 2}, [], [1, 1, 2]),
    ],
)
def test_a_digit_that_is_a_word_is_the_word(given, words, found):
    assert weights(given, words) == found


def test_a_digit_that_could_be_either_is_refused():
    with pytest.raises(StepArgumentError, match="'0', which in the label 'late_xl' is the word"):
        weights({"0": 2}, ["a", "0", "c"])


@pytest.mark.parametrize(("given", "words"), [({"3": 2}, ["a", "b", "c"]), ({0: 2}, ["5", "6"])])
def test_a_class_that_is_not_there(given, words):
    with pytest.raises(StepArgumentError, match=f"has {', '.join(words)}"):
        weights(given, words)


def test_a_class_that_is_named_twice():
    with pytest.raises(StepArgumentError, match="each class once; 'b' and '1' are the same"):
        weights({"b": 2, "1": 3}, ["a", "b", "c"])


def test_balanced_is_that_of_scikit_learn():
    from sklearn.utils.class_weight import compute_class_weight

    values = np.random.RandomState(0).choice(4, 200, p=[0.6, 0.25, 0.1, 0.05])
    step = SimpleNamespace(class_weights="balanced")
    batches = [values[:90, None], values[90:, None]]
    found = weights_of(step, Column("late_xl", "int64", (1,), 4), batches)
    expected = compute_class_weight("balanced", classes=np.arange(4), y=values)
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_a_number_that_counts_something_else_is_no_class():
    values = np.array([[1], [MOST_CLASSES]])
    with pytest.raises(StepArgumentError, match=f"holds {MOST_CLASSES}, which is no index of"):
        class_indices(TFFeedForwardTrainer(), Column("id_xl", "int64", (1,)), values)
    counted = Column("word_xl", "int64", (1,), MOST_CLASSES + 1)
    assert class_indices(TFFeedForwardTrainer(), counted, values).tolist() == [1, MOST_CLASSES]
