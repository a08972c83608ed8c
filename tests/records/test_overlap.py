"""Rows in several splits: counted exactly, in memory and from files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from zenml.records.overlap import OverlapFinder
from zenml.records.quantiles import NumberSpool


@pytest.mark.parametrize("in_memory", [10**9, 500, 9])
def test_what_is_shared_and_repeated_is_counted(in_memory):
    random = np.random.RandomState(0)
    pool = random.randint(0, 2**63, 3000).astype(np.uint64) * np.uint64(2)
    splits = {"a": pool[random.randint(0, 1500, 2000)], "b": pool[random.randint(1000, 3000, 900)]}
    splits["c"] = random.randint(0, 2**62, 700).astype(np.uint64) * np.uint64(2) + np.uint64(1)
    with OverlapFinder(list(splits), in_memory) as finder:
        for number, hashes in enumerate(splits.values()):
            for part in np.array_split(hashes, 4):
                finder.add(number, part)
        found = finder.find()
        folder = finder._folder and Path(finder._folder.name)
    a, b, _ = (set(hashes.tolist()) for hashes in splits.values())
    assert found.shared == {("a", "b"): len(a & b)}
    for name, hashes in splits.items():
        _, counts = np.unique(hashes, return_counts=True)
        assert found.repeated[name] == (counts > 1).sum()
    assert not found.is_disjoint
    assert (folder is None) == (in_memory == 10**9)
    assert folder is None or not folder.exists()


@pytest.mark.parametrize(
    "hashes", [np.arange(2560) % 256, np.arange(2560), np.full(2560, 7)], ids=["few", "low", "one"]
)
def test_no_more_is_in_memory_wherever_the_hashes_lie(hashes):
    hashes = hashes.astype(np.uint64)
    with OverlapFinder(["a", "b"], 100) as finder:
        finder.add(0, hashes)
        finder.add(1, hashes[:5])
        finder.add(1, np.array([2**63], np.uint64))
        sizes = [sum(map(len, part)) for part in finder._parts()]
    assert 0 < max(sizes) <= 100
    with OverlapFinder(["a", "b"], 100) as finder:
        finder.add(0, hashes)
        finder.add(1, hashes[:5])
        finder.add(1, np.array([2**63], np.uint64))
        found = finder.find()
    _, counts = np.unique(hashes, return_counts=True)
    common = len(set(hashes[:5].tolist()))
    assert found.shared == {("a", "b"): common}
    assert found.repeated == {"a": int((counts > 1).sum()), "b": int(common < 5)}


def test_splits_without_a_common_row_are_disjoint():
    with OverlapFinder(["a", "b"]) as finder:
        finder.add(0, np.array([1, 1, 2**64 - 1], np.uint64))
        found = finder.find()
    assert found.is_disjoint
    assert found.repeated == {"a": 1, "b": 0}


@pytest.mark.parametrize("spread", [1, 50, 2**20, 2**40, 2**63 - 1])
def test_places_in_the_order_are_those_of_a_sort(spread):
    numbers = np.random.RandomState(1).randint(-spread, spread, 5000)
    numbers[:4] = -spread, spread - 1, 0, 0
    with NumberSpool() as spool:
        for part in np.array_split(numbers, 7):
            spool.add(part)
        spool.add(numbers[:0])
        places = [0, 1, 1250, 2500, 4998, 4999]
        assert spool.at(places) == np.sort(numbers)[places].tolist()
        assert spool.count == 5000
