"""The first rows of a split, as people read them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from zenml.records import RecordWriter, split_folder
from zenml.records.tables import sample


@pytest.fixture
def examples(tmp_path: Path) -> str:
    """Three rows in the split `train`."""
    lists = {
        "island": pa.array(
            [[b"Biscoe"], None, ["Drömö".encode()]], pa.large_list(pa.large_binary())
        ),
        "length": pa.array([[39.1], None, [0.1]], pa.large_list(pa.float32())),
        "pair": pa.array([[0.1, 2.5], [1.0], None], pa.large_list(pa.float32())),
        "year": pa.array([[2007], [2008], None], pa.large_list(pa.int64())),
    }
    with RecordWriter(split_folder(tmp_path, "train")) as writer:
        writer.write(pa.RecordBatch.from_arrays(list(lists.values()), list(lists)))
    return str(tmp_path)


def test_numbers_are_those_that_were_written(examples: str) -> None:
    table = sample(examples, "train", 10)
    assert list(table["length"])[::2] == [39.1, 0.1]
    assert np.isnan(table["length"][1])
    assert list(table["pair"]) == [[0.1, 2.5], [1.0], []]
    assert list(table["island"]) == ["Biscoe", None, "Drömö"]
    assert list(table["year"])[:2] == [2007, 2008]


def test_no_more_rows_than_asked_for(examples: str) -> None:
    assert [len(sample(examples, "train", rows)) for rows in (0, 1, 2, 3, 4)] == [0, 1, 2, 3, 3]
    assert list(sample(examples, "train", 0).columns) == ["island", "length", "pair", "year"]
