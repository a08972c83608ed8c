"""Folders for a while, which do not pile up where processes are killed."""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import functools
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PREFIX = "zenml-"
_IN_USE = ".in-use"


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
    # It has its name before it is there, so that Ctrl-C finds no moment at which it would stay.
    folder = _new_name(purpose)
    mark: int | None = None
    try:
        mark = _hold(folder)
        folder.mkdir(mode=0o700)
        yield folder
    finally:
        remove(folder)
        if mark is not None:
            os.close(mark)


@functools.cache
def folder_of_process(purpose: str, process: int) -> Path:
    """The folder that a process has for something until it ends, in whatever way.

    Args:
        purpose: What it is for; part of its name.
        process: Number of this process: one that is forked later has a folder of its own.

    Example:
        >>> folder = folder_of_process("example", os.getpid())
        >>> folder.is_dir(), folder == folder_of_process("example", os.getpid())
        (True, True)
    """
    folder = _new_name(purpose)

    def remove_mine() -> None:
        if os.getpid() == process:
            remove(folder)

    atexit.register(remove_mine)
    _hold(folder)  # never let go: the mark goes with the process
    folder.mkdir(mode=0o700)
    return folder


def _new_name(purpose: str) -> Path:
    """Where a new folder may be made, once what killed processes left there is gone."""
    place = Path(tempfile.gettempdir()).resolve()
    _remove_abandoned(place)
    return place / f"{_PREFIX}{purpose}-{secrets.token_hex(6)}"


def _hold(folder: Path) -> int:
    """Marks a folder as in use for as long as this process lives, or the mark is closed.

    The mark lies beside it, is there before it, and goes after it.
    """
    mark = _mark_of(folder)
    while True:
        descriptor = os.open(mark, os.O_CREAT | os.O_RDWR, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        if mark.exists():
            return descriptor
        os.close(descriptor)  # another process took it for an abandoned one before it was held


def _mark_of(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}{_IN_USE}")


def remove(folder: Path) -> None:
    """Removes a folder of `temporary_folder` for the process that made it, if that was killed."""
    shutil.rmtree(folder, ignore_errors=True)
    _mark_of(folder).unlink(missing_ok=True)


def _remove_abandoned(place: Path) -> None:
    """Removes what is left of processes that were killed."""
    for mark in place.glob(f"{_PREFIX}*{_IN_USE}"):
        with contextlib.suppress(OSError), open(mark, "rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            remove(mark.with_name(mark.name.removesuffix(_IN_USE)))
