"""The label file of a folder of images, `{file: {label, metadata}}`: entry by entry."""

from __future__ import annotations

import itertools
import json
import pickle
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO

from zenml.errors import DataError
from zenml.records.nested import flat_row

Row = dict[str, Any]
_KEYS = ("label", "metadata")
_CHUNK = 1 << 20  # characters that are read at once
_ROWS = 5000  # that wait in memory
_FILES = 64  # in which they are put into order


class LabelRows:
    """The rows of a label file, in the order of the images' names.

    They wait in temporary files: of all images only the names are in memory.

    Attributes:
        strangers: Files that have a label, and are none of the images.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> _ = (folder / "a.json").write_text('{"b.png": {"label": 1}, "a.png": {"label": 2}}')
        >>> list(LabelRows(folder / "a.json", ["a.png", "b.png"], folder))
        [{'label': 2}, {'label': 1}]
    """

    def __init__(self, path: Path, names: Sequence[str], folder: Path) -> None:
        """Reads the file.

        Args:
            path: The label file.
            names: Of the images, as the file has them, sorted.
            folder: For temporary files; the caller removes it.

        Raises:
            DataError: Names the file, and the image whose entry is no object with a label, or
                that has two.
        """
        self.strangers: list[str] = []
        self._names = names
        self._folder = folder
        self._of_file = max(_ROWS, -(-len(names) // _FILES))  # how many rows are in order in one
        self._seen = bytearray(len(names))
        waiting: list[tuple[int, Row]] = []
        for name, entry in entries(path):
            row = _row(entry, f"{path}, {name!r}")
            at = bisect_left(names, name)
            if at == len(names) or names[at] != name:
                self.strangers.append(name)
            elif self._seen[at]:
                raise DataError(f"{path} cannot be read as JSON: the key {name!r} stands twice.")
            else:
                self._seen[at] = True
                waiting.append((at, row))
            if len(waiting) == _ROWS:
                self._put(waiting)
                waiting = []
        self._put(waiting)

    def without(self) -> list[str]:
        """The images that have no label."""
        return [name for name, seen in zip(self._names, self._seen, strict=True) if not seen]

    def __iter__(self) -> Iterator[Row]:
        """Yields `label` and the columns of `metadata`, image by image."""
        for first in range(0, len(self._names), self._of_file):
            rows: dict[int, Row] = {}
            path = self._file(first)
            if path.exists():
                with path.open("rb") as file:
                    while file.peek(1):
                        rows.update(pickle.load(file))
            yield from (rows[at] for at in sorted(rows))

    def _put(self, rows: list[tuple[int, Row]]) -> None:
        rows.sort(key=lambda row: row[0])
        for number, some in itertools.groupby(rows, lambda row: row[0] // self._of_file):
            with self._file(number * self._of_file).open("ab") as file:
                pickle.dump(list(some), file)

    def _file(self, first: int) -> Path:
        return self._folder / f"{first}.pickle"


def entries(path: Path) -> Iterator[tuple[str, Any]]:
    """Yields the keys and values of the one object in a file, a few megabytes in memory.

    Raises:
        DataError: Names the file and the line that is no JSON.

    Example:
        >>> import tempfile
        >>> file = Path(tempfile.mkdtemp()) / "labels.json"
        >>> _ = file.write_text('{"a.png": {"label": 1}, "b.png": null}')
        >>> list(entries(file))
        [('a.png', {'label': 1}), ('b.png', None)]
    """
    try:
        with path.open(encoding="utf-8-sig") as file:
            text = _Text(file)
            try:
                yield from _entries(text, path)
            except (ValueError, RecursionError) as exc:
                why = getattr(exc, "msg", exc)
                raise DataError(
                    f"{path} cannot be read as JSON: line {text.line()}: {why}."
                ) from exc
    except OSError as exc:
        raise DataError(f"{path} cannot be read as JSON: {exc}") from exc


def _entries(text: _Text, path: Path) -> Iterator[tuple[str, Any]]:
    if text.mark() != "{":
        raise DataError(f"{path} must hold one object, {{file: {{label, metadata}}}}.")
    text.at += 1
    closing = text.mark() == "}"
    while not closing:
        if text.mark() != '"':
            raise ValueError("a path in quotes is missing")
        name = text.value()
        if text.mark() != ":":
            raise ValueError(f"a colon is missing after {name!r}")
        text.at += 1
        text.mark()
        yield name, text.value()
        mark = text.mark()
        if mark not in ("}", ","):
            raise ValueError(f"a comma, or the end of the object, is missing after {name!r}")
        closing = mark == "}"
        text.at += not closing
    text.at += 1
    if text.mark():
        raise ValueError("something stands behind the object")


class _Text:
    """The text of a file, of which only what was not parsed yet is in memory."""

    def __init__(self, file: TextIO) -> None:
        self.at = 0
        self._file = file
        self._text = ""
        self._lines = 1

    def line(self) -> int:
        """Number of the line that is parsed."""
        return self._lines + self._text.count("\n", 0, self.at)

    def mark(self) -> str:
        """The next character that is no white space, which is left; "" at the end."""
        while True:
            while self.at < len(self._text):
                if not self._text[self.at].isspace():
                    return self._text[self.at]
                self.at += 1
            if not self._more():
                return ""

    def value(self) -> Any:
        """The value that begins here."""
        while True:
            try:
                found, end = _DECODER.raw_decode(self._text, self.at)
            except json.JSONDecodeError as exc:
                if self._more():
                    continue
                self.at = exc.pos
                raise
            # What ends with the text may go on in the next part: 12 and then 3.
            if end == len(self._text) and self._more():
                continue
            self.at = end
            return found

    def _more(self) -> bool:
        left = len(self._text) - self.at
        read = self._file.read(max(_CHUNK, left))
        if read:
            self._lines = self.line()
            self._text, self.at = self._text[self.at :] + read, 0
        return bool(read)


def _object(pairs: list[tuple[str, Any]]) -> Row:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {twice!r} stands twice")
    return found


_DECODER = json.JSONDecoder(object_pairs_hook=_object)


def _row(entry: Any, where: str) -> Row:
    """`label`, and `metadata`, an object of it as columns of their own.

    `label` is always there, if only as None; `metadata` that is null is no column.
    """
    if not isinstance(entry, dict) or "label" not in entry:
        raise DataError(f'{where}: the entry must be an object with a "label".')
    for key in entry:
        if key not in _KEYS:
            raise DataError(f'{where}: the key {key!r} is neither "label" nor "metadata".')
    # Without a value `metadata` is no column; `label` is one, so that each image has a row.
    told = {key: value for key, value in entry.items() if key == "label" or value is not None}
    return flat_row(told, where)
