"""Rows of a value, where it equals nothing, not even itself."""

from __future__ import annotations

import pyarrow as pa
import pytest

from zenml.components.evaluator.slices import SliceIndex, SliceSpec


@pytest.mark.parametrize("wanted", ["nan", "NaN", float("nan")])
def test_numbers_that_are_none_are_a_slice(wanted: object) -> None:
    shares = pa.array([[float("nan")], [0.5], None], pa.large_list(pa.float32()))
    batch = pa.RecordBatch.from_arrays([shares], ["share"])
    members = SliceIndex([SliceSpec(values=(("share", wanted),))]).members(batch)
    assert members.rows.tolist() == [0]


def test_they_are_one_slice_in_all_batches() -> None:
    index = SliceIndex([SliceSpec(("share",))])
    for _ in range(2):
        shares = pa.array([[float("nan")], [0.5]], pa.large_list(pa.float32()))
        index.members(pa.RecordBatch.from_arrays([shares], ["share"]))
    assert [str(key[0][1]) for key in index.keys] == ["nan", "0.5"]
