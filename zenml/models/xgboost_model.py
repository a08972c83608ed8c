"""XGBoostModel: boosted trees of XGBoost, in its own binary JSON."""

from __future__ import annotations

import os
import re
from functools import cached_property
from typing import Any

from zenml.errors import DataError
from zenml.extras import load_extra
from zenml.models.arrays import Arrays
from zenml.models.base import Predictions
from zenml.models.feature_model import FeatureModel
from zenml.models.matrix import matrix_of

FORMAT, FILE = "xgboost", "model.ubj"


class XGBoostModel(FeatureModel):
    """A booster that takes a matrix of the features.

    Example:
        >>> XGBoostModel("/nowhere").booster
        Traceback (most recent call last):
        zenml.errors.DataError: /nowhere/model.ubj cannot be read: ...
    """

    @cached_property
    def booster(self) -> Any:
        """The booster.

        Raises:
            DataError: It cannot be read.
        """
        xgboost = load_extra("xgboost", "models", "A model of XGBoost")
        path = os.path.join(self.path, FILE)
        try:
            return xgboost.Booster(model_file=path)
        except xgboost.core.XGBoostError as exc:
            raise DataError(f"{path} cannot be read: {reason(exc)}") from exc

    def predict_features(self, features: Arrays) -> Predictions:
        """Probabilities (rows, 1) of "yes", (rows, classes) of classes; else a number."""
        matrix = matrix_of(features, self.features, self.description["one_hot_classes"])
        return {self.labels[0].output: boosted(self.booster, matrix)}

    def use_one_thread(self) -> None:
        """Trees are followed row by row, so few rows wait for threads more than for trees."""
        self.booster.set_param({"nthread": 1})


def boosted(booster: Any, matrix: Any) -> Any:
    """What a booster says of the rows of a matrix: float32 (rows, values)."""
    import numpy as np

    return np.asarray(booster.inplace_predict(matrix), np.float32).reshape(len(matrix), -1)


def reason(exc: Exception) -> str:
    """What an error of XGBoost says, without when and in which of its files it arose.

    Example:
        >>> reason(ValueError("[18:57:02] /src/a.cu:83: Check failed: n > 0: no rows"))
        'n > 0: no rows'
    """
    first = str(exc).strip().partition("\n")[0]
    return re.sub(r"^\[[\d:]+\] \S+:\d+: (Check failed: )?", "", first).strip()
