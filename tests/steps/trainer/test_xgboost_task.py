"""What gradient boosting takes a label for."""

from __future__ import annotations

import itertools

import numpy as np

from zenml.steps.trainer import XGBoostTrainer, xgboost_task
from zenml.steps.trainer.columns import Column


def test_a_label_is_read_until_it_is_no_bit(monkeypatch):
    endless = lambda step, label: (np.array([[n]]) for n in itertools.count())  # noqa: E731
    monkeypatch.setattr(xgboost_task, "label_values", endless)
    task = xgboost_task.task_of(XGBoostTrainer(), Column("delay_xl", "int64", (1,)))
    assert task == ("reg:squarederror", 0)
