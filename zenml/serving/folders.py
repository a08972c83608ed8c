"""The folders of versions below the folder of a model."""

from __future__ import annotations

import os
import re
from pathlib import Path

from zenml.errors import ServingError
from zenml.models.formats import DESCRIPTION

Stamp = tuple[tuple[str, int, int], ...]
_NUMBER = re.compile(r"[0-9]+")
_LARGEST = 2**63 - 1  # of versions, which are int64 in TensorFlow Serving


def is_model(folder: Path) -> bool:
    """Whether a model of a known format lies in the folder itself."""
    return (folder / "saved_model.pb").is_file() or (folder / DESCRIPTION).is_file()


def version_of(name: str) -> int | None:
    """The version that a folder of this name holds; None where it is no version.

    Example:
        >>> version_of("0007"), version_of("7.tmp")
        (7, None)
    """
    found = int(name) if _NUMBER.fullmatch(name) and len(name) < 100 else _LARGEST + 1
    return found if found <= _LARGEST else None


def base_of(folder: Path) -> tuple[str, Path, int | None]:
    """What is served from a folder that a user names.

    Returns:
        The name of the model; the folder of its versions, or that of the model itself; and
        the version, where the folder is one.

    Raises:
        ServingError: Nothing below it is a model.
    """
    folder = Path(os.path.abspath(folder))
    if is_model(folder):
        version = version_of(folder.name)
        if version is not None:
            return folder.parent.name, folder.parent, version
        return folder.name, folder, None
    if not folder.is_dir():
        why = "that is a file; name its folder" if folder.is_file() else "there is no such folder"
        raise ServingError(f"There is no model to serve in {folder}: {why}.")
    try:
        if not versions_in(folder):
            inside = sorted(folder.iterdir())
            held = ", ".join(entry.name for entry in inside[:5]) or "nothing"
            model = next(filter(_has_model, inside), None)
            advice = f" Name one of the models in it, such as {model}." if model else ""
            raise ServingError(
                f"There is no model to serve in {folder}: it holds neither a model nor folders of "
                f"versions, named by integers, but {held}.{advice}"
            )
    except OSError as exc:
        raise ServingError(f"{folder} cannot be read, so no model is served: {exc}") from exc
    return folder.name, folder, None


def _has_model(entry: Path) -> bool:
    """Whether it is a model or a folder of some; not where it may not be looked at."""
    try:
        return any(is_model(folder) for folder in versions_in(entry).values())
    except OSError:
        return False


def versions_in(base: Path) -> dict[int, Path]:
    """Version -> folder, of a folder that holds versions, or is a model itself: version 1."""
    if is_model(base):
        return {1: base}
    try:
        with os.scandir(base) as entries:
            found = [(version_of(entry.name), entry) for entry in entries if entry.is_dir()]
    except FileNotFoundError:
        return {}
    found.sort(key=lambda pair: -len(pair[1].name))  # of 007 and 7 the latter counts
    return {number: Path(entry.path) for number, entry in found if number is not None}


def stamp_of(folder: Path) -> Stamp:
    """What tells whether files below a folder were written since: names, sizes, times."""
    found = []
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                status = os.stat(os.path.join(place, name))
            except OSError:  # gone meanwhile, or not ours to read: loading says so
                continue
            found.append((os.path.join(place, name), status.st_size, status.st_mtime_ns))
    return tuple(sorted(found))
