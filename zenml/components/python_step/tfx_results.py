"""Reads models, evaluations and deployments of standard steps, as a free step asks for them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zenml.components.python_step.tfx_tables import folder
from zenml.errors import ArtifactStoreError, DataError
from zenml.models.folders import model_folder
from zenml.models.formats import read_description
from zenml.steps.readable import BOOL, FOLDER, KERAS, form_of

if TYPE_CHECKING:
    from zenml.components.python_step.inputs import Readable


def read_model(artifact: Readable, annotation: Any, options: Mapping[str, Any]) -> Any:
    """A model, ready to be called; or its folder.

    Raises:
        ArtifactStoreError: The trainer saved it in a way that is not known here.
    """
    path = Path(model_folder(artifact.uri))
    form = form_of(annotation)
    if form == FOLDER:
        return folder(str(path), annotation)
    keras_files = sorted(path.glob("*.keras"))
    if keras_files:
        import keras

        return keras.models.load_model(keras_files[0])
    try:
        read_description(str(path))
    except DataError as exc:
        raise ArtifactStoreError(
            f"{exc} Annotate the input with pathlib.Path, and load the model from there."
        ) from exc
    if form.partition(".")[0] in KERAS:
        raise ArtifactStoreError(
            "the trainer saved it as a SavedModel, which is called and has no Keras layers. "
            "Annotate the input with zenml.steps.trainer.TrainedModel, or with pathlib.Path."
        )
    from zenml.models.trained_model import TrainedModel

    return TrainedModel(str(path))


def read_evaluation(artifact: Readable, annotation: Any, options: Mapping[str, Any]) -> Any:
    """The metrics: `{"rows": ..., "overall": {metric: value}, "slices": [...]}`.

    Raises:
        ArtifactStoreError: It was not made by zenml's evaluator.
    """
    if form_of(annotation) == FOLDER:
        return folder(artifact.uri, annotation)
    path = Path(artifact.uri, "metrics.json")
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as exc:
        raise ArtifactStoreError(
            f"{path} cannot be read ({exc}); run the evaluator again, or annotate the input with "
            "pathlib.Path and read its files with TensorFlow Model Analysis."
        ) from exc


def read_blessing(artifact: Readable, annotation: Any, options: Mapping[str, Any]) -> Any:
    """Whether the model is blessed."""
    if form_of(annotation) == FOLDER:
        return folder(artifact.uri, annotation)
    return artifact.properties.get("blessed") == 1


def read_pushed(artifact: Readable, annotation: Any, options: Mapping[str, Any]) -> Any:
    """Where the model was deployed; or whether it was.

    Raises:
        ArtifactStoreError: The place is asked for, and nothing was deployed.
    """
    is_pushed = artifact.properties.get("pushed") != 0
    if form_of(annotation) == BOOL:
        return is_pushed
    if not is_pushed:
        reason = artifact.properties.get("reason") or "the model is not blessed"
        raise ArtifactStoreError(
            f"nothing was deployed ({reason}), so there is no folder. Annotate the input with "
            "bool, which tells whether there is one."
        )
    return folder(str(artifact.properties.get("pushed_destination") or artifact.uri), annotation)


def read_folder(artifact: Readable, annotation: Any, options: Mapping[str, Any]) -> Any:
    """The folder of an artifact that only its own tools read."""
    return folder(artifact.uri, annotation)


def read_transform_graph(artifact: Readable, annotation: Any, options: Mapping[str, Any]) -> Any:
    """The `TFTransformOutput` of a preprocesser."""
    if form_of(annotation) == FOLDER:
        return folder(artifact.uri, annotation)
    import tensorflow_transform as tft

    return tft.TFTransformOutput(artifact.uri)
