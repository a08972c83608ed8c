"""Several finished files to their places, all of them or none."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from zenml.errors import ArtifactStoreError


def check_places(places: Iterable[Path], what: str) -> None:
    """Checks that a file can take each place.

    Args:
        places: Paths of files, there or not.
        what: Who writes; said in errors.

    Raises:
        ArtifactStoreError: Names the place that is a folder.
    """
    for place in places:
        if place.is_dir():
            folder = IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            raise cannot_write(what, place, folder)


def publish(finished: Mapping[Path, Path], outdated: Iterable[Path], what: str) -> None:
    r"""Moves files to their places in one step: where one cannot be, all is as it was before.

    Args:
        finished: Place -> file that takes it, of the same file system.
        outdated: Files to remove.
        what: Who writes; said in errors.

    Raises:
        ArtifactStoreError: Names the file that cannot be written.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> _ = (folder / ".a").write_text("new"), (folder / "a-of-2").write_text("old")
        >>> publish({folder / "a": folder / ".a"}, [folder / "a-of-2"], "example")
        >>> [path.name for path in folder.iterdir()]
        ['a']
    """
    gone = [path for path in outdated if path not in finished]
    check_places(finished, what)
    kept: dict[Path, Path] = {}
    placed: list[Path] = []
    place = Path()
    try:
        for place in (*finished, *gone):
            if os.path.lexists(place):
                kept[place] = _keep(place)
        for place, file in finished.items():
            os.replace(file, place)
            placed.append(place)
        for place in gone:
            place.unlink(missing_ok=True)
    except OSError as exc:
        for new in placed:
            new.unlink(missing_ok=True)
        for old, copy in kept.items():
            os.replace(copy, old)
        raise cannot_write(what, place, exc) from exc
    finally:
        for copy in kept.values():
            copy.unlink(missing_ok=True)


def cannot_write(what: str, path: Path, exc: OSError) -> ArtifactStoreError:
    """The error of a file that cannot be written.

    Args:
        what: Who writes.
        path: The file.
        exc: Why not.
    """
    return ArtifactStoreError(
        f"{what} cannot write {path}: {exc.strerror or exc}. Nothing was written; choose another "
        "output_path, or make the folder writable."
    )


def _keep(path: Path) -> Path:
    """Another name of a file, under which it stays when its own is taken."""
    copy = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        os.link(path, copy, follow_symlinks=False)
    except OSError:  # a file system without links
        shutil.copy2(path, copy, follow_symlinks=False)
    return copy
