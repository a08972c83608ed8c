"""The TFRecord format: length, checksum of the length, data, checksum of the data."""

from __future__ import annotations

import gzip
import os
import struct
import zlib
from collections.abc import Iterator, Sequence
from io import BufferedReader

import google_crc32c

from zenml.errors import DataError

_HEADER = struct.Struct("<QI")
_LENGTH = struct.Struct("<Q")
_CHECK = struct.Struct("<I")
_CHUNK = 4 << 20
_MASK = 0xA282EAD8


def _masked(data: bytes) -> int:
    crc = google_crc32c.value(data)
    return (((crc >> 15) | (crc << 17)) + _MASK) & 0xFFFFFFFF


def frame(rows: Sequence[bytes]) -> bytes:
    """The bytes that stand for these rows in a TFRecord file.

    Example:
        >>> len(frame([b"abc"]))
        19
    """
    value, length, check = google_crc32c.value, _LENGTH.pack, _CHECK.pack
    # Rows of one table have few lengths: their headers are made once each.
    headers: dict[int, bytes] = {}
    parts: list[bytes] = []
    for row in rows:
        size = len(row)
        header = headers.get(size)
        if header is None:
            packed = length(size)
            header = headers[size] = packed + check(_masked(packed))
        crc = value(row)
        mask = (((crc >> 15) | (crc << 17)) + _MASK) & 0xFFFFFFFF
        parts += (header, row, check(mask))
    return b"".join(parts)


def read_records(path: str | os.PathLike[str]) -> Iterator[list[bytes]]:
    """Yields the rows of one TFRecord file, some megabytes of them at a time.

    Args:
        path: Read through gzip when its name ends in `.gz`.

    Raises:
        DataError: Names the file and the record where it is damaged or cut off.
    """
    name = os.fspath(path)
    count = 0
    rest = b""
    try:
        with _opened(name) as file:
            while chunk := file.read(_CHUNK):
                rows, rest = _parse(rest + chunk if rest else chunk, name, count)
                count += len(rows)
                if rows:
                    yield rows
    except FileNotFoundError as exc:
        raise DataError(f"{name} is not there; run the step that makes it again.") from exc
    except (EOFError, zlib.error, gzip.BadGzipFile) as exc:
        raise _damaged(name, count, f"its gzip stream is broken ({exc})") from exc
    if rest:
        raise _damaged(name, count, "the file ends inside it")


def _opened(name: str) -> gzip.GzipFile | BufferedReader:
    return gzip.open(name, "rb") if name.endswith(".gz") else open(name, "rb")


def _damaged(name: str, record: int, why: str) -> DataError:
    return DataError(
        f"{name} is damaged at record {record} (counted from 0): {why}. "
        "Delete its artifact and run again: the step makes it anew."
    )


def _parse(data: bytes, name: str, count: int) -> tuple[list[bytes], bytes]:
    """The whole records in `data`, and the bytes of the one that is cut off."""
    unpack, value, check = _HEADER.unpack_from, google_crc32c.value, _CHECK.unpack_from
    headers: dict[int, int] = {}
    rows: list[bytes] = []
    at, end = 0, len(data)
    while at + 16 <= end:
        size, size_crc = unpack(data, at)
        expected = headers.get(size)
        if expected is None:
            expected = headers[size] = _masked(_LENGTH.pack(size))
        if size_crc != expected:
            raise _damaged(name, count + len(rows), "the checksum of its length is wrong")
        stop = at + 12 + size
        if stop + 4 > end:
            break
        row = data[at + 12 : stop]
        crc = value(row)
        if check(data, stop)[0] != (((crc >> 15) | (crc << 17)) + _MASK) & 0xFFFFFFFF:
            raise _damaged(name, count + len(rows), "the checksum of its data is wrong")
        rows.append(row)
        at = stop + 4
    return rows, data[at:]
