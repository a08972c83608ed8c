"""The files of a source: which there are, their bytes, and a hash of them all."""

from __future__ import annotations

import gzip
import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
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
        DataError: There is none, or one that would be left out: a broken link, a file of a
            folder below.
    """
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise DataError(f"There is no file or folder {path}.")
    files = []
    for file in files_below(path, endings):
        if file.parent != path:
            raise DataError(
                f"{path} is read without the folders below it, and {file} lies in one. Give the "
                "folder in which the files lie, put them into one, or let the name of a folder "
                "that is not meant begin with '_' or '.'."
            )
        files.append(file)
    if not files:
        which = f" that ends in {' or '.join(endings)}" if endings else ""
        raise DataError(f"The folder {path} holds no file{which}.")
    return files


def files_below(
    folder: Path, endings: Sequence[str] = (), inside: tuple[Path, ...] = ()
) -> Iterator[Path]:
    """Yields the files of a folder, sorted by name, then those of the folders below it.

    Links are followed; what begins with `.` or `_` is left out.

    Args:
        folder: Where to look.
        endings: What the files' names end in, in lower case; none is any.
        inside: The folders that this one was reached through, without links.

    Raises:
        DataError: A folder that cannot be read, or a link that leads nowhere or in circles.
    """
    real = folder.resolve()
    if real in inside:
        raise DataError(f"{folder} is a link to {real}, in which it lies. Take it away.")
    try:
        with os.scandir(folder) as found:
            entries = sorted((e for e in found if e.name[0] not in "._"), key=lambda e: e.name)
    except OSError as exc:
        raise DataError(f"The folder {folder} cannot be read: {exc.strerror}.") from exc
    folders = []
    for entry in entries:
        if entry.is_dir():
            folders.append(Path(entry.path))
        elif entry.is_symlink() and not os.path.exists(entry.path):
            raise DataError(
                f"{entry.path} is a link to {os.readlink(entry.path)}, which is not there. Mend "
                "it, or take it away."
            )
        elif entry.is_file() and entry.name.lower().endswith(tuple(endings) or ""):
            yield Path(entry.path)
    for below in folders:
        yield from files_below(below, endings, (*inside, real))


def open_bytes(path: Path) -> gzip.GzipFile | BufferedReader:
    """The file's bytes, unpacked where its name ends in `.gz`."""
    return gzip.open(path, "rb") if path.name.lower().endswith(".gz") else path.open("rb")


def fingerprint(files: Iterable[Path], root: Path | None = None) -> str:
    """sha256 of the names and the bytes of files, in hex; of a list of one file its bytes alone.

    Args:
        files: In the order that counts.
        root: Folder that the names are told from; None is each file's own.

    Raises:
        DataError: Names a file that cannot be read.
    """
    whole = hashlib.sha256()
    is_one = isinstance(files, Sequence) and len(files) == 1
    for path in files:
        one = hashlib.sha256()
        try:
            with path.open("rb") as file:
                while chunk := file.read(_CHUNK):
                    one.update(chunk)
        except OSError as exc:
            raise DataError(f"{path} cannot be read: {exc.strerror}.") from exc
        name = "" if is_one else path.name
        if root is not None:
            name = path.relative_to(root).as_posix()
        told = os.fsencode(name)
        whole.update(b"%d:%s%s" % (len(told), told, one.hexdigest().encode()))
    return whole.hexdigest()
