"""CSV files as bytes and lines: which there are, their headers, and what is wrong in them.

Arrow reads the rows (`csv_table`) and says little of where it failed. Here a file
is gone through slowly, once it is known that something is wrong, to name the line.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import hashlib
import io
import sys
import zlib
from collections.abc import Iterator, Sequence
from io import BufferedReader
from pathlib import Path

from zenml.errors import DataError

_CHUNK = 1 << 20
_ENDINGS = (".csv", ".csv.gz")


def find_csv_files(path: Path) -> list[Path]:
    """The file itself, or the CSV files of a folder, sorted by name.

    Raises:
        DataError: There is none.
    """
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise DataError(f"There is no file or folder {path}.")
    files = sorted(
        entry
        for entry in path.iterdir()
        if entry.is_file() and entry.name.lower().endswith(_ENDINGS) and entry.name[0] not in "._"
    )
    if not files:
        raise DataError(f"The folder {path} holds no file that ends in {' or '.join(_ENDINGS)}.")
    return files


def open_bytes(path: Path) -> gzip.GzipFile | BufferedReader:
    """The file's bytes, unpacked."""
    return gzip.open(path, "rb") if path.name.lower().endswith(".gz") else path.open("rb")


def fingerprint(files: Sequence[Path]) -> str:
    """sha256 of the names and the bytes of files, in hex; of one file its bytes alone."""
    whole = hashlib.sha256()
    for path in files:
        one = hashlib.sha256()
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                one.update(chunk)
        name = path.name if len(files) > 1 else ""
        whole.update(f"{len(name)}:{name}{one.hexdigest()}".encode())
    return whole.hexdigest()


def read_header(path: Path) -> list[str]:
    """The names in the first line.

    Raises:
        DataError: An empty file, a name that is empty or stands twice, bytes that
            are no UTF-8, or a file that cannot be read.
    """
    try:
        header = next((row for row, _ in _rows(path) if row), None)
    except UnicodeDecodeError:
        raise not_utf8(path) from None
    except (OSError, EOFError, zlib.error) as exc:
        raise DataError(f"{path} cannot be read: {exc}") from exc
    except csv.Error as exc:
        raise DataError(f"{path}, line 1: the header is no line of a CSV file ({exc}).") from exc
    if header is None:
        raise DataError(f"{path} is empty: it needs a header line and at least one row.")
    for number, name in enumerate(header, 1):
        if not name.strip():
            raise DataError(
                f"{path}, line 1: column {number} of {len(header)} has no name. "
                "(pandas writes such a column unless told `index=False`.)"
            )
        if name in header[: number - 1]:
            first = header.index(name) + 1
            raise DataError(f"{path}, line 1: columns {first} and {number} are both {name!r}.")
    return header


def _rows(path: Path, strict: bool = False) -> Iterator[tuple[list[str], int]]:
    """Each row, empty lines included, with the line it starts on."""
    csv.field_size_limit(sys.maxsize)
    with io.TextIOWrapper(open_bytes(path), encoding="utf-8-sig", newline="") as text:
        reader = csv.reader(text, strict=strict)
        start = 1
        for row in reader:
            yield row, start
            start = reader.line_num + 1


def line_of_row(path: Path, index: int) -> int:
    """The line on which a row starts; row 0 is the one after the header."""
    at = -1
    for row, line in _rows(path):
        if row:
            if at == index:
                return line
            at += 1
    return 0


def not_utf8(path: Path) -> DataError:
    """The error for a file whose bytes are no UTF-8, with the first that is not."""
    offset, line = 0, 1
    decoder = codecs.getincrementaldecoder("utf-8")()
    with open_bytes(path) as file:
        while chunk := file.read(_CHUNK):
            waiting = len(decoder.getstate()[0])
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as exc:
                at = exc.start - waiting
                line += chunk[: max(at, 0)].count(b"\n")
                byte = exc.object[exc.start]
                return DataError(
                    f"{path}, line {line}: byte 0x{byte:02x} at offset {offset + at} is not UTF-8. "
                    "Save the file in the encoding UTF-8."
                )
            offset += len(chunk)
            line += chunk.count(b"\n")
    return DataError(f"{path} ends inside a character: it is not UTF-8.")


def explain(path: Path, columns: int, reason: str) -> DataError:
    """The error for a file that cannot be read as CSV, naming the line.

    Args:
        path: The file.
        columns: How many its header has.
        reason: Said where no line is found to be wrong.
    """
    last = 1
    try:
        for row, line in _rows(path, strict=True):
            last = line
            if row and len(row) != columns:
                cells = "1 cell" if len(row) == 1 else f"{len(row)} cells"
                return DataError(
                    f"{path}, line {line}: {cells}, but the header has {columns} columns."
                )
    except UnicodeDecodeError:
        return not_utf8(path)
    except csv.Error as exc:
        if "unexpected end of data" in str(exc):
            return DataError(f"{path}: a quote that opens after line {last} is never closed.")
        return DataError(f"{path}, after line {last}: {exc}.")
    except (OSError, EOFError, zlib.error) as exc:
        return DataError(f"{path} cannot be read to its end: {exc}")
    return DataError(f"{path} cannot be read as CSV: {reason}")


def scan(path: Path, columns: int) -> bool:
    """Looks once over the bytes for what Arrow would misread without a word.

    Returns:
        Whether there is anything like a hexadecimal number in the file.

    Raises:
        DataError: A quote that is never closed swallows the rest of the file.
    """
    quotes, hexadecimal, last = 0, False, b""
    try:
        with open_bytes(path) as file:
            while chunk := file.read(_CHUNK):
                quotes += chunk.count(b'"')
                both = last + chunk
                hexadecimal = hexadecimal or b"0x" in both or b"0X" in both
                last = chunk[-1:]
    except (OSError, EOFError, zlib.error) as exc:
        raise DataError(f"{path} cannot be read to its end: {exc}") from exc
    if quotes % 2:
        error = explain(path, columns, "")
        if "never closed" in str(error):
            raise error
    return hexadecimal
