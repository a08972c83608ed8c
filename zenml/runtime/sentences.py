"""A sentence through a trained model, for people."""

from __future__ import annotations

from typing import Any

from zenml.errors import PipelineError
from zenml.models.classes import class_names, read_classes
from zenml.runtime.launcher import quiet_imports
from zenml.runtime.quiet import without_notices


def predict_sentence(folder: str, sentence: str) -> dict[str, Any]:
    """What a model predicts of one sentence; see `NLPPipeline.predict_sentence`.

    Args:
        folder: Of the model.
        sentence: The text.

    Raises:
        PipelineError: The model takes no sentences.
    """
    quiet_imports()
    with without_notices():
        from zenml.models.trained_model import TrainedModel

        model = TrainedModel(folder)
        if model.sentences is None:
            raise PipelineError(
                f"The model in {folder} takes no sentences: there is no tokenizer beside it."
            )
        predicted = model([{model.sentences.text_feature: sentence}])
    classes = read_classes(folder)
    found: dict[str, Any] = {}
    for output, values in predicted.items():
        found[output] = values.reshape(-1).tolist()
        label = output.removesuffix("_o")
        named = class_names(values, classes[label]) if label in classes else None
        if named is not None:
            found[f"{label}_class"] = named[0, 0]
    return found
