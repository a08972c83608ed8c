"""ModelReader: the interface of a format in which a model is saved."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

Predictions = dict[str, "np.ndarray[Any, Any]"]


class ModelReader(ABC):
    """A model of one format, loaded from its folder, with its preprocessing.

    Args:
        path: The folder.

    Example:
        >>> class Zeros(ModelReader):
        ...     def predict(self, examples):
        ...         import numpy as np
        ...
        ...         return {"late_o": np.zeros((len(examples), 1), np.float32)}
        ...
        ...     predict_transformed = predict
        >>> Zeros("model").predict([b"", b""])["late_o"].shape
        (2, 1)
    """

    def __init__(self, path: str) -> None:
        self.path = path

    @abstractmethod
    def predict(self, examples: Sequence[bytes]) -> Predictions:
        """Predicts raw rows.

        Args:
            examples: Serialised `tf.train.Example`s, with the columns of the source. Labels
                may be missing.

        Returns:
            Output, `<label>_o` by the standard trainers -> array of shape (rows, values).

        Raises:
            DataError: The model does not take the rows.
        """

    @abstractmethod
    def predict_transformed(self, examples: Sequence[bytes]) -> Predictions:
        """Predicts rows that the preprocesser has transformed.

        Args:
            examples: Serialised `tf.train.Example`s, with columns `<feature>_xf`.

        Returns:
            As `predict`.

        Raises:
            DataError: The model does not take the rows.
        """

    def use_one_thread(self) -> None:
        """Predicts in the thread that calls, from now on; of formats that would take several.

        For a server, which answers several requests at once: to share a few rows among threads
        takes longer than to predict them.
        """
        return
