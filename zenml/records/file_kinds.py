"""What a file is, by what it begins with, where it is not what it was taken for."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from pathlib import Path

from zenml.errors import DataError
from zenml.records.framing import begins_record
from zenml.records.source_files import open_bytes

_START = 4096
_JSON = re.compile(rb'\s*(\[\s*)?\{\s*("[^"\n]*"\s*:|\})')
_UNPACK = "Unpack it first."
_NO_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1f]")

# What a file begins with -> what it is, and what to do.
_KINDS = {
    b"PAR1": ("a Parquet file", "Read it with ParquetDatasource."),
    b"ARROW1": ("an Arrow file", "Save it as Parquet, and read it with ParquetDatasource."),
    b"PK\x03\x04": ("a zip archive, or a workbook of Excel", "Unpack it, or save it as CSV."),
    b"\xd0\xcf\x11\xe0": ("a workbook of Excel", "Save it as CSV."),
    b"SQLite format 3\0": ("a database of SQLite", "Write its rows into a CSV file."),
    b"\x89PNG": ("an image", "Read the folder of images with ImageDatasource."),
    b"\xff\xd8\xff": ("an image", "Read the folder of images with ImageDatasource."),
    b"BZh": ("packed with bzip2", _UNPACK),
    b"\xfd7zXZ\0": ("packed with xz", _UNPACK),
    b"\x28\xb5\x2f\xfd": ("packed with zstd", _UNPACK),
}
# The same for what is text.
_TEXTS = (
    (
        re.compile(rb"\s*<(!doctype html|html)\b", re.IGNORECASE),
        "a page of HTML",
        "Download the file itself: GitHub and the like call it raw.",
    ),
    (
        re.compile(rb"version https://git-lfs\.github\.com/"),
        "a pointer of Git LFS",
        "Fetch the file itself: git lfs pull.",
    ),
)
_GZIP = b"\x1f\x8b"


def refuse_other_kinds(files: Sequence[Path], wanted: str) -> None:
    """Refuses files that are plainly of another kind than the one they are read as.

    What is of no kind that is known here passes: it is read, and what is wrong said then.

    Args:
        files: The files.
        wanted: "CSV", "JSON", "Parquet" or "TFRecord".

    Raises:
        DataError: Names the file, what it is and what would read it.

    Example:
        >>> import tempfile
        >>> file = Path(tempfile.mkdtemp()) / "a.csv"
        >>> _ = file.write_bytes(b"PAR1 and so on")
        >>> try:
        ...     refuse_other_kinds([file], "CSV")
        ... except DataError as exc:
        ...     print(str(exc).replace(str(file), "a.csv"))
        a.csv is a Parquet file, and not CSV. Read it with ParquetDatasource.
    """
    for path in files:
        start = _start(path, wanted)
        if start.startswith(_GZIP) and wanted != "TFRecord":
            if wanted == "Parquet":
                raise DataError(f"{path} is gzipped, and Parquet is not. {_UNPACK}")
            raise DataError(f"{path} is gzipped, but its name does not end in '.gz'. Rename it.")
        kind, advice = _kind(start, wanted)
        if kind:
            raise DataError(f"{path} is {kind}, and not {wanted}. {advice}")


def _start(path: Path, wanted: str) -> bytes:
    try:
        with open_bytes(path) if wanted in ("CSV", "JSON") else path.open("rb") as file:
            return file.read(_START)
    except (OSError, EOFError, zlib.error):
        return b""  # what reads it says why it cannot be read


def _kind(start: bytes, wanted: str) -> tuple[str, str]:
    """What a file is and what to do, or nothing where it may be what is wanted."""
    if begins_record(start):
        is_wanted = wanted == "TFRecord"
        return ("", "") if is_wanted else ("a TFRecord file", "Read it with TFRecordsDatasource.")
    for magic, found in _KINDS.items():
        if start.startswith(magic) and (_NO_TEXT.search(start) or magic == b"PAR1"):
            return ("", "") if (magic, wanted) == (b"PAR1", "Parquet") else found
    for pattern, kind, advice in _TEXTS:
        if pattern.match(start):
            return kind, advice
    if _JSON.match(start.removeprefix(b"\xef\xbb\xbf")):
        return ("", "") if wanted == "JSON" else ("JSON", "Read it with JSONDatasource.")
    header = start.split(b"\n")[0]
    is_table = b"\n" in start and re.search(rb"[,;\t]", header) and not _NO_TEXT.search(start)
    if is_table and wanted != "CSV" and header[:1] not in b"[{":
        return "a table of text", "Read it with CSVDatasource."
    return "", ""
