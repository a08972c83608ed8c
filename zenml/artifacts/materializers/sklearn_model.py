"""SklearnMaterializer: models of scikit-learn."""

from __future__ import annotations

import importlib.util
import os
from typing import Any

from zenml.artifacts.materializers.base import BaseMaterializer
from zenml.artifacts.materializers.pickle_reading import load_pickle
from zenml.artifacts.materializers.pickle_writing import dump_pickle
from zenml.artifacts.materializers.reading import Reading
from zenml.errors import ArtifactStoreError
from zenml.skops_types import is_trusted

_SKOPS = "model.skops"
_PICKLE = "model.pkl"


class SklearnMaterializer(BaseMaterializer):
    """Keeps an estimator in the format of skops, or else as a pickle.

    The format of skops makes only what it names, and is taken where skops is installed and
    everything in the estimator is of scikit-learn and made without running code of others
    (see `zenml.skops_types`). Both are read only from files that are as recorded.

    Example:
        >>> import tempfile
        >>> from sklearn.linear_model import Ridge
        >>> materializer = SklearnMaterializer(tempfile.mkdtemp())
        >>> materializer.extract_metadata(Ridge(2))["parameters"]["alpha"]
        2
    """

    ASSOCIATED_TYPES = ("sklearn.base.BaseEstimator",)

    def save(self, value: Any) -> None:
        """Writes `model.skops`, or `model.pkl`."""
        if not self._save_skops(value):
            dump_pickle(value, self._path(_PICKLE))

    def _save_skops(self, value: Any) -> bool:
        if importlib.util.find_spec("skops") is None:
            return False
        from skops import io

        path = self._path(_SKOPS)
        try:
            io.dump(value, path)
            trusted = all(map(is_trusted, io.get_untrusted_types(file=path)))
        except Exception:  # noqa: BLE001 - of whatever it does not know: then it is a pickle
            trusted = False
        if not trusted and os.path.exists(path):
            os.unlink(path)
        return trusted

    def load(self, data_type: Any) -> Any:
        """Reads it, from files that are as recorded.

        Raises:
            ArtifactStoreError: They are not; or it is in the format of skops, and that is not
                installed here.
        """
        reading = self._reading or Reading(self.uri)
        reading.verify()
        if not os.path.exists(self._path(_SKOPS)):
            return load_pickle(self._path(_PICKLE), self._python, reading)
        try:
            from skops import io
        except ImportError as exc:
            raise ArtifactStoreError(
                f"{self._path(_SKOPS)} is in the format of skops: install it (pip install skops)."
            ) from exc
        path = self._path(_SKOPS)
        trusted = [name for name in io.get_untrusted_types(file=path) if is_trusted(name)]
        return io.load(path, trusted=trusted)

    def extract_metadata(self, value: Any) -> dict[str, Any]:
        """The version of scikit-learn, and the estimator's parameters."""
        import sklearn

        return {"sklearn": sklearn.__version__, "parameters": value.get_params(deep=False)}
