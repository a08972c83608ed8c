"""Rows of a value, where it equals nothing, not even itself."""

from __future__ import annotations

import pyarrow as pa
import pytest

from zenml.components.evaluator.slices import SliceIndex, SliceSpec, place_of


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


def test_rows_count_once_in_a_slice_that_is_asked_for_twice() -> None:
    """By a column, and by one of its values: thresholds for one slice stand beside slices."""
    islands = pa.array([[b"Dream"], [b"Biscoe"], [b"Dream"]], pa.large_list(pa.large_binary()))
    batch = pa.RecordBatch.from_arrays([islands], ["island"])
    index = SliceIndex([SliceSpec(("island",)), SliceSpec(values=(("island", "Dream"),))])
    members = index.members(batch)
    found = sorted(zip(members.rows.tolist(), members.slices.tolist(), strict=True))
    dream, biscoe = (index.keys.index((("island", name),)) for name in ("Dream", "Biscoe"))
    assert found == [(0, dream), (1, biscoe), (2, dream)]


def test_slices_stay_the_same_from_batch_to_batch() -> None:
    index = SliceIndex([SliceSpec(("tag", "year"))])
    found = []
    for tags, years in (([[b"b"], [b"a", b"b"]], [7, 8]), ([[b"a"], []], [8, 7])):
        columns = [
            pa.array(tags, pa.large_list(pa.large_binary())),
            pa.array([[year] for year in years], pa.large_list(pa.int64())),
        ]
        members = index.members(pa.RecordBatch.from_arrays(columns, ["tag", "year"]))
        slices = ("".join(str(value) for _, value in index.keys[n]) for n in members.slices)
        found.append(sorted(zip(members.rows.tolist(), slices, strict=True)))
    assert found == [[(0, "b7"), (1, "a8"), (1, "b8")], [(0, "a8")]]
    assert len(index.keys) == 3


def test_slices_are_listed_by_column_and_numbers_by_size() -> None:
    listed = [
        {"age": 9}, {"age": 10}, {"age": 10, "sex": "f"}, {"age": 100.5}, {"age": "nan"},
        {"sex": "f"}, {"sex": "m"},
    ]  # fmt: skip
    assert sorted(listed[3:] + listed[:3], key=place_of) == listed
