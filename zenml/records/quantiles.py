"""Which number stands at a place of many in order, exactly, in bounded memory."""

from __future__ import annotations

import tempfile
from types import TracebackType
from typing import IO

import numpy as np

from zenml.records.columns import Vector

_AT_ONCE = 1 << 19  # numbers in memory: 4 MB
_BINS = 1 << 16


class NumberSpool:
    """Whole numbers in a temporary file, and those at given places of their order.

    A place is found by counting: how many numbers lie in each of 65,536 intervals, then in
    as many parts of the interval that holds it, until that is a single number. So the file
    is read four times at most, whatever the numbers are, and nothing is sorted.

    Attributes:
        count: How many numbers there are.

    Example:
        >>> with NumberSpool() as spool:
        ...     spool.add(np.array([30, 10, 20]))
        ...     spool.at([0, 2])
        [10, 30]
    """

    def __init__(self) -> None:
        self.count = 0
        self._least, self._most = 2**63, -(2**63)
        self._file: IO[bytes] = tempfile.TemporaryFile(prefix="zenml-")  # noqa: SIM115 - closed at exit

    def add(self, numbers: Vector) -> None:
        """Adds int64 numbers."""
        if not len(numbers):
            return
        self.count += len(numbers)
        self._least = min(self._least, int(numbers.min()))
        self._most = max(self._most, int(numbers.max()))
        self._file.write(np.ascontiguousarray(numbers, np.int64).tobytes())

    def at(self, places: list[int]) -> list[int]:
        """The numbers at places of the order, the least at 0.

        Args:
            places: Below `count`.
        """
        known: dict[tuple[int, int], Vector] = {}
        return [self._find(place, known) for place in places]

    def _find(self, place: int, known: dict[tuple[int, int], Vector]) -> int:
        low, high = self._least, self._most
        while low < high:
            width = -(-(high - low + 1) // _BINS)
            if (low, high) not in known:
                known[low, high] = self._counts(low, high, width)
            ends = np.cumsum(known[low, high])
            at = int(np.searchsorted(ends, place, side="right"))
            place -= int(ends[at - 1]) if at else 0
            low, high = low + at * width, min(high, low + (at + 1) * width - 1)
        return low

    def _counts(self, low: int, high: int, width: int) -> Vector:
        counts = np.zeros(_BINS, np.int64)
        self._file.seek(0)
        while block := self._file.read(_AT_ONCE * 8):
            numbers = np.frombuffer(block, np.int64)
            inside = numbers[(numbers >= low) & (numbers <= high)]
            # As unsigned numbers the distance is right also where it is beyond 63 bits.
            apart = inside.view(np.uint64) - np.array([low], np.int64).view(np.uint64)
            counts += np.bincount((apart // np.uint64(width)).astype(np.int64), minlength=_BINS)
        self._file.seek(0, 2)
        return counts

    def __enter__(self) -> NumberSpool:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()
