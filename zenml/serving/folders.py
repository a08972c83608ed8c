"""The folders of versions below the folder of a model."""

from __future__ import annotations

import os
from pathlib import Path

from zenml.errors import ServingError
from zenml.models.formats import DESCRIPTION

Stamp = tuple[tuple[str, int, int], ...]


def is_model(folder: Path) -> bool:
    """Whether a model of a known format lies in the folder itself."""
    return (folder / "saved_model.pb").is_file() or (folder / DESCRIPTION).is_file()


def base_of(folder: Path) -> tuple[str, Path, int | None]:
    """What is served from a folder that a user names.

    Returns:
        The name of the model; the folder of its versions, or that of the model itself; and
        the version, where the folder is one.

    Raises:
        ServingError: Nothing below it is a model.
    """
    folder = folder.absolute()
    if is_model(folder):
        if folder.name.isdecimal():
            return folder.parent.name, folder.parent, int(folder.name)
        return folder.name, folder, None
    if not folder.is_dir():
        raise ServingError(f"There is no model to serve in {folder}: there is no such folder.")
    if not versions_in(folder):
        held = ", ".join(sorted(entry.name for entry in folder.iterdir())[:5]) or "nothing"
        raise ServingError(
            f"There is no model to serve in {folder}: it holds neither a model nor folders of "
            f"versions, named by integers, but {held}."
        )
    return folder.name, folder, None


def versions_in(base: Path) -> dict[int, Path]:
    """Version -> folder, of a folder that holds versions, or is a model itself: version 1."""
    if is_model(base):
        return {1: base}
    try:
        with os.scandir(base) as entries:
            found = [entry for entry in entries if entry.name.isdecimal() and entry.is_dir()]
    except FileNotFoundError:
        return {}
    return {int(entry.name): Path(entry.path) for entry in found}


def stamp_of(folder: Path) -> Stamp:
    """What tells whether files below a folder were written since: names, sizes, times."""
    found = []
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                status = os.stat(os.path.join(place, name))
            except FileNotFoundError:
                continue
            found.append((os.path.join(place, name), status.st_size, status.st_mtime_ns))
    return tuple(sorted(found))
