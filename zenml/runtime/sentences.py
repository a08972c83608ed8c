"""Sentences through a trained model, for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from zenml.errors import PipelineError
from zenml.models.classes import class_names
from zenml.models.columns import OUTPUT
from zenml.quiet import quiet_imports, without_notices


def predict_sentences(folder: str, sentences: Sequence[str]) -> list[dict[str, Any]]:
    """What a model predicts of each sentence; see `NLPPipeline.predict_sentence`.

    Args:
        folder: Of the model.
        sentences: The texts; the model is loaded once for all.

    Raises:
        PipelineError: The model takes no sentences.
    """
    if not sentences:
        return []
    quiet_imports()
    with without_notices():
        from zenml.models.trained_model import TrainedModel

        model = TrainedModel(folder)
        if model.sentences is None:
            raise PipelineError(
                f"The model in {folder} takes no sentences: there is no tokenizer beside it."
            )
        column = model.sentences.text_feature
        predicted = model([{column: sentence} for sentence in sentences])
    found: list[dict[str, Any]] = [{} for _ in sentences]
    for output, values in predicted.items():
        names = model.classes.get(output)
        named = class_names(values, names) if names else None
        for at, told in enumerate(found):
            told[output] = values[at].reshape(-1).tolist()
            if named is not None:
                told[f"{output.removesuffix(OUTPUT)}_class"] = named[at, 0]
    return found
