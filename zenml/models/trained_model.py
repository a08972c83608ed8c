"""TrainedModel: what a trainer saved, ready to be called with rows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from zenml.errors import DataError
from zenml.models.base import ModelReader, Predictions
from zenml.models.classes import output_classes
from zenml.models.formats import open_reader
from zenml.models.sentences import Sentences, find_sentences


class TrainedModel:
    """A model that predicts rows of raw columns; it is loaded at the first call.

    A free step gets one for what a trainer gives. The preprocessing is part of it.

    Args:
        path: Folder of the model: a SavedModel, or one in the format of another
            standard trainer.

    Example:
        >>> TrainedModel("deployed/penguins/1").path
        'deployed/penguins/1'
    """

    def __init__(self, path: str) -> None:
        """Loads nothing yet."""
        self.path = path

    @cached_property
    def reader(self) -> ModelReader:
        """What reads the format that the folder holds.

        Raises:
            DataError: There is no model in the folder.
        """
        return open_reader(self.path)

    @property
    def saved_model(self) -> Any:
        """What `tf.saved_model.load` gives, with its `signatures`.

        Raises:
            DataError: There is no SavedModel in the folder.
        """
        from zenml.models.saved_model import SavedModelReader

        if not isinstance(self.reader, SavedModelReader):
            raise DataError(f"The model in {self.path} is no SavedModel; call it with rows.")
        return self.reader.saved_model

    @cached_property
    def classes(self) -> dict[str, list[str]]:
        """Output, `<label>_o` -> the classes of a label of text, in the order of its numbers.

        Of two classes most models give one number a row: the chance of the second one.

        Raises:
            DataError: The file of the names cannot be read.
        """
        return output_classes(self.path)

    @cached_property
    def sentences(self) -> Sentences | None:
        """What turns text into the tokens that the model takes; None where it takes none."""
        return find_sentences(self.path)

    def predict(self, examples: Sequence[bytes]) -> Predictions:
        """Predicts serialised `tf.train.Example`s of raw columns; see `ModelReader`.

        A model of a tokenizer takes rows with text.
        """
        if self.sentences is not None:
            examples = self.sentences.add_tokens(examples)
        return self.reader.predict(examples)

    def predict_transformed(self, examples: Sequence[bytes]) -> Predictions:
        """Predicts serialised `tf.train.Example`s of transformed columns; see `ModelReader`."""
        return self.reader.predict_transformed(examples)

    def __call__(self, rows: Any) -> Predictions:
        """Predicts rows.

        Args:
            rows: A DataFrame, a pyarrow Table, or a list of dicts; columns and types as in
                the data that the model was trained on. Labels may be missing.

        Returns:
            Output, called `<label>_o` by the standard trainers -> array of shape
            (rows, values).

        Raises:
            DataError: The model does not take these rows.
        """
        return self.predict(serialised(rows))

    def __repr__(self) -> str:
        return f"TrainedModel({self.path!r})"


def serialised(rows: Any) -> list[bytes]:
    """Rows as serialised `tf.train.Example`s.

    Args:
        rows: A DataFrame, a pyarrow Table, or a list of dicts.

    Raises:
        DataError: Names the row and the column of a value that cannot be stored.
    """
    from tfx_bsl.coders.example_coder import RecordBatchToExamplesEncoder

    from zenml.records.columns import encodable
    from zenml.records.loose import loose_batches
    from zenml.records.spool import settle

    items = rows if isinstance(rows, (list, tuple)) else [rows]
    encoder = RecordBatchToExamplesEncoder()
    batches = settle(loose_batches(items, "model(rows)"), {}, "model(rows)")
    return [row for batch in batches for row in encoder.encode(encodable(batch))]
