"""KerasMaterializer: models of Keras as `.keras`."""

from __future__ import annotations

import json
from typing import Any

from zenml.artifacts.materializers import names
from zenml.artifacts.materializers.base import BaseMaterializer
from zenml.artifacts.materializers.reading import Reading

_FILE = "model.keras"
_CLASSES = "classes.json"


class KerasMaterializer(BaseMaterializer):
    """Keeps a Keras model: layers, weights, and what it was compiled with.

    Example:
        >>> import tempfile
        >>> KerasMaterializer(tempfile.mkdtemp()).EXECUTES
        True
    """

    ASSOCIATED_TYPES = ("keras.src.models.model.Model",)

    def save(self, value: Any) -> None:
        """Writes `model.keras`, and `classes.json` with the layers that are not of Keras."""
        value.save(self._path(_FILE))
        kinds = {type(layer) for layer in value._flatten_layers(include_self=True)}
        own = {k.__name__: names.name_of(k) for k in kinds if not k.__module__.startswith("keras.")}
        with open(self._path(_CLASSES), "w", encoding="utf-8") as file:
            json.dump(own, file, sort_keys=True)

    def load(self, data_type: Any) -> Any:
        """Reads it; a Lambda layer too, for the file is the one that was recorded."""
        import keras

        reading = self._reading or Reading(self.uri)
        with open(self._path(_CLASSES), encoding="utf-8") as file:
            own = {name: reading.find(source) for name, source in json.load(file).items()}
        path = self._path(_FILE)
        return keras.saving.load_model(path, custom_objects=own, safe_mode=False)

    def extract_metadata(self, value: Any) -> dict[str, Any]:
        """The version of Keras, the number of layers and of weights."""
        import keras

        found = {"keras": keras.__version__, "layers": len(value.layers)}
        return {**found, "weights": value.count_params()} if value.built else found
