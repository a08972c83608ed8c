"""ScikitLearnModel: estimators of scikit-learn, in the format of skops."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from zenml.errors import DataError
from zenml.extras import load_extra
from zenml.files import write_bytes
from zenml.models.arrays import Arrays
from zenml.models.base import Predictions
from zenml.models.feature_model import FeatureModel
from zenml.models.matrix import matrix_of, naming_nan
from zenml.models.skops_archive import same_each_time
from zenml.skops_types import is_trusted

FORMAT = "scikit_learn"
_FILE = "model.skops"


class ScikitLearnModel(FeatureModel):
    """An estimator of scikit-learn that takes a matrix of the features.

    Skops makes only what the file names, so that, unlike a pickle, a model can be loaded
    without running what somebody put into it. What is neither an estimator of scikit-learn
    nor of what these hold is refused (see `zenml.skops_types`).

    Example:
        >>> ScikitLearnModel("/nowhere").estimator
        Traceback (most recent call last):
        zenml.errors.DataError: /nowhere/model.skops cannot be read: ...
    """

    @cached_property
    def estimator(self) -> Any:
        """The estimator.

        Raises:
            DataError: It cannot be read.
        """
        io = load_extra("skops.io", "models", "A model of scikit-learn")
        path = os.path.join(self.path, _FILE)
        try:
            trusted = [name for name in io.get_untrusted_types(file=path) if is_trusted(name)]
            return io.load(path, trusted=trusted)
        except Exception as exc:
            raise DataError(f"{path} cannot be read: {exc}") from exc

    def predict_features(self, features: Arrays) -> Predictions:
        """Probabilities (rows, 1) of "yes", (rows, classes) of classes; else what it predicts.

        Raises:
            DataError: A feature has values that are no numbers, and the estimator takes none.
        """
        told, estimator = self.description, self.estimator
        matrix = matrix_of(features, self.features, told["one_hot_classes"])
        who = f"The model of {type(estimator).__name__}"
        with naming_nan(who, matrix, self.features, told["one_hot_classes"]):
            values = predictions_of(estimator, matrix, told["classes"])
        return {self.labels[0].output: values}

    def use_one_thread(self) -> None:
        """Sets `n_jobs`, of the estimator and of all that it holds, fitted or not."""
        for part in _parts(self.estimator, set()):
            if "n_jobs" in vars(part):
                part.n_jobs = 1


def _parts(value: Any, seen: set[int]) -> Iterator[Any]:
    """The objects of scikit-learn that a value is or holds, however deep; each once."""
    import numpy as np

    if id(value) in seen or isinstance(value, type):
        return
    seen.add(id(value))
    inside: Iterable[Any] = ()
    if isinstance(value, Mapping):
        inside = value.values()
    elif isinstance(value, (list, tuple)):
        inside = value
    elif isinstance(value, np.ndarray) and value.dtype == object:
        inside = value.flat
    elif type(value).__module__.startswith("sklearn.") and hasattr(value, "__dict__"):
        yield value
        inside = vars(value).values()
    for held in inside:
        yield from _parts(held, seen)


def predictions_of(estimator: Any, matrix: Any, classes: int | None) -> Any:
    """What an estimator says of the rows of a matrix.

    Args:
        estimator: A fitted one.
        matrix: Of shape (rows, features).
        classes: Number of classes that a classifier tells apart; None for another estimator.

    Returns:
        float32. Of a classifier, the probability of each class, of shape (rows, classes), or
        of class 1, of shape (rows, 1), where there are two; where it has none to give, 1.0
        for what it predicts. Else what it predicts, of shape (rows, values).
    """
    import numpy as np

    rows = len(matrix)
    if classes is None:
        return np.asarray(estimator.predict(matrix), np.float32).reshape(rows, -1)
    table = np.zeros((rows, classes), np.float32)
    if hasattr(estimator, "predict_proba"):
        # A class that no row of training had has no column of its own there.
        table[:, np.asarray(estimator.classes_, np.int64)] = estimator.predict_proba(matrix)
    else:
        table[np.arange(rows), np.asarray(estimator.predict(matrix), np.int64)] = 1
    return table[:, 1:] if classes == 2 else table


def save_estimator(estimator: Any, folder: str) -> None:
    """Writes an estimator.

    Raises:
        DataError: It holds something that would not be read again.
    """
    io = load_extra("skops.io", "models", "A model of scikit-learn")
    path = os.path.join(folder, _FILE)
    os.makedirs(folder, exist_ok=True)
    write_bytes(path, same_each_time(io.dumps(estimator)))
    foreign = [name for name in io.get_untrusted_types(file=path) if not is_trusted(name)]
    if foreign:
        os.unlink(path)
        raise DataError(
            f"The estimator {type(estimator).__name__} holds {', '.join(foreign)}, and a saved "
            "model may hold only estimators of scikit-learn and what these are made of, and no "
            "function of your own. For another one, subclass TrainerStep and save it as you like."
        )
