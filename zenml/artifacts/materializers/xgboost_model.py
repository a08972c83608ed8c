"""XGBoostMaterializer: models of XGBoost as its own JSON."""

from __future__ import annotations

import json
from typing import Any

from zenml.artifacts.materializers.base import BaseMaterializer, Unsuitable
from zenml.artifacts.materializers.json_reading import Decoder
from zenml.artifacts.materializers.json_writing import Encoder
from zenml.errors import ArtifactStoreError

_MODEL = "model.json"
_CLASS = "class.json"


class XGBoostMaterializer(BaseMaterializer):
    """Keeps a Booster, or one of the estimators of XGBoost with its parameters.

    Example:
        >>> import tempfile
        >>> XGBoostMaterializer(tempfile.mkdtemp()).EXECUTES
        False
    """

    ASSOCIATED_TYPES = ("xgboost.core.Booster", "xgboost.sklearn.XGBModel")
    EXECUTES = False

    def save(self, value: Any) -> None:
        """Writes `model.json`, and `class.json` with the class, its parameters and scores."""
        import xgboost

        kind = type(value)
        if getattr(xgboost, kind.__name__, None) is not kind:
            raise Unsuitable("it is of a class of somebody's own")
        state = {} if kind is xgboost.Booster else {**vars(value)}
        state.pop("_Booster", None)
        encoded = Encoder(_refuse).encode({"class": kind.__name__, "state": state})
        try:
            value.save_model(self._path(_MODEL))
        except Exception as exc:
            if type(exc).__name__ != "NotFittedError":
                raise
            raise Unsuitable("it is not fitted") from exc
        with open(self._path(_CLASS), "w", encoding="ascii") as file:
            json.dump(encoded, file)

    def load(self, data_type: Any) -> Any:
        """Reads them."""
        import xgboost

        with open(self._path(_CLASS), encoding="ascii") as file:
            told = json.load(file, object_hook=Decoder(None, self._path).decode)
        kind = getattr(xgboost, told["class"], None)
        if not (isinstance(kind, type) and issubclass(kind, (xgboost.Booster, xgboost.XGBModel))):
            raise ArtifactStoreError(f"{self._path(_CLASS)} names {told['class']!r}, no model.")
        made = kind()
        made.load_model(self._path(_MODEL))
        vars(made).update(told["state"])
        return made

    def extract_metadata(self, value: Any) -> dict[str, Any]:
        """The version of XGBoost, the number of trees' rounds and of features."""
        import xgboost

        booster = value if isinstance(value, xgboost.Booster) else None
        if booster is None and hasattr(value, "_Booster"):
            booster = value.get_booster()
        if booster is None:
            return {"xgboost": xgboost.__version__}
        rounds, features = booster.num_boosted_rounds(), booster.num_features()
        return {"xgboost": xgboost.__version__, "rounds": rounds, "features": features}


def _refuse(number: int, value: Any, pickled: bool) -> dict[str, str]:
    raise Unsuitable(f"an attribute of it is a {type(value).__name__}")
