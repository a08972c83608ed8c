"""The order of rows that their content decides."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from zenml.records import content_order
from zenml.records.columns import batch_of, list_column
from zenml.records.content import row_hashes


def batches(numbers, size):
    for start in range(0, len(numbers), size):
        values = numbers[start : start + size]
        words = pa.array([f"row {n}".encode() for n in values], pa.large_binary())
        yield batch_of({"n": list_column(pa.array(values)), "word": list_column(words)})


def ordered(numbers, size):
    found = pa.Table.from_batches(list(content_order.in_content_order(batches(numbers, size))))
    return found.to_pydict()


@pytest.mark.parametrize("limit", [64 << 20, 4_000])
def test_neither_order_nor_batches_nor_the_size_of_a_bucket_count(monkeypatch, limit):
    numbers = np.arange(3000) % 2500
    first = ordered(numbers, 700)
    monkeypatch.setattr(content_order, "_BYTES", limit)
    assert ordered(np.random.default_rng(1).permutation(numbers), 1000) == first
    assert sorted(n for (n,) in first["n"]) == sorted(numbers)
    assert all(word == [f"row {n}".encode()] for (n,), word in zip(*first.values(), strict=True))


def test_one_row_over_and_over(monkeypatch):
    monkeypatch.setattr(content_order, "_BYTES", 500)
    assert ordered(np.full(1000, 7), 100)["n"] == [[7]] * 1000


def test_nothing():
    assert list(content_order.in_content_order([])) == []


def test_each_row_is_hashed_once(monkeypatch):
    hashed = []

    def counted(batch):
        hashed.append(batch.num_rows)
        return row_hashes(batch)

    monkeypatch.setattr(content_order, "row_hashes", counted)
    monkeypatch.setattr(content_order, "_BYTES", 4_000)
    assert len(ordered(np.arange(3000), 700)["n"]) == sum(hashed) == 3000


def test_a_column_may_be_called_as_it_likes():
    batch = batch_of({name: list_column(pa.array([1, 2])) for name in ("hash", "")})
    found = list(content_order.in_content_order([batch]))
    assert [part.schema for part in found] == [batch.schema] * len(found) != []
