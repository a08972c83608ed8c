"""The folder that a model lies in: that of an artifact, a pushed one, or a folder of versions."""

from __future__ import annotations

import os
from pathlib import Path

from zenml.models.formats import DESCRIPTION, read_description

SERVING = "Format-Serving"  # where trainers put the model inside of its artifact, as TFX has it
_MARKS = ("saved_model.pb", DESCRIPTION)


def model_folder(uri: str | os.PathLike[str]) -> str:
    """The folder that holds a model itself.

    Args:
        uri: That of a model artifact, of a pushed model, or the folder itself.

    Example:
        >>> model_folder("deployed/penguins/1700000000")
        'deployed/penguins/1700000000'
    """
    inside = os.path.join(uri, SERVING)
    return inside if os.path.isdir(inside) else os.fspath(uri)


def find_model(uri: str | os.PathLike[str]) -> str:
    """The folder that stands for a model: its artifact's, or its own.

    Args:
        uri: Folder of a model artifact, its `Format-Serving`, a pushed model, or a folder
            of versions named by numbers, of which the newest is taken.

    Raises:
        DataError: There is no model; says what the folder holds.
    """
    path = Path(os.path.normpath(Path(uri).expanduser().absolute()))
    if path.name == SERVING and _holds_model(path):
        return str(path.parent)
    if _holds_model(Path(model_folder(path))):
        return str(path)
    numbers = (
        [entry.name for entry in path.iterdir() if entry.name.isdecimal()] if path.is_dir() else []
    )
    if numbers:
        return find_model(path / max(numbers, key=int))
    read_description(model_folder(path))
    return str(path)


def _holds_model(folder: Path) -> bool:
    return any((folder / mark).is_file() for mark in _MARKS)
