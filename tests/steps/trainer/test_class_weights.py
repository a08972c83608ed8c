"""Class weights by word and by index."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from zenml.errors import StepArgumentError
from zenml.steps.trainer.class_weights import weights_of
from zenml.steps.trainer.columns import Column


def weights(given, words):
    vocabulary = SimpleNamespace(vocabulary_by_name=lambda name: [w.encode() for w in words])
    step = SimpleNamespace(class_weights=given, tf_transform_output=vocabulary)
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
