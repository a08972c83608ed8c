"""Batches of arrays: in memory is what is shuffled at once, and no more."""

from __future__ import annotations

import numpy as np
import pytest

from zenml.models.columns import Column
from zenml.steps.trainer import array_batches
from zenml.steps.trainer.array_batches import ArrayBatches

ROWS = 10


class Read(ArrayBatches):
    """Counts the blocks that were read so far."""

    def _read(self, files):
        self.read = 0
        for start in range(0, 100, ROWS):
            self.read += 1
            yield {"a_xf": np.arange(start, start + ROWS, dtype=np.float32)[:, None]}


def batches(seed):
    columns = [Column("a_xf", "float32", (1,))]
    return Read(["file"], columns, 4, seed, lambda arrays: (arrays["a_xf"][:, 0], None))


def test_without_a_seed_rows_come_as_they_are_read():
    made = batches(None)
    first, _ = next(iter(made))
    assert (first.tolist(), made.read) == ([0, 1, 2, 3], 1)
    assert np.concatenate([rows for rows, _ in batches(None)]).tolist() == list(range(100))


@pytest.mark.parametrize(
    ("limit", "value"), [("SHUFFLED_ROWS", 3 * ROWS), ("SHUFFLED_BYTES", 3 * ROWS * 4)]
)
def test_rows_and_bytes_bound_what_is_shuffled(monkeypatch, limit, value):
    monkeypatch.setattr(array_batches, limit, value)
    made = batches(0)
    first, _ = next(iter(made))
    assert made.read == 3
    assert set(first) < set(range(30))
    assert sorted(np.concatenate([rows for rows, _ in batches(0)])) == list(range(100))
