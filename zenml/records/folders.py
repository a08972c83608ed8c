"""Where the rows of a split lie inside an artifact, as TFX lays them out."""

from __future__ import annotations

import os
from pathlib import Path

from zenml.errors import DataError

_PREFIX = "Split-"


def split_folder(uri: str | os.PathLike[str], split: str) -> Path:
    """The folder of a split inside an artifact.

    Example:
        >>> split_folder("store/7", "train").as_posix()
        'store/7/Split-train'
    """
    return Path(uri) / f"{_PREFIX}{split}"


def list_splits(uri: str | os.PathLike[str]) -> list[str]:
    """Names of the splits that an artifact holds, sorted.

    Raises:
        DataError: The artifact's folder is not there.
    """
    folder = Path(uri)
    if not folder.is_dir():
        raise DataError(f"The artifact {folder} is not there; run the step that makes it again.")
    return sorted(
        entry.name[len(_PREFIX) :]
        for entry in folder.iterdir()
        if entry.is_dir() and entry.name.startswith(_PREFIX)
    )


def split_files(uri: str | os.PathLike[str], split: str) -> list[str]:
    """Paths of the shards of a split, in order.

    Raises:
        DataError: There is no such split, or it holds no file.
    """
    folder = split_folder(uri, split)
    if not folder.is_dir():
        there = ", ".join(list_splits(uri)) or "none"
        raise DataError(f"The artifact {uri} has no split {split!r}; it has {there}.")
    files = sorted(
        str(entry) for entry in folder.iterdir() if entry.is_file() and entry.name[0] not in "._"
    )
    if not files:
        raise DataError(f"The split {split!r} in {folder} holds no file; run its step again.")
    return files
