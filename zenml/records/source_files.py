"""The files of a source: which there are, their bytes, and a hash of them all."""

from __future__ import annotations

import gzip
import hashlib
import os
from collections.abc import Sequence
from io import BufferedReader
from pathlib import Path

from zenml.errors import DataError

_CHUNK = 1 << 20


def find_files(path: Path, endings: Sequence[str] = ()) -> list[Path]:
    """The file itself, or the files of a folder, sorted by name.

    Args:
        path: A file of any name, or a folder.
        endings: What the names of a folder's files end in, in lower case; none is any.

    Raises:
        DataError: There is none.
    """
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise DataError(f"There is no file or folder {path}.")
    files = sorted(entry for entry in path.iterdir() if entry.is_file() and _fits(entry, endings))
    if not files:
        which = f" that ends in {' or '.join(endings)}" if endings else ""
        raise DataError(f"The folder {path} holds no file{which}.")
    return files


def _fits(entry: Path, endings: Sequence[str]) -> bool:
    if entry.name[0] in "._":
        return False
    return not endings or entry.name.lower().endswith(tuple(endings))


def open_bytes(path: Path) -> gzip.GzipFile | BufferedReader:
    """The file's bytes, unpacked where its name ends in `.gz`."""
    return gzip.open(path, "rb") if path.name.lower().endswith(".gz") else path.open("rb")


def fingerprint(files: Sequence[Path], root: Path | None = None) -> str:
    """sha256 of the names and the bytes of files, in hex; of one file its bytes alone.

    Args:
        files: In the order that counts.
        root: Folder that the names are told from; None is each file's own.
    """
    whole = hashlib.sha256()
    for path in files:
        one = hashlib.sha256()
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                one.update(chunk)
        name = path.name if len(files) > 1 else ""
        if root is not None:
            name = path.relative_to(root).as_posix()
        told = os.fsencode(name)
        whole.update(b"%d:%s%s" % (len(told), told, one.hexdigest().encode()))
    return whole.hexdigest()
