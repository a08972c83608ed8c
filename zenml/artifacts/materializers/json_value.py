"""JSONMaterializer: numbers, texts, containers, dataclasses, pydantic models."""

from __future__ import annotations

import json
import math
from typing import Any

from zenml.artifacts.materializers.base import BaseMaterializer, Unsuitable
from zenml.artifacts.materializers.registry import BUILT_IN, JSON

_FILE = "data.json"
_SHORT = 1 << 64
_TAG = b'"$zenml"'


class JSONMaterializer(BaseMaterializer):
    """Keeps a value as JSON that gives back exactly what it was, types included.

    What JSON has no notation for stands as an object with the key "$zenml". What does not
    belong into JSON at all, a DataFrame in a list for example, is an artifact of its own in a
    folder beside, saved by the materializer of its type.

    Example:
        >>> import tempfile
        >>> materializer = JSONMaterializer(tempfile.mkdtemp())
        >>> materializer.save([1, (2, 3), {4: float("inf")}])
        >>> materializer.load(list)
        [1, (2, 3), {4: inf}]
    """

    ASSOCIATED_TYPES = tuple(name for name, found in BUILT_IN.items() if found == JSON)
    EXECUTES = False  # what could execute asks for the hash itself

    def save(self, value: Any) -> None:
        """Writes `data.json`, and a folder for every part that JSON does not hold."""
        kind = type(value)
        if (
            value is None
            or kind in (bool, str)
            or (kind is float and math.isfinite(value))
            or (kind is int and -_SHORT < value < _SHORT)
        ):
            encoded = value
        else:
            from zenml.artifacts.materializers.json_writing import Encoder

            encoded = Encoder(self._save_part).encode(value)
        try:
            text = json.dumps(encoded, separators=(",", ":"), allow_nan=False)
        except RecursionError as exc:
            raise Unsuitable("it is nested too deep for JSON") from exc
        with open(self._path(_FILE), "wb") as file:
            file.write(text.encode("ascii"))

    def load(self, data_type: Any) -> Any:
        """Reads it back."""
        with open(self._path(_FILE), "rb") as file:
            text = file.read()
        if _TAG not in text:
            return json.loads(text)
        from zenml.artifacts.materializers.json_reading import Decoder

        return json.loads(text, object_hook=Decoder(self._reading, self._path).decode)

    def extract_metadata(self, value: Any) -> dict[str, Any]:
        """A number or short text itself; of a container how many items it has."""
        if isinstance(value, (bool, int, float, str)):
            return {"value": value}
        if type(value) in (list, tuple, dict, set, frozenset):
            return {"length": len(value)}
        if type(value).__module__ == "numpy":
            return {"value": value}
        return {}

    def _save_part(self, number: int, value: Any, pickled: bool) -> dict[str, str]:
        from zenml.artifacts.values import save_part

        record = save_part(value, self._path(str(number)), pickled=pickled)
        return {"materializer": record.materializer, "type": record.type, "python": record.python}
