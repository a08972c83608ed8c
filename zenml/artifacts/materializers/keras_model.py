"""KerasMaterializer: models of Keras as `.keras`."""

from __future__ import annotations

from typing import Any

from zenml.artifacts.materializers.base import BaseMaterializer

_FILE = "model.keras"


class KerasMaterializer(BaseMaterializer):
    """Keeps a Keras model: layers, weights, and what it was compiled with.

    Example:
        >>> import tempfile
        >>> KerasMaterializer(tempfile.mkdtemp()).EXECUTES
        True
    """

    ASSOCIATED_TYPES = ("keras.src.models.model.Model",)

    def save(self, value: Any) -> None:
        """Writes `model.keras`."""
        value.save(self._path(_FILE))

    def load(self, data_type: Any) -> Any:
        """Reads it; a Lambda layer too, for the file is the one that was recorded."""
        import keras

        return keras.saving.load_model(self._path(_FILE), safe_mode=False)

    def extract_metadata(self, value: Any) -> dict[str, Any]:
        """The version of Keras, the number of layers and of weights."""
        import keras

        found = {"keras": keras.__version__, "layers": len(value.layers)}
        return {**found, "weights": value.count_params()} if value.built else found
