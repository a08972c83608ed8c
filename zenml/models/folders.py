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


def newest_version(folder: str | os.PathLike[str]) -> str:
    """The newest of a folder of versions named by numbers; a folder that is none as it is.

    Example:
        >>> newest_version("deployed/penguins/1700000000")
        'deployed/penguins/1700000000'
    """
    if _holds_model(model_folder(folder)) or not os.path.isdir(folder):
        return os.fspath(folder)
    numbers = [name for name in os.listdir(folder) if name.isdecimal()]
    if not numbers:
        return os.fspath(folder)
    return newest_version(os.path.join(folder, max(numbers, key=int)))


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
    found = newest_version(path)
    if not _holds_model(model_folder(found)):
        read_description(model_folder(found))  # which says what is wrong
    return found


def _holds_model(folder: str | os.PathLike[str]) -> bool:
    return any(os.path.isfile(os.path.join(folder, mark)) for mark in _MARKS)
