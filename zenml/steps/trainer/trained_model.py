"""TrainedModel: what a trainer saved, ready to be called with rows."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from zenml.errors import DataError

_SERVING = "serving_default"


class TrainedModel:
    """A SavedModel that predicts rows of raw columns; it is loaded at the first call.

    A free step gets one for what a trainer gives. The preprocessing is part of it.

    Args:
        path: Folder of the SavedModel.

    Example:
        >>> TrainedModel("deployed/penguins/1").path
        'deployed/penguins/1'
    """

    def __init__(self, path: str) -> None:
        """Loads nothing yet."""
        self.path = path

    @cached_property
    def saved_model(self) -> Any:
        """What `tf.saved_model.load` gives, with its `signatures`.

        Raises:
            DataError: There is no SavedModel in the folder.
        """
        import tensorflow as tf

        try:
            return tf.saved_model.load(self.path)
        except OSError as exc:
            raise DataError(f"There is no SavedModel in {self.path}: {exc}") from exc

    def __call__(self, rows: Any) -> dict[str, Any]:
        """Predicts rows.

        Args:
            rows: A DataFrame, a pyarrow Table, or a list of dicts; columns and types as in
                the data that the model was trained on. Labels may be missing.

        Returns:
            Output, called `<label>_o` by the standard trainers -> array of shape
            (rows, values).

        Raises:
            DataError: The model has no signature for rows, or does not take these.
        """
        import tensorflow as tf

        signatures = self.saved_model.signatures
        if _SERVING not in signatures:
            there = ", ".join(sorted(signatures)) or "none"
            raise DataError(
                f"The model in {self.path} has no signature {_SERVING!r}, which takes rows; it has "
                f"{there}. Call one of these: model.saved_model.signatures[...]."
            )
        function = signatures[_SERVING]
        (name,) = function.structured_input_signature[1]
        try:
            outputs = function(**{name: tf.constant(_serialised(rows))})
        except tf.errors.OpError as exc:
            raise DataError(
                f"The model in {self.path} does not take the rows: {exc.message}"
            ) from exc
        return {output: value.numpy() for output, value in outputs.items()}

    def __repr__(self) -> str:
        return f"TrainedModel({self.path!r})"


def _serialised(rows: Any) -> list[bytes]:
    """Rows as `tf.train.Example`s."""
    from tfx_bsl.coders.example_coder import RecordBatchToExamplesEncoder

    from zenml.records.columns import encodable
    from zenml.records.loose import loose_batches
    from zenml.records.spool import settle

    items = rows if isinstance(rows, (list, tuple)) else [rows]
    encoder = RecordBatchToExamplesEncoder()
    batches = settle(loose_batches(items, "model(rows)"), {}, "model(rows)")
    return [row for batch in batches for row in encoder.encode(encodable(batch))]
