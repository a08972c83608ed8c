"""Pieces: rows that come in batches, taken so many at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

_Batch = TypeVar("_Batch")


class Pieces(Generic[_Batch]):
    """Rows of batches of any size, in the sizes that are asked for.

    What already has the size is handed on as it is.

    Args:
        batches: In order; each has a length.
        join: Makes one batch of several.
        cut: A batch, where to begin, how many rows -> these rows.

    Example:
        >>> pieces = Pieces.of_lists([[b"a", b"b", b"c"], [b"d"]])
        >>> pieces.take(2), pieces.take(9)
        ([b'a', b'b'], [b'c', b'd'])
    """

    def __init__(
        self,
        batches: Iterable[_Batch],
        join: Callable[[list[_Batch]], _Batch],
        cut: Callable[[_Batch, int, int], _Batch],
    ) -> None:
        """Takes nothing yet."""
        self._batches = iter(batches)
        self._join = join
        self._cut = cut
        self._rest: list[_Batch] = []

    @staticmethod
    def of_lists(batches: Iterable[list[bytes]]) -> Pieces[list[bytes]]:
        """Of serialised rows."""
        return Pieces(
            batches,
            join=lambda parts: [row for part in parts for row in part],
            cut=lambda part, start, rows: part[start : start + rows],
        )

    def take(self, rows: int) -> _Batch:
        """The next rows, or as many as are left."""
        there = sum(map(_rows, self._rest))
        while there < rows:
            more = next(self._batches, None)
            if more is None:
                break
            self._rest.append(more)
            there += _rows(more)
        whole = self._rest[0] if len(self._rest) == 1 else self._join(self._rest)
        self._rest = []
        if there > rows:
            self._rest = [self._cut(whole, rows, there - rows)]
            whole = self._cut(whole, 0, rows)
        return whole


def _rows(batch: object) -> int:
    return len(batch)  # type: ignore[arg-type]
