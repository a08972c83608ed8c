"""ArrayBatches: files of transformed examples as batches of arrays, epoch by epoch."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from zenml.models.arrays import Arrays, arrays_of
from zenml.models.columns import Column

SHUFFLED_ROWS = 50_000
SHUFFLED_BYTES = 128_000_000  # of arrays; rows that are wide are fewer
KEPT_BYTES = 256_000_000  # of arrays, which later epochs take from memory


class ArrayBatches:
    """Batches of the rows of some files; each iteration is an epoch.

    Memory does not grow with the number of rows: about `SHUFFLED_ROWS` or `SHUFFLED_BYTES` are
    shuffled at once, whatever is less, and the files of a later epoch come in another order.
    Data of up to `KEPT_BYTES` is decoded once.

    Args:
        files: Gzipped TFRecords.
        columns: Which columns to read.
        batch_size: Rows of a batch; the last may be smaller.
        seed: Shuffles, each epoch another way; None keeps the order.
        make: What is yielded of the arrays of a batch.

    Example:
        >>> len(list(ArrayBatches([], [], 32, None, lambda arrays: (arrays, None))))
        0
    """

    def __init__(
        self,
        files: Sequence[str],
        columns: Sequence[Column],
        batch_size: int,
        seed: int | None,
        make: Callable[[Arrays], tuple[Any, Any]],
    ) -> None:
        """Reads nothing yet."""
        self.files = [os.fspath(file) for file in files]
        self.columns = list(columns)
        self.batch_size = batch_size
        self.seed = seed
        self.make = make
        self._epoch = 0
        self._kept: list[Arrays] | None = None

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        """Yields the batches of the next epoch."""
        import numpy as np

        order = None
        if self.seed is not None:
            order = np.random.default_rng([self.seed, self._epoch])
            self._epoch += 1
        rest: Arrays = {}
        for block in self._blocks(order):
            pool = _joined([rest, block])
            # What is left of a block waits for the rows of the next.
            whole = _rows(pool) - _rows(pool) % self.batch_size
            pool = _taken(pool, order.permutation(_rows(pool))) if order is not None else pool
            for start in range(0, whole, self.batch_size):
                yield self.make(_taken(pool, slice(start, start + self.batch_size)))
            rest = _taken(pool, slice(whole, None))
        if _rows(rest):
            yield self.make(rest)

    def arrays(self) -> Iterator[Arrays]:
        """Yields the rows in order, some thousands at a time, as they are read."""
        return self._read(self.files)

    def _read(self, files: Sequence[str]) -> Iterator[Arrays]:
        from zenml.records import ahead, read_batches

        names = [column.name for column in self.columns]
        if files:
            for batch in ahead(lambda: read_batches(files, columns=names)):
                yield arrays_of(batch, self.columns)

    def _blocks(self, order: Any) -> Iterator[Arrays]:
        """What is shuffled at once, or else what is read at once; from memory if it has room."""
        if self._kept is not None:
            places = range(len(self._kept)) if order is None else order.permutation(len(self._kept))
            yield from (self._kept[place] for place in places)
            return
        files = self.files
        if order is not None:
            files = [files[place] for place in order.permutation(len(files))]
        kept: list[Arrays] | None = []
        room = KEPT_BYTES
        read = self._read(files)
        for block in read if order is None else _gathered(read):
            room -= _bytes(block)
            kept = [*kept, block] if kept is not None and room > 0 else None
            yield block
        self._kept = kept


def _gathered(batches: Iterator[Arrays]) -> Iterator[Arrays]:
    waiting: list[Arrays] = []
    for batch in batches:
        waiting.append(batch)
        is_full = sum(map(_rows, waiting)) >= SHUFFLED_ROWS
        if is_full or sum(map(_bytes, waiting)) >= SHUFFLED_BYTES:
            yield _joined(waiting)
            waiting = []
    if waiting:
        yield _joined(waiting)


def _rows(arrays: Arrays) -> int:
    return len(next(iter(arrays.values()))) if arrays else 0


def _bytes(arrays: Arrays) -> int:
    return sum(values.nbytes for values in arrays.values())


def _joined(parts: Sequence[Arrays]) -> Arrays:
    import numpy as np

    parts = [part for part in parts if _rows(part)] or list(parts[-1:])
    if len(parts) == 1:
        return parts[0]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _taken(arrays: Arrays, rows: Any) -> Arrays:
    return {name: values[rows] for name, values in arrays.items()}
