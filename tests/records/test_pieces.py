"""Pieces: every row once, in order, in the sizes that are asked for."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from zenml.records.pieces import Pieces
from zenml.records.twins import cut, joined

SIZES = st.lists(st.integers(1, 7), max_size=12)


@given(held=SIZES, wanted=SIZES)
def test_rows_come_once_and_in_order(held, wanted):
    numbers = iter(range(100))
    batches = [[next(numbers) for _ in range(size)] for size in held]
    rows = [row for batch in batches for row in batch]
    pieces = Pieces.of_lists(batches)
    found = [pieces.take(size) for size in wanted]
    assert [row for piece in found for row in piece] == rows[: sum(wanted)]
    if sum(wanted) <= len(rows):
        assert [len(piece) for piece in found] == wanted
    assert pieces.take(1000) == rows[sum(wanted) :]


def test_a_batch_of_the_right_size_is_not_copied():
    batch = pa.RecordBatch.from_arrays([pa.array([[1], [2]])], ["a"])
    pieces = Pieces([batch, batch, batch], joined, cut)
    assert pieces.take(2) is batch
    assert pieces.take(3).to_pydict() == {"a": [[1], [2], [1]]}
    assert pieces.take(3).to_pydict() == {"a": [[2]]}
