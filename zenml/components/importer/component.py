"""ModelImporter makes TFX's Importer of a model that a pipeline is given."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tfx.dsl.components.common.importer import Importer
from tfx.types import standard_artifacts

from zenml.metadata.artifacts import CONTENT_HASH
from zenml.repo.repository import Repository

OUTPUT = "model"


def ModelImporter(uri: str, digest: str, unblessed: bool = False) -> Any:  # noqa: N802 - as a class
    """Declares the node of a model that a pipeline is given.

    TFX looks for a recorded model in that folder whose content has the digest, and its
    node gives that one; where there is none, the folder is recorded as a new model.

    Args:
        uri: Folder of the model; a relative one starts where `.zenml/` is.
        digest: Of its content.
        unblessed: Whether one that is not blessed will do; looked at before the run.
    """
    return Importer(
        source_uri=str(Path(Repository.get_instance().home, uri)),
        artifact_type=standard_artifacts.Model,
        custom_properties={CONTENT_HASH: digest},
        output_key=OUTPUT,
    )
