"""LightGBMMaterializer: boosters of LightGBM as its own text."""

from __future__ import annotations

import json
from typing import Any

from zenml.artifacts.materializers.base import BaseMaterializer, Unsuitable

_MODEL = "model.txt"
_BEST = "best.json"


class LightGBMMaterializer(BaseMaterializer):
    """Keeps a Booster with all its trees.

    LightGBM's estimators are models of scikit-learn, and kept like these.

    Example:
        >>> import tempfile
        >>> LightGBMMaterializer(tempfile.mkdtemp()).EXECUTES
        False
    """

    ASSOCIATED_TYPES = ("lightgbm.basic.Booster",)
    EXECUTES = False

    def save(self, value: Any) -> None:
        """Writes `model.txt`, and `best.json` with the best iteration and its scores."""
        import lightgbm

        if type(value) is not lightgbm.Booster:
            raise Unsuitable("it is of a class of somebody's own")
        value.save_model(self._path(_MODEL), num_iteration=-1)
        scores = {data: dict(found) for data, found in (value.best_score or {}).items()}
        with open(self._path(_BEST), "w", encoding="ascii") as file:
            json.dump({"iteration": value.best_iteration, "score": scores}, file)

    def load(self, data_type: Any) -> Any:
        """Reads them."""
        import lightgbm

        made = lightgbm.Booster(model_file=self._path(_MODEL))
        with open(self._path(_BEST), encoding="ascii") as file:
            best = json.load(file)
        made.best_iteration, made.best_score = best["iteration"], best["score"]
        return made

    def extract_metadata(self, value: Any) -> dict[str, Any]:
        """The version of LightGBM, the number of trees and of features."""
        import lightgbm

        trees, features = value.num_trees(), value.num_feature()
        return {"lightgbm": lightgbm.__version__, "trees": trees, "features": features}
