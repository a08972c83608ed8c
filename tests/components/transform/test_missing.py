"""Columns that have no value in one of the splits."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.components.transform.test_label_classes import method, preprocess
from zenml.errors import DataError

pytestmark = pytest.mark.tf


def frames(empty):
    """A number and a word, both without a value in one split."""
    full = pd.DataFrame({"size": [1.0, 2.0, 3.0], "word": ["a", "b", "b"], "y": [1.0, 2.0, 3.0]})
    none = full.assign(size=np.nan, word=None)
    return {split: none if split == empty else full for split in ("train", "test")}


def test_they_are_filled_where_training_has_values(rows, tmp_path):
    _, made = preprocess(rows, tmp_path, frames("test"), labels=["y"])
    assert list(made["word_xf"]) == [1, 0, 0]
    test = rows.read(tmp_path / "out", "test")
    assert list(test["size_xf"]) == [made["size_xf"].max()] * 3
    assert list(test["word_xf"]) == [2, 2, 2]


def test_lists_of_which_each_holds_nan_are_filled(rows, tmp_path):
    lists = [[1.0, np.nan], [np.nan, 2.0, 3.0]]
    frame = pd.DataFrame({"many": lists, "y": [1.0, 2.0]})
    _, made = preprocess(rows, tmp_path, {"train": frame}, labels=["y"])
    assert [np.isfinite(row).all() for row in made["many_xf"]] == [True, True]
    none = frame.assign(many=[[np.nan, np.nan], [np.nan]])
    with pytest.raises(DataError, match="'many' has no value in the training splits"):
        preprocess(rows, tmp_path / "no", {"train": none, "test": frame}, labels=["y"])


def test_numbers_without_a_value_to_learn_from_are_refused(rows, tmp_path):
    with pytest.raises(DataError, match=r"'size' has no value in the training splits, .*custom"):
        preprocess(rows, tmp_path / "no", frames("train"), labels=["y"])
    filled = {"size": {"filling": [method("custom", custom_value=0.5)]}}
    _, made = preprocess(rows, tmp_path, frames("train"), labels=["y"], overwrite=filled)
    assert list(made["size_xf"]) == [0.0] * 3
