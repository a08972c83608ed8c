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
_GZIP_MAGIC = b"\x1f\x8b"
_ADVICE = "Delete its artifact and run again: the step makes it anew."


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


def read_records(
    path: str | os.PathLike[str],
    *,
    packed: bool | None = None,
    advice: str = _ADVICE,
    verify: bool = True,
) -> Iterator[list[bytes]]:
    """Yields the rows of one TFRecord file, some megabytes of them at a time.

    Args:
        path: The file.
        packed: Whether it is read through gzip; None is where its name ends in `.gz`.
        advice: What to do about a damaged file, the end of the error.
        verify: Whether the checksums of the data are; needless where they just were.

    Raises:
        DataError: Names the file, and the record and its place where it is damaged or cut off.
    """
    name = os.fspath(path)
    packed = name.endswith(".gz") if packed is None else packed
    parser = _Parser(name, packed, advice, verify)
    try:
        with _opened(name, packed) as file:
            while chunk := file.read(_CHUNK):
                rows = parser.parse(chunk)
                if rows:
                    yield rows
    except FileNotFoundError as exc:
        raise DataError(f"{name} is not there; run the step that makes it again.") from exc
    except (EOFError, zlib.error, gzip.BadGzipFile) as exc:
        raise parser.damaged(f"its gzip stream is broken ({exc})") from exc
    if parser.rest:
        raise parser.damaged("the file ends inside it")


def is_packed(path: str | os.PathLike[str]) -> bool:
    """Whether a TFRecord file is gzipped, by what it begins with."""
    with open(path, "rb") as file:
        start = file.read(_HEADER.size)
    return not begins_record(start) and start.startswith(_GZIP_MAGIC)


def begins_record(start: bytes) -> bool:
    """Whether a file that begins so begins with a record: its length, and the checksum of that.

    Example:
        >>> begins_record(frame([b"abc"])), begins_record(b"PAR1 and so on")
        (True, False)
    """
    head = start[: _HEADER.size]
    return len(head) == _HEADER.size and _HEADER.unpack(head)[1] == _masked(head[: _LENGTH.size])


def _opened(name: str, packed: bool) -> gzip.GzipFile | BufferedReader:
    return gzip.open(name, "rb") if packed else open(name, "rb")


class _Parser:
    """Cuts the bytes of one file into records, chunk by chunk."""

    def __init__(self, name: str, packed: bool, advice: str, verify: bool) -> None:
        self.rest = b""
        self._records = 0
        self._offset = 0
        self._name = name
        self._packed = packed
        self._advice = advice
        self._verify = verify

    def damaged(self, why: str) -> DataError:
        """The error for the record that comes next."""
        unpacked = " of its unpacked bytes" if self._packed else ""
        return DataError(
            f"{self._name} is damaged at record {self._records} (counted from 0), offset "
            f"{self._offset}{unpacked}: {why}. {self._advice}"
        )

    def parse(self, chunk: bytes) -> list[bytes]:
        """The records that are whole by now."""
        data = self.rest + chunk if self.rest else chunk
        unpack, check = _HEADER.unpack_from, _CHECK.unpack_from
        headers: dict[int, int] = {}
        rows: list[bytes] = []
        at, end, wrong, verify = 0, len(data), "", self._verify
        while at + 16 <= end:
            size, size_crc = unpack(data, at)
            expected = headers.get(size)
            if expected is None:
                expected = headers[size] = _masked(_LENGTH.pack(size))
            if size_crc != expected:
                wrong = "the checksum of its length is wrong"
                break
            stop = at + 12 + size
            if stop + 4 > end:
                break
            row = data[at + 12 : stop]
            if verify and check(data, stop)[0] != _masked(row):
                wrong = "the checksum of its data is wrong"
                break
            rows.append(row)
            at = stop + 4
        self._records += len(rows)
        self._offset += at
        if wrong:
            raise self.damaged(wrong)
        self.rest = data[at:]
        return rows
