"""Folders for a while, which do not pile up where processes are killed."""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PREFIX = "zenml-"
_LOCK = ".zenml-in-use"


@contextmanager
def temporary_folder(purpose: str) -> Iterator[Path]:
    """A new folder, removed at the end; what a killed process left is removed by the next.

    Args:
        purpose: What it is for; part of its name.

    Yields:
        The folder, symbolic links resolved.

    Example:
        >>> with temporary_folder("example") as folder:
        ...     made = folder.is_dir()
        >>> made, folder.exists()
        (True, False)
    """
    place = Path(tempfile.gettempdir()).resolve()
    _remove_abandoned(place)
    # It has its name before it is there, so that Ctrl-C finds no moment at which it would stay.
    folder = place / f"{_PREFIX}{purpose}-{secrets.token_hex(6)}"
    lock: int | None = None
    try:
        folder.mkdir(mode=0o700)
        lock = _hold(folder)
        yield folder
    finally:
        _remove(folder)
        if lock is not None:
            os.close(lock)


def _hold(folder: Path) -> int:
    """Marks a folder as in use for as long as this process lives, or the mark is closed."""
    new = folder / f"{_LOCK}.new"
    descriptor = os.open(new, os.O_CREAT | os.O_RDWR, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    new.rename(folder / _LOCK)  # only now, so that nobody finds it and not held
    return descriptor


def _remove_abandoned(place: Path) -> None:
    """Removes what is left of processes that were killed."""
    for lock in place.glob(f"{_PREFIX}*/{_LOCK}"):
        with contextlib.suppress(OSError), open(lock, "rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _remove(lock.parent)


def _remove(folder: Path) -> None:
    """Removes a folder, its mark last: without, what a killed process leaves would stay."""
    with contextlib.suppress(OSError):
        for entry in os.scandir(folder):
            if entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry.path, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)
