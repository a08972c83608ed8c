"""What gradient boosting takes a label for."""

from __future__ import annotations

import itertools

import numpy as np

from zenml.steps.trainer import XGBoostTrainer, xgboost
from zenml.steps.trainer.columns import Column


def test_a_label_is_read_until_it_is_no_bit(monkeypatch):
    endless = lambda step, label: (np.array([[n]]) for n in itertools.count())  # noqa: E731
    monkeypatch.setattr(xgboost, "label_values", endless)
    task = XGBoostTrainer()._task(Column("delay_xl", "int64", (1,)))
    assert task == ("reg:squarederror", 0)
