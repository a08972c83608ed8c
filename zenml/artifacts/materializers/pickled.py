"""PickleMaterializer: whatever has no format of its own, by cloudpickle."""

from __future__ import annotations

from typing import Any

from zenml.artifacts.materializers.base import BaseMaterializer
from zenml.artifacts.materializers.pickle_reading import load_pickle
from zenml.artifacts.materializers.pickle_writing import dump_pickle
from zenml.artifacts.materializers.reading import Reading

_FILE = "data.pkl"


class PickleMaterializer(BaseMaterializer):
    """Keeps a value as a pickle.

    Classes and functions of modules stand in it by name; those of a notebook and inside of
    functions with their code.

    Example:
        >>> import tempfile
        >>> from zenml.artifacts.store import digest
        >>> folder = tempfile.mkdtemp()
        >>> PickleMaterializer(folder).save(lambda x: x + 1)
        >>> materializer = PickleMaterializer(folder)
        >>> materializer._reading = Reading(folder, digest(folder).digest)
        >>> materializer.load(None)(1)
        2
    """

    ASSOCIATED_TYPES = ("builtins.object",)

    def save(self, value: Any) -> None:
        """Writes `data.pkl`.

        Raises:
            MaterializerError: Something in it cannot be pickled; names it.
        """
        dump_pickle(value, self._path(_FILE))

    def load(self, data_type: Any) -> Any:
        """Reads it, from files that are as recorded."""
        reading = self._reading or Reading(self.uri)
        reading.verify()
        return load_pickle(self._path(_FILE), self._python, reading)
