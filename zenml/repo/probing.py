"""Folders that settings name: tried before they are relied on."""

from __future__ import annotations

import contextlib
import itertools
import tempfile
from pathlib import Path

from zenml.errors import RepositoryError


def probe_folder(folder: Path) -> None:
    """Tries whether a folder can be made and written to; leaves nothing behind.

    Raises:
        RepositoryError: It cannot.
    """
    new = list(itertools.takewhile(lambda one: not one.exists(), (folder, *folder.parents)))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as exc:
        raise RepositoryError(
            f"The folder {folder} cannot be made or written to: {exc.strerror or exc}. Name "
            "another one; the settings stay as they were."
        ) from exc
    finally:
        for made in new:
            with contextlib.suppress(OSError):  # somebody else may have begun to fill it
                made.rmdir()
