"""One big JSON array, cut into blocks of whole elements without parsing them.

What is needed to tell where an object ends are its quotes and braces; NumPy finds
them in some megabytes at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BufferedIOBase
from typing import Any

import numpy as np

from zenml.records.columns import Vector

CHUNK = 4 << 20
FIRST_CHUNK = 256 << 10  # before it is known how long a row is
_ROWS = 50_000  # of a block: Arrow parses 100,000 at once, and no more
_ESCAPED = re.compile(rb"\\.", re.DOTALL)
_QUOTE, _COMMA, _OPEN, _CLOSE, _NEWLINE = b'",{}\n'
_CASE = 0x20  # "[" and "{", "]" and "}" differ in this bit alone
_SPACE = np.frombuffer(b" \t\r\n", np.uint8)


class ArrayError(Exception):
    """An array that is none; `element` is the number of the one at fault, from 0."""

    def __init__(self, element: int, why: str) -> None:
        super().__init__(element, why)
        self.element, self.why = element, why


def element_blocks(file: BufferedIOBase | Any, chunk: int = CHUNK) -> Iterator[tuple[bytes, int]]:
    r"""Yields the elements of an array, some megabytes at a time.

    Args:
        file: At its beginning; white space and the opening bracket come first.
        chunk: Bytes to read at once at most; more where an element is longer.

    Yields:
        Objects with white space between them, and how many.

    Raises:
        ArrayError: Elements that are no objects, no comma between two, no end.

    Example:
        >>> import io
        >>> list(element_blocks(io.BytesIO(b'[{"a": "]"},{}]')))
        [(b'{"a": "]"}\n{}', 2)]
    """
    size, done = min(chunk, FIRST_CHUNK), 0
    rest = file.read(size).lstrip(b"\xef\xbb\xbf \t\r\n")[1:]
    while True:
        cut = _Cut(rest, done)
        if cut.count:
            yield cut.block, cut.count
            done, size = done + cut.count, next_chunk(chunk, len(cut.block), cut.count)
        else:
            size *= 2
        if cut.closed:
            break
        data = file.read(size)
        if not data:
            raise ArrayError(done, "the file ends before the array does")
        rest = cut.rest + data
    while cut.rest.strip() == b"":
        data = file.read(chunk)
        if not data:
            return
        cut.rest = data
    raise ArrayError(done, "something stands behind the end of the array")


def next_chunk(most: int, size: int, rows: int) -> int:
    """How many bytes to read next, so that not too many rows are in them.

    Args:
        most: Bytes at most.
        size: How many bytes the rows before had.
        rows: How many there were.

    Example:
        >>> next_chunk(4_000_000, 100_000, 1_000), next_chunk(4_000_000, 100_000, 10_000)
        (4000000, 500000)
    """
    return min(most, size * _ROWS // rows)


class _Cut:
    """The whole elements at the beginning of some bytes of an array.

    Attributes:
        block: The elements; what was between them is white space.
        count: How many.
        rest: The bytes after them.
        closed: Whether the array ends here; the rest is then what follows it.
    """

    def __init__(self, data: bytes, before: int) -> None:
        plain = _ESCAPED.sub(b"__", data) if b"\\" in data else data
        text = np.frombuffer(plain, np.uint8)
        marks, depth, opens = _brackets(text)
        outer = np.flatnonzero(depth == -1)
        self.closed = bool(len(outer))
        inner = outer[0] if self.closed else len(marks)
        starts = marks[:inner][(depth[:inner] == 1) & opens[:inner]]
        ends = marks[:inner][(depth[:inner] == 0) & ~opens[:inner]] + 1
        self.count = len(ends)
        begun = starts[self.count :]
        starts = starts[: self.count]
        stop = int(marks[inner]) if self.closed else int(ends[-1]) if self.count else 0
        if not self.closed and len(begun):
            stop = int(begun[0])
        gaps = np.zeros(stop + 1, np.int8)
        gaps[starts] -= 1
        gaps[ends[ends <= stop]] += 1
        gaps[0] += 1
        between = np.flatnonzero(np.cumsum(gaps[:stop], dtype=np.int8))
        _check_gaps(text, between, starts, before, self.closed, bool(len(begun)))
        if (text[starts] != _OPEN).any():
            raise ArrayError(before + int((text[starts] != _OPEN).argmax()), "it is no object")
        end = int(ends[-1]) if self.count else 0
        block = np.frombuffer(data, np.uint8)[:end].copy()
        block[between[between < end]] = _NEWLINE
        self.block = block.tobytes()
        self.rest = data[stop + 1 :] if self.closed else data[end:]


def _brackets(text: Vector) -> tuple[Vector, Vector, Vector]:
    """Places of the brackets outside of strings, the depth after each, and whether it opens."""
    quotes = np.flatnonzero(text == _QUOTE)
    folded = text | _CASE
    marks = np.flatnonzero((folded == _OPEN) | (folded == _CLOSE))
    marks = marks[np.searchsorted(quotes, marks) % 2 == 0]
    opens = folded[marks] == _OPEN
    return marks, np.cumsum(np.where(opens, 1, -1)), opens


def _check_gaps(
    text: Vector, between: Vector, starts: Vector, before: int, closed: bool, begun: bool
) -> None:
    """Refuses what is not one comma between two elements."""
    words = between[~np.isin(text[between], _SPACE)]
    gap = np.searchsorted(starts, words)  # 0 is the one before the first element
    first = 0 if before else 1
    last = len(starts) if begun else len(starts) - 1
    wanted = np.arange(first, last + 1)
    if not closed and not begun:  # the comma after the last may not be read yet
        gap, words = gap[gap <= last], words[gap <= last]
    if not np.array_equal(gap, wanted) or (text[words] != _COMMA).any():
        same = min(len(gap), len(wanted))
        wrong = (gap[:same] != wanted[:same]) | (text[words[:same]] != _COMMA)
        longer = gap if len(gap) > same else wanted
        place = wanted[wrong.argmax()] if wrong.any() else longer[same]
        raise ArrayError(before + int(place), "it is no object, or no comma stands before it")
