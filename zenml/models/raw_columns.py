"""The raw columns that a model needs, read from what was saved."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from zenml.models.base import ModelReader
from zenml.models.columns import TOKENS
from zenml.models.feature_model import FeatureModel
from zenml.models.parsed_columns import RawColumn, columns_of_graph, columns_of_spec
from zenml.models.raw_transform import FOLDER
from zenml.models.saved_model import SERVING, SavedModelReader
from zenml.models.sentences import Sentences
from zenml.models.transform_graph import TransformGraph

if TYPE_CHECKING:
    from zenml.models.trained_model import TrainedModel


def raw_columns(model: TrainedModel) -> dict[str, RawColumn] | None:
    """The columns that a model takes out of raw rows: for what a tokenizer makes, its text.

    Args:
        model: In any format.

    Returns:
        Name -> column; None where the model does not tell.

    Raises:
        DataError: There is no model in the folder.
    """
    found = _of_reader(model.reader)
    if not found or model.sentences is None:
        return found or None
    return with_text(found, model.sentences)


def with_text(columns: Mapping[str, RawColumn], sentences: Sentences) -> dict[str, RawColumn]:
    """The columns of a model with the text in place of what its tokenizer makes of it."""
    kept = {name: column for name, column in columns.items() if name not in TOKENS}
    text = sentences.text_feature
    return {**kept, text: RawColumn(text, "string", (1,), required=True)}


def graph_columns(reader: ModelReader) -> set[str]:
    """All raw columns that the transform graph of a model was made for, labels among them.

    Returns:
        Their names; none where there is no transform graph with the model.
    """
    if not isinstance(reader, SavedModelReader):
        folder = os.path.join(reader.path, FOLDER)
        return set(TransformGraph(folder).raw_columns) if os.path.isdir(folder) else set()
    function = getattr(getattr(reader.saved_model, "transform", None), "transform_fn", None)
    if function is None:
        return set()
    concrete = getattr(function, "concrete_functions", [function])[0]
    positional = concrete.structured_input_signature[0]
    return set(positional[0]) if positional and isinstance(positional[0], dict) else set()


def _of_reader(reader: ModelReader) -> dict[str, RawColumn] | None:
    if isinstance(reader, FeatureModel):
        return columns_of_spec(reader.description["raw"])
    if isinstance(reader, SavedModelReader):
        signature = reader.saved_model.signatures.get(SERVING)
        return None if signature is None else columns_of_graph(signature)
    return None
