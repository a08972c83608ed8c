"""Kept tables: rows that were in memory, in files that are named by the sha256 of their bytes.

They lie in a folder of the repository's artifact store. A file is written under another
name first, so that one of its name is whole; reading it looks at its hash again.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from zenml.errors import DataError

_CHUNK = 1 << 20
_NAME = re.compile(r"sha256:[0-9a-f]{64}")


def is_kept_table(value: Any) -> bool:
    """Whether it names a kept table.

    Example:
        >>> is_kept_table("sha256:" + "0" * 64), is_kept_table("penguins")
        (True, False)
    """
    return isinstance(value, str) and _NAME.fullmatch(value) is not None


def write_table(folder: Path, batches: Iterable[pa.RecordBatch]) -> str:
    """Writes rows, whole or not at all; the same rows are the same file.

    Args:
        folder: Made if missing.
        batches: Loose batches; their columns and types may change.

    Returns:
        The name of the kept table, "sha256:" and 64 hex digits.
    """
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / f".{os.urandom(8).hex()}"
    try:
        with temporary.open("xb") as file:
            hashing = _Hashing(file)
            _write(batches, pa.PythonFile(hashing, "w"))
            file.flush()
            os.fsync(file.fileno())
        name = f"sha256:{hashing.hexdigest()}"
        os.replace(temporary, table_file(folder, name))
    finally:
        temporary.unlink(missing_ok=True)
    return name


def table_name(batches: Iterable[pa.RecordBatch]) -> str:
    """The name that `write_table` would give to rows; nothing is written."""
    with open(os.devnull, "wb") as file:
        hashing = _Hashing(file)
        _write(batches, pa.PythonFile(hashing, "w"))
    return f"sha256:{hashing.hexdigest()}"


def table_file(folder: Path, name: str) -> Path:
    """Where a kept table lies in its folder.

    Example:
        >>> table_file(Path("store"), "sha256:0a").as_posix()
        'store/0a.arrow'
    """
    return folder / f"{name.partition(':')[2]}.arrow"


def read_table(path: Path, name: str) -> Iterator[pa.RecordBatch]:
    """Yields the rows of a kept table.

    Raises:
        DataError: The file is not what its name says any more.
    """
    found = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            found.update(chunk)
    if f"sha256:{found.hexdigest()}" != name:
        raise DataError(
            f"The kept table {path} is damaged: its bytes are not those it is named after. Delete "
            "it, and make the datasource again from what was in memory."
        )
    with pa.OSFile(str(path)) as stored:
        size = stored.size()
        while stored.tell() < size:
            yield from pa.ipc.open_stream(stored)


def _write(batches: Iterable[pa.RecordBatch], sink: Any) -> None:
    """One stream after the other, a new one whenever columns or types change."""
    stream: Any = None
    schema: pa.Schema | None = None
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    for batch in batches:
        if batch.schema != schema:
            if stream is not None:
                stream.close()
            schema = batch.schema
            stream = pa.ipc.new_stream(sink, schema, options=options)
        stream.write_batch(batch)
    if stream is not None:
        stream.close()


class _Hashing:
    """A file to write to that hashes what it is given."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self._hash = hashlib.sha256()
        self.closed = False

    def write(self, data: Any) -> int:
        self._hash.update(data)
        return int(self._file.write(data))

    def flush(self) -> None:
        self._file.flush()

    def close(self) -> None:
        self.closed = True

    def hexdigest(self) -> str:
        return self._hash.hexdigest()
