"""Whether the same rows stand in several splits, told by the hashes of all rows."""

from __future__ import annotations

import os
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from types import TracebackType

import numpy as np

from zenml.records.columns import Vector

_IN_MEMORY = 4_000_000  # hashes: 32 MB
_BITS = 8  # of a hash name its bucket


@dataclass
class Overlap:
    """What was found.

    Attributes:
        shared: Two splits -> how many rows, counted once each, stand in both; pairs
            without any are left out.
        repeated: Split -> how many rows, counted once each, stand in it more than once.

    Example:
        >>> Overlap().is_disjoint
        True
    """

    shared: dict[tuple[str, str], int] = field(default_factory=dict)
    repeated: dict[str, int] = field(default_factory=dict)

    @property
    def is_disjoint(self) -> bool:
        """Whether no row stands in two splits."""
        return not self.shared


class OverlapFinder:
    """Collects the hashes of the rows of each split; memory does not grow with the rows.

    Rows that are alike have the same hash, so splits without a common hash have no common
    row: that is a proof. Two different rows have the same 64-bit hash with a chance of
    less than one in a million where there are five million rows, and would be counted as alike.

    Hashes beyond a number wait in files, by their first bits, and are compared file by file;
    what is too large for that is parted again by the bits that follow.

    Args:
        splits: Their names.
        in_memory: How many hashes may be in memory.

    Example:
        >>> with OverlapFinder(["train", "test"]) as finder:
        ...     finder.add(0, np.array([1, 2, 2], np.uint64))
        ...     finder.add(1, np.array([2, 3], np.uint64))
        ...     finder.find()
        Overlap(shared={('train', 'test'): 1}, repeated={'train': 1, 'test': 0})
    """

    def __init__(self, splits: Sequence[str], in_memory: int = _IN_MEMORY) -> None:
        self._splits = list(splits)
        self._limit = in_memory
        self._waiting: list[list[Vector]] = [[] for _ in splits]
        self._count = 0
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def add(self, split: int, hashes: Vector) -> None:
        """Adds the hashes (uint64) of rows of the split of that number."""
        self._waiting[split].append(hashes)
        self._count += len(hashes)
        if self._count > self._limit:
            self._spill()

    def find(self) -> Overlap:
        """Compares all that was added."""
        if self._folder is not None:
            self._spill()
        shared: dict[tuple[str, str], int] = defaultdict(int)
        found = Overlap(repeated=dict.fromkeys(self._splits, 0))
        for of_splits in self._parts():
            once = []
            for name, hashes in zip(self._splits, of_splits, strict=True):
                unique, counts = np.unique(hashes, return_counts=True)
                found.repeated[name] += int((counts > 1).sum())
                once.append(unique)
            if len(np.unique(np.concatenate(once))) == sum(map(len, once)):
                continue
            for one, other in combinations(range(len(once)), 2):
                common = len(np.intersect1d(once[one], once[other], assume_unique=True))
                if common:
                    shared[self._splits[one], self._splits[other]] += common
        found.shared = dict(shared)
        return found

    def _parts(self) -> Iterator[list[Vector]]:
        """The hashes of each split, at once or by their first bits."""
        if self._folder is None:
            yield [np.concatenate([*some, np.zeros(0, np.uint64)]) for some in self._waiting]
            return
        yield from self._buckets(Path(self._folder.name), 64 - _BITS)

    def _buckets(self, folder: Path, shift: int) -> Iterator[list[Vector]]:
        """The buckets of a folder; a large one is parted again by the bits that follow."""
        for bucket in sorted({int(name.rpartition("-")[2], 16) for name in os.listdir(folder)}):
            paths = [_path(folder, split, bucket) for split in range(len(self._splits))]
            counts = [path.stat().st_size // 8 if path.exists() else 0 for path in paths]
            if sum(counts) > self._limit and shift:
                inner = folder / f"{bucket:02x}"
                inner.mkdir()
                for split, path in enumerate(paths):
                    for start in range(0, counts[split], self._limit):
                        hashes = np.fromfile(path, np.uint64, self._limit, offset=8 * start)
                        _scatter(hashes, inner, split, shift - _BITS)
                yield from self._buckets(inner, shift - _BITS)
            else:
                # Without bits left it is one hash, over and over: two of it tell as much.
                most = self._limit if shift else 2
                yield [
                    _read(path, min(count, most)) for path, count in zip(paths, counts, strict=True)
                ]
            for path in paths:
                path.unlink(missing_ok=True)

    def _spill(self) -> None:
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="zenml-hashes-")
        for split, some in enumerate(self._waiting):
            hashes = np.concatenate([*some, np.zeros(0, np.uint64)])
            _scatter(hashes, Path(self._folder.name), split, 64 - _BITS)
        self._waiting = [[] for _ in self._splits]
        self._count = 0

    def __enter__(self) -> OverlapFinder:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._folder is not None:
            self._folder.cleanup()


def _scatter(hashes: Vector, folder: Path, split: int, shift: int) -> None:
    """Appends hashes, alike in the bits before, to files by some of their bits."""
    hashes = np.sort(hashes)  # so that a bucket is one slice
    buckets = (hashes >> np.uint64(shift)) & np.uint64((1 << _BITS) - 1)
    found, starts = np.unique(buckets, return_index=True)
    ends = [*starts[1:].tolist(), len(hashes)]
    for bucket, start, end in zip(found.tolist(), starts.tolist(), ends, strict=False):
        with _path(folder, split, bucket).open("ab") as file:
            file.write(hashes[start:end].tobytes())


def _read(path: Path, count: int) -> Vector:
    return np.fromfile(path, np.uint64, count) if count else np.zeros(0, np.uint64)


def _path(folder: Path, split: int, bucket: int) -> Path:
    return folder / f"{split}-{bucket:02x}"
