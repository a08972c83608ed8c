"""Files that are either whole or not there."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from zenml.errors import AlreadyExistsException


def write_text(
    path: str | os.PathLike[str], text: str, *, exclusive: bool = False, sync: bool = True
) -> None:
    """Writes a text file in UTF-8, names of files in it as they are; see `write_bytes`."""
    write_bytes(path, text.encode("utf-8", "surrogateescape"), exclusive=exclusive, sync=sync)


def write_bytes(
    path: str | os.PathLike[str], data: bytes, *, exclusive: bool = False, sync: bool = True
) -> None:
    """Writes a file under a temporary name beside it, then renames it.

    One that is written anew keeps its mode.

    Args:
        path: The file; its folder is made where missing.
        data: Its whole content.
        exclusive: Refuse where the file exists already, even if it came into
            being a moment ago in another process.
        sync: Wait until the disk has it. Needless where a hash of the content is
            kept elsewhere, which tells what a power cut spoilt.

    Raises:
        AlreadyExistsException: With `exclusive`, when the file is there.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp(), "folder", "file")
        >>> write_bytes(path, b"whole")
        >>> path.read_bytes(), len(list(path.parent.iterdir()))
        (b'whole', 1)
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.urandom(4).hex()}")
    try:
        with open(temporary, "xb") as file:
            file.write(data)
            if sync:
                file.flush()
                os.fsync(file.fileno())
        if exclusive:
            _link(temporary, path)
        else:
            with contextlib.suppress(FileNotFoundError):
                os.chmod(temporary, path.stat().st_mode & 0o777)
            os.replace(temporary, path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)


@contextlib.contextmanager
def written_whole(path: str | os.PathLike[str]) -> Iterator[str]:
    """Gives the path of a file to write instead, which becomes this one in the end.

    For what a library writes by itself. It lies beside and ends as this one does.

    Args:
        path: The file; its folder is made where missing.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp(), "best.keras")
        >>> with written_whole(path) as instead:
        ...     _ = Path(instead).write_text("whole")
        ...     path.exists()
        False
        >>> path.read_text()
        'whole'
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{os.urandom(4).hex()}.{path.name}")
    try:
        yield os.fspath(temporary)
        os.replace(temporary, path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)


def _link(temporary: Path, path: Path) -> None:
    try:
        os.link(temporary, path)
    except FileExistsError as exc:
        raise AlreadyExistsException(f"{path} exists already.") from exc
