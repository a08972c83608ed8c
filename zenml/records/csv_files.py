"""CSV files as bytes and lines: their headers, and what is wrong in them.

Arrow reads the rows (`csv_table`) and says little of where it failed. Here a file
is gone through slowly, once it is known that something is wrong, to name the line.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

from zenml.errors import DataError
from zenml.hints import number_of
from zenml.records.source_files import open_bytes

_CHUNK = 1 << 20
_SEPARATOR = re.compile(r"[;\t|]")  # of cells, in files of other habits


def read_header(path: Path) -> list[str]:
    """The names in the first line.

    Raises:
        DataError: An empty file, a name that is empty or stands twice, cells that other
            marks than commas separate, bytes that are no UTF-8, or a file that cannot be read.
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
        if len(header) == 1 and (mark := _SEPARATOR.search(name)):
            raise DataError(
                f"{path}, line 1: there is one column, {name!r}. Commas separate cells, and not "
                f"{mark[0]!r}: save the file with them, or have pandas read it, with "
                f"sep={mark[0]!r}, for a PandasDatasource."
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
                cells = number_of("cells", len(row))
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
