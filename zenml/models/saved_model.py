"""SavedModelReader: TensorFlow's own format."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from zenml.errors import DataError
from zenml.models.base import ModelReader, Predictions

SERVING, EVALUATION = "serving_default", "zen_eval"


class SavedModelReader(ModelReader):
    """A SavedModel whose signatures take serialised rows.

    `serving_default` takes raw rows, `zen_eval` transformed ones; the trainers that use
    TensorFlow save both.

    Example:
        >>> SavedModelReader("/nowhere").saved_model
        Traceback (most recent call last):
        zenml.errors.DataError: There is no SavedModel in /nowhere: ...
    """

    @cached_property
    def saved_model(self) -> Any:
        """What `tf.saved_model.load` gives, with its `signatures`.

        Raises:
            DataError: There is no SavedModel in the folder.
        """
        import tensorflow as tf

        try:
            return tf.saved_model.load(self.path)
        except (OSError, ValueError) as exc:
            raise DataError(f"There is no SavedModel in {self.path}: {exc}") from exc

    def predict(self, examples: Sequence[bytes]) -> Predictions:
        """Calls `serving_default`."""
        return self._call(SERVING, "raw rows", examples)

    def predict_transformed(self, examples: Sequence[bytes]) -> Predictions:
        """Calls `zen_eval`."""
        return self._call(EVALUATION, "transformed rows", examples)

    def _call(self, name: str, what: str, examples: Sequence[bytes]) -> Predictions:
        import tensorflow as tf

        signatures = self.saved_model.signatures
        if name not in signatures:
            there = ", ".join(sorted(signatures)) or "none"
            raise DataError(
                f"The model in {self.path} has no signature {name!r}, which takes {what}; it has "
                f"{there}. Call one of these: model.saved_model.signatures[...]."
            )
        function = signatures[name]
        (argument,) = function.structured_input_signature[1]
        try:
            outputs = function(**{argument: tf.constant(list(examples), tf.string)})
        except tf.errors.OpError as exc:
            raise DataError(
                f"The model in {self.path} does not take the rows: {reason(exc)}"
            ) from exc
        return {output: value.numpy() for output, value in outputs.items()}


def reason(exc: Any) -> str:
    """What an error of TensorFlow says, without where in the graph and in whose code it arose."""
    last: str = exc.message.rpartition("\n\n")[2]
    return last.partition("\n\t [[")[0].replace("Name: <unknown>, ", "").strip()
