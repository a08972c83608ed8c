"""A model into a folder of versions: whole or not at all, the newest last."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

from zenml.errors import ArtifactStoreError
from zenml.serving.folders import version_of

_SCRATCH = ".pushing-"
_STALE = 24 * 60 * 60 * 10**9  # nanoseconds; no push takes so long


def keep(model: str, uri: str) -> None:
    """Copies a model into the artifact of what is deployed.

    Raises:
        ArtifactStoreError: The artifact store cannot be written to.
    """
    try:
        shutil.copytree(model, uri, dirs_exist_ok=True)
    except OSError as exc:
        raise ArtifactStoreError(
            f"The model in {model} could not be copied to {uri}: {exc}. Free the disk, and run "
            "again."
        ) from exc


def push(model: str, base: Path) -> Path:
    """Copies a SavedModel to `<base>/<version>`.

    Args:
        model: Folder of the SavedModel.
        base: Folder of the versions; made if missing.

    Returns:
        The new folder. Its name is the time in seconds, or one more than the
        newest version there is, so that it is always the newest.

    Raises:
        ArtifactStoreError: The folder cannot be written to.
    """
    try:
        return _push(model, base)
    except OSError as exc:
        raise ArtifactStoreError(
            f"The model in {model} could not be copied to {base}: {exc}. "
            "Nothing was deployed; free the disk or choose another folder, and run again."
        ) from exc


def _push(model: str, base: Path) -> Path:
    base.mkdir(parents=True, exist_ok=True)
    _clear(base)
    # TensorFlow Serving takes only folders named by a number for versions.
    scratch = base / f"{_SCRATCH}{os.getpid()}-{time.time_ns()}"
    try:
        shutil.copytree(model, scratch)
        while True:
            version = max([int(time.time()), *(number + 1 for number in versions(base))])
            target = base / str(version)
            try:
                # Onto a folder that another run has just filled this fails, and the
                # next number is tried.
                os.rename(scratch, target)
            except OSError:
                if not target.exists():
                    raise
            else:
                return target
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _clear(base: Path) -> None:
    """Removes what pushes left that were killed; not what another one may be writing."""
    for folder in base.glob(f"{_SCRATCH}*"):
        began = folder.name.rpartition("-")[2]  # not its time: that is the model's in the end
        if began.isdecimal() and time.time_ns() - int(began) > _STALE:
            shutil.rmtree(folder, ignore_errors=True)


def versions(base: Path) -> list[int]:
    """The versions that names in a folder stand for, oldest first; also those of files."""
    found = [version_of(entry.name) for entry in base.iterdir()]
    return sorted(number for number in found if number is not None)
