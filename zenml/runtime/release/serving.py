"""Models of standard trainers, placed as TensorFlow Serving takes them."""

from __future__ import annotations

from pathlib import Path

from zenml.errors import ReleaseError
from zenml.models.folders import SERVING
from zenml.runtime.release.pins import ArtifactPin
from zenml.runtime.release.release import Release
from zenml.spec_yaml import slug_of

MODEL = "Model"
_FILE = "saved_model.pb"


def saved_model(folder: Path) -> Path:
    """The SavedModel in the folder of an artifact; preprocessing is part of it.

    Raises:
        ReleaseError: There is none.
    """
    inside = folder / SERVING
    found = sorted(file.parent for file in inside.rglob(_FILE)) if inside.is_dir() else []
    if not found:
        raise ReleaseError(
            f"There is no SavedModel in {inside}, so it cannot be served. A trainer has to export "
            "one there."
        )
    return found[0]


def place_of(release: Release, pin: ArtifactPin) -> str:
    """Where a model goes, `<name>/<version>`: the version grows with the time of the run."""
    pins = release.pins
    name = slug_of(pins.pipeline["name"])
    if len(pins.of_type(MODEL)) > 1:
        name = f"{name}-{pin.node}"
    return f"{name}/{int(pins.run['ended'])}"
