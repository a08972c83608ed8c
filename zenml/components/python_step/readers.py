"""Reads what standard steps made, for a free step: one reader for each artifact type of TFX.

Names only: what a reader needs is imported when something is read.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from zenml.errors import ArtifactStoreError
from zenml.steps.readable import misfit

if TYPE_CHECKING:
    from zenml.components.python_step.inputs import Readable

# ML Metadata type -> "module:function", called as function(artifact, annotation, options).
_TABLES = "zenml.components.python_step.tfx_tables"
_RESULTS = "zenml.components.python_step.tfx_results"
READERS: dict[str, str] = {
    "Examples": f"{_TABLES}:read_examples",
    "ExampleStatistics": f"{_TABLES}:read_example_statistics",
    "Schema": f"{_TABLES}:read_schema_of",
    "TransformGraph": f"{_RESULTS}:read_transform_graph",
    "Model": f"{_RESULTS}:read_model",
    "ModelRun": f"{_RESULTS}:read_folder",
    "ModelEvaluation": f"{_RESULTS}:read_evaluation",
    "ModelBlessing": f"{_RESULTS}:read_blessing",
    "PushedModel": f"{_RESULTS}:read_pushed",
    "Tokenizer": f"{_RESULTS}:read_folder",
}


def read_artifact(artifact: Readable, annotation: Any, options: Mapping[str, Any]) -> Any:
    """The value of an artifact that is not one of a free step.

    Args:
        artifact: Of a type of TFX, e.g. "Examples".
        annotation: What the step asks for; `Any` where it does not say.
        options: What the pipeline says of this input, e.g. `{"split": "train"}`.

    Raises:
        ArtifactStoreError: Nothing reads artifacts of that type, or not as what is asked for.
    """
    if artifact.type not in READERS:
        raise ArtifactStoreError(
            f"it is an artifact of type {artifact.type}, which no reader turns into a value. "
            "Annotate the input with UnmaterializedArtifact, and read the files in its `uri`."
        )
    why = misfit(artifact.type, annotation)
    if why:
        raise ArtifactStoreError(f"{why}.")
    module, _, name = READERS[artifact.type].partition(":")
    return getattr(importlib.import_module(module), name)(artifact, annotation, options)
