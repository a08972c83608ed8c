"""ArtifactStore: the folder under which every artifact has a folder of its own."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from zenml.errors import ArtifactStoreError

_BLOCK = 1 << 20
DEPLOYED_FOLDER = ".deployed"  # of models that are served from a store: no pipeline is called so


@dataclass(frozen=True)
class Content:
    """What lies in the folder of an artifact.

    Attributes:
        files: Number of files.
        bytes: Their total size.
        digest: sha256 over their relative names and contents, in hex; "" when
            it was not asked for.

    Example:
        >>> Content(files=1, bytes=10).digest
        ''
    """

    files: int
    bytes: int
    digest: str = ""


class ArtifactStore:
    """A folder for artifacts.

    Args:
        path: The folder; a relative one is taken from `root`.
        root: Usually the repository.

    Example:
        >>> import tempfile
        >>> store = ArtifactStore("artifacts", root=tempfile.gettempdir())
        >>> store.uri.endswith("artifacts")
        True
    """

    def __init__(self, path: str, root: str | os.PathLike[str] | None = None) -> None:
        """Stores the path; nothing is made yet."""
        if "://" in path:
            raise ArtifactStoreError(
                f"The artifact store {path!r} is not a folder of this machine, and only folders "
                "are supported here."
            )
        self.path = path
        self._root = Path(root) if root is not None else Path.cwd()

    @property
    def uri(self) -> str:
        """Absolute path of the folder."""
        return os.path.normpath((self._root / self.path).absolute())

    def run_folder(self, pipeline: str, run: str) -> str:
        """Where the artifacts of a run go."""
        return os.path.join(self.uri, pipeline, run)


def files_of(uri: str) -> Iterator[os.DirEntry[str]]:
    """Every file below a folder, in the order of their names; a file is itself one."""
    try:
        entries = sorted(os.scandir(uri), key=lambda entry: entry.name)
    except (FileNotFoundError, NotADirectoryError):
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from files_of(entry.path)
        else:
            yield entry


def measure(uri: str) -> Content:
    """Number and size of the files of an artifact, without reading them.

    A file that another process removes meanwhile does not count.
    """
    sizes = []
    for entry in files_of(uri):
        with contextlib.suppress(FileNotFoundError):
            sizes.append(_size(entry))
    return Content(files=len(sizes), bytes=sum(sizes))


def digest(uri: str) -> Content:
    """Number, size and sha256 of the files of an artifact."""
    total = hashlib.sha256()
    count = size = 0
    for entry in files_of(uri):
        name = os.path.relpath(entry.path, uri).replace(os.sep, "/").encode()
        length = _size(entry)
        total.update(b"%d:%s:%d:" % (len(name), name, length))
        if entry.is_file():
            with open(entry.path, "rb") as file:
                while block := file.read(_BLOCK):
                    total.update(block)
        elif entry.is_symlink():  # to a folder, or to nothing: what counts is where it leads
            total.update(os.readlink(entry.path).encode())
        count, size = count + 1, size + length
    return Content(count, size, total.hexdigest())


def sha256_of(path: str) -> str:
    """sha256 of one file in hex; "" where it cannot be read."""
    total = hashlib.sha256()
    try:
        with open(path, "rb") as file:
            while block := file.read(_BLOCK):
                total.update(block)
    except OSError:
        return ""
    return total.hexdigest()


def _size(entry: os.DirEntry[str]) -> int:
    return entry.stat(follow_symlinks=entry.is_file()).st_size


def remove(uri: str) -> None:
    """Removes a folder or a file of an artifact store, if it is there."""
    if os.path.isfile(uri):
        Path(uri).unlink(missing_ok=True)  # another process may be as quick
    else:
        shutil.rmtree(uri, ignore_errors=True)
