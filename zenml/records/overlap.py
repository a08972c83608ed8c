"""Whether the same rows stand in several splits, told by the hashes of all rows."""

from __future__ import annotations

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
_BUCKET_BITS = 8


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

    Hashes beyond a number wait in files, by their first bits, and are compared file by file.

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
        for bucket in range(1 << _BUCKET_BITS):
            yield [self._read(split, bucket) for split in range(len(self._splits))]

    def _read(self, split: int, bucket: int) -> Vector:
        path = self._path(split, bucket)
        return np.fromfile(path, np.uint64) if path.exists() else np.zeros(0, np.uint64)

    def _spill(self) -> None:
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="zenml-hashes-")
        for split, some in enumerate(self._waiting):
            # In the order of their first bits, so that a bucket is one slice.
            hashes = np.sort(np.concatenate([*some, np.zeros(0, np.uint64)]))
            buckets = (hashes >> np.uint64(64 - _BUCKET_BITS)).astype(np.int64)
            ends = np.searchsorted(buckets, np.arange(1 << _BUCKET_BITS), side="right").tolist()
            for bucket, (start, end) in enumerate(zip([0, *ends[:-1]], ends, strict=True)):
                if end > start:
                    with self._path(split, bucket).open("ab") as file:
                        file.write(hashes[start:end].tobytes())
        self._waiting = [[] for _ in self._splits]
        self._count = 0

    def _path(self, split: int, bucket: int) -> Path:
        assert self._folder is not None
        return Path(self._folder.name, f"{split}-{bucket:02x}")

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
