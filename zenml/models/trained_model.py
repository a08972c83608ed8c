"""TrainedModel: what a trainer saved, ready to be called with rows."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from zenml.edges import edges
from zenml.errors import DataError
from zenml.models.base import ModelReader, Predictions
from zenml.models.classes import output_classes
from zenml.models.folders import model_folder, newest_version
from zenml.models.formats import open_reader
from zenml.models.nan_words import nan_rows, predicts_nan
from zenml.models.parsed_columns import RawColumn
from zenml.models.sentences import Sentences, find_sentences
from zenml.quiet import load_tensorflow

_LOG = logging.getLogger(__name__)


@edges
class TrainedModel:
    """A model that predicts rows of raw columns; it is loaded at the first call.

    A free step gets one for what a trainer gives. The preprocessing is part of it.

    Args:
        path: Folder of the model: a SavedModel, or one in the format of another
            standard trainer; or uri of a model artifact, in which that folder lies; or a
            folder of versions named by numbers, of which the newest is taken as this is made.

    Example:
        >>> TrainedModel("deployed/penguins/1").path
        'deployed/penguins/1'
    """

    def __init__(self, path: str) -> None:
        """Loads nothing yet."""
        self.path = model_folder(newest_version(path))

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
        reader = self._ready()
        if self.sentences is not None:
            examples = self.sentences.add_tokens(examples)
        return reader.predict(examples)

    def predict_transformed(self, examples: Sequence[bytes]) -> Predictions:
        """Predicts serialised `tf.train.Example`s of transformed columns; see `ModelReader`."""
        return self.reader.predict_transformed(examples)

    def __call__(self, rows: Any) -> Predictions:
        """Predicts rows; warns where a prediction is NaN.

        Args:
            rows: A DataFrame, a pyarrow Table, or a list of dicts; columns and types as in
                the data that the model was trained on. Labels may be missing, and columns
                that had missing values there; whole numbers do for floats.

        Returns:
            Output, called `<label>_o` by the standard trainers -> array of shape
            (rows, values).

        Raises:
            DataError: The model does not take these rows: names the row and the column, or
                the column that it does not have and the nearest that it has.
        """
        self._ready()
        from tfx_bsl.coders.example_coder import RecordBatchToExamplesEncoder

        from zenml.models.fitted_rows import fitted_rows
        from zenml.records.columns import encodable
        from zenml.records.loose import loose_batches
        from zenml.records.spool import settle

        if self.sentences is not None:
            _ = self.sentences.step  # what of it cannot be imported here is said first
        what, columns = "model(rows)", self._columns
        loose = list(loose_batches(rows if isinstance(rows, (list, tuple)) else [rows], what))
        batches = (
            settle(loose, {}, what)
            if columns is None
            else fitted_rows(loose, columns, self._other_columns, what)
        )
        encode = RecordBatchToExamplesEncoder().encode
        found = self.predict([row for batch in batches for row in encode(encodable(batch))])
        for name, values in found.items():
            if (nan := nan_rows(values)).any():
                counts = int(nan.sum()), len(nan), int(nan.argmax()) + 1
                _LOG.warning("%s", predicts_nan(self.path, name, *counts))
        return found

    def _ready(self) -> ModelReader:
        """The reader, and what it predicts with; a folder without a model is told before that."""
        reader = self.reader
        load_tensorflow()
        return reader

    @cached_property
    def _columns(self) -> dict[str, RawColumn] | None:
        """The columns that it reads; None where it does not tell."""
        from zenml.models.raw_columns import raw_columns

        found = raw_columns(self)
        if not found or self.sentences is None:
            return found
        text = self.sentences.text_feature  # a text may be missing, and tokens stand in for it
        return {**found, text: replace(found[text], required=False)}

    def _other_columns(self) -> set[str]:
        """The columns that rows may have besides."""
        from zenml.models.columns import TOKENS
        from zenml.models.raw_columns import graph_columns

        found = graph_columns(self.reader)
        return found | set(TOKENS) if self.sentences is not None else found

    def __repr__(self) -> str:
        return f"TrainedModel({self.path!r})"
