"""FeatureModel: the base of the formats of models that are not TensorFlow's."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from zenml.errors import DataError
from zenml.models.arrays import Arrays, arrays_of, check_width
from zenml.models.base import ModelReader, Predictions
from zenml.models.columns import Column
from zenml.models.formats import read_description, write_description
from zenml.models.raw_transform import RawTransform, keep_graph


class FeatureModel(ModelReader):
    """A model that takes arrays of features; the transform graph lies beside it.

    A format is a subclass that defines `predict_features`, and a line in
    `zenml/models/formats.py`.

    Example:
        >>> class Sums(FeatureModel):
        ...     def predict_features(self, features):
        ...         return {"total_o": sum(values for values in features.values())}
        >>> Sums("model").path
        'model'
    """

    @abstractmethod
    def predict_features(self, features: Arrays) -> Predictions:
        """Predicts.

        Args:
            features: Feature, `<name>_xf` -> array (rows, *shape of a row) of int64, float32
                or bytes; rows of any number of indices as float32 (rows, classes).

        Returns:
            `<label>_o` -> array of shape (rows, values).
        """

    @cached_property
    def description(self) -> dict[str, Any]:
        """What `describe` wrote down."""
        return read_description(self.path)

    @cached_property
    def features(self) -> list[Column]:
        """The columns that the model takes."""
        return [Column.from_json(told) for told in self.description["features"]]

    @cached_property
    def labels(self) -> list[Column]:
        """The columns that it predicts."""
        return [Column.from_json(told) for told in self.description["labels"]]

    def predict(self, examples: Sequence[bytes]) -> Predictions:
        """Applies the transform graph, then `predict_features`."""
        return self._predict(self._transform(examples))

    def predict_transformed(self, examples: Sequence[bytes]) -> Predictions:
        """Decodes the rows by Arrow, then `predict_features`."""
        from zenml.records.reader import Decoder

        batch = Decoder(columns=[column.name for column in self.features]).decode(list(examples))
        return self._predict(arrays_of(batch, self.features))

    @cached_property
    def _transform(self) -> RawTransform:
        return RawTransform(self.path, self.description["raw"], self.features)

    def _predict(self, features: Arrays) -> Predictions:
        import numpy as np

        if not len(next(iter(features.values()))):
            # Most frameworks refuse a batch of no rows: one of zeros says how many values come out.
            one = {c.name: _zeros(c, features[c.name].shape[1:]) for c in self.features}
            return {name: values[:0] for name, values in self.predict_features(one).items()}
        found = self.predict_features(features)
        return {name: np.asarray(values) for name, values in found.items()}


def describe(
    folder: str,
    format: str,
    tf_transform_output: Any,
    features: Sequence[Column],
    labels: Sequence[Column],
    told: dict[str, Any],
) -> None:
    """Puts beside a saved model what its `FeatureModel` needs; the description comes last.

    Args:
        folder: Of the model, whose own files are in it.
        format: Name of the format.
        tf_transform_output: The transform graph.
        features: The columns that the model takes.
        labels: Those that it predicts.
        told: What the format's reader needs besides, as JSON can hold it.

    Raises:
        DataError: A feature whose rows have any number of values that are no indices.
    """
    if not features:
        raise DataError("A model without features cannot be saved.")
    for column in features:
        check_width(column)
    raw = keep_graph(folder, tf_transform_output, [column.name for column in features])
    columns = {
        "features": [column.to_json() for column in features],
        "labels": [column.to_json() for column in labels],
    }
    write_description(folder, format, {**told, **columns, "raw": raw})


def _zeros(column: Column, shape: tuple[int, ...]) -> Any:
    import numpy as np

    if column.dtype == "string":
        return np.full((1, *shape), b"", object)
    return np.zeros((1, *shape), np.float32 if None in column.shape else column.dtype)
