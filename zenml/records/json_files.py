"""JSON files as rows: objects on lines of their own, or the elements of one big array."""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Callable, Iterator, Mapping
from io import BufferedIOBase
from pathlib import Path
from typing import Any

from zenml.errors import DataError
from zenml.records.json_arrays import FIRST_CHUNK, ArrayError, element_blocks, next_chunk
from zenml.records.json_blocks import Block, BlockParser
from zenml.records.loose import exact_columns
from zenml.records.source_files import open_bytes

CHUNK = 4 << 20  # bytes that are parsed at once
_BOM = b"\xef\xbb\xbf"


class JsonFiles:
    r"""The rows of JSON files, some thousands at a time.

    Attributes:
        files: The files, in the order of their rows.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "a.json"
        >>> _ = path.write_text('{"a": 1}\n{"a": 2}\n')
        >>> [batch.to_pydict() for batch in JsonFiles([path]).rows()]
        [{'a': [1, 2]}]
    """

    def __init__(self, files: list[Path], declared: Mapping[str, str] | None = None) -> None:
        """Opens nothing yet.

        Args:
            files: Which there are.
            declared: Types of columns, as a schema declares them: what becomes a whole
                number or text keeps all its digits.
        """
        self.files = files
        self._exact = exact_columns(declared)
        self._begins: list[tuple[int, Path, bool]] = []  # first row, file, whether lines

    def rows(self) -> Iterator[Any]:
        """Yields batches of flat columns, or flat dicts.

        Raises:
            DataError: Names the file, and the line or element, that cannot be read.
        """
        parser, done = BlockParser(self._exact), 0
        self._begins = []
        for path in self.files:
            try:
                with open_bytes(path) as file:
                    for item in self._file_rows(path, file, parser, done):
                        done += 1 if isinstance(item, dict) else item.num_rows
                        yield item
            except (OSError, EOFError, zlib.error) as exc:
                raise DataError(f"{path} cannot be read to its end: {exc}") from exc

    def _file_rows(self, path: Path, file: Any, parser: BlockParser, done: int) -> Iterator[Any]:
        begin = _begin(path, file)
        self._begins.append((done, path, begin == b"{"))
        if begin == b"{":
            for block in _line_blocks(path, file):
                yield from parser.parse(block)
            return
        count = 0
        try:
            for data, rows in element_blocks(file, CHUNK):
                yield from parser.parse(Block(data, rows, False, count, _place(path, "element")))
                count += rows
        except ArrayError as exc:
            where = _place(path, "element")(exc.element)
            raise DataError(f"{where} of the array: {exc.why}.") from exc

    def place(self, row: int) -> str:
        """Where a row stands that was given already: its file, and the line or element."""
        first, path, lines = [begin for begin in self._begins if begin[0] <= row][-1]
        if not lines:
            return _place(path, "element")(row - first)
        with open_bytes(path) as file:
            full = (number for number, line in enumerate(file) if line.strip())
            return _place(path, "line")(next(itertools.islice(full, row - first, None)))


def _place(path: Path, what: str) -> Callable[[int], str]:
    return lambda number: f"{path}, {what} {number + 1}"


def _begin(path: Path, file: BufferedIOBase) -> bytes:
    """The first character of the file, which is left at its start."""
    start = b""
    while not start:
        data = file.read(1 << 12)
        if not data:
            raise DataError(f"{path} is empty: it needs objects, one a line, or an array of them.")
        start = data.removeprefix(_BOM).lstrip()
    file.seek(0)
    if start[:1] not in (b"{", b"["):
        raise DataError(
            f"{path} begins with {start[:1]!r}: it needs objects, one a line, or an array of them."
        )
    return start[:1]


def _line_blocks(path: Path, file: BufferedIOBase) -> Iterator[Block]:
    """Whole lines, some megabytes at a time."""
    place, first, size = _place(path, "line"), 0, min(CHUNK, FIRST_CHUNK)
    waiting = [file.read(size).removeprefix(_BOM)]
    while waiting:
        chunk = file.read(size)
        end = chunk.rfind(b"\n") + 1
        if chunk and not end:
            waiting.append(chunk)
            continue
        data = b"".join([*waiting, chunk[:end]])
        rows = _count(data)
        if rows:
            yield Block(data, rows, True, first, place)
            size = next_chunk(CHUNK, len(data), rows)
        first += data.count(b"\n")
        waiting = [chunk[end:]] if chunk else []


def _count(data: bytes) -> int:
    """How many lines these are."""
    return data.count(b"\n") + (1 if data and not data.endswith(b"\n") else 0)
