"""DatasetMaterializer: a `tf.data.Dataset` as the elements that it yields."""

from __future__ import annotations

from typing import Any

from zenml.artifacts.materializers.base import BaseMaterializer
from zenml.errors import MaterializerError

_FOLDER = "dataset"


class DatasetMaterializer(BaseMaterializer):
    """Keeps a dataset of TensorFlow: it is read to its end once.

    Example:
        >>> import tempfile
        >>> DatasetMaterializer(tempfile.mkdtemp()).EXECUTES
        True
    """

    ASSOCIATED_TYPES = ("tensorflow.python.data.ops.dataset_ops.DatasetV2",)

    def save(self, value: Any) -> None:
        """Writes the folder `dataset`.

        Raises:
            MaterializerError: It never ends.
        """
        import tensorflow as tf

        if value.cardinality() == tf.data.INFINITE_CARDINALITY:
            raise MaterializerError(
                "A tf.data.Dataset that repeats for ever cannot be kept: leave out repeat(), or "
                "say how much of it is meant with take(n)."
            )
        value.save(self._path(_FOLDER))

    def load(self, data_type: Any) -> Any:
        """Reads it, as it is iterated."""
        import tensorflow as tf

        return tf.data.Dataset.load(self._path(_FOLDER))

    def extract_metadata(self, value: Any) -> dict[str, Any]:
        """What an element is, and how many there are if that is known."""
        count = int(value.cardinality())
        known = {"elements": count} if count >= 0 else {}
        return {"element": str(value.element_spec), **known}
