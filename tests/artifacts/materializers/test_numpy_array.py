"""Arrays come back with their dtype, shape and order."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from hypothesis import given, settings
from sklearn.datasets import load_digits

from zenml.errors import ArtifactStoreError

STRUCTURED = np.array([(1, 2.5, "a")], dtype=[("i", ">i4"), ("f", "<f8"), ("s", "<U3")])
ARRAYS = {
    "digits": load_digits().data,
    "labels": load_digits().target,
    "no dimension": np.array(3.5),
    "empty": np.empty((0, 3), np.int8),
    "big-endian": np.arange(5, dtype=">i8"),
    "Fortran": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
    "every other": np.arange(20)[::3],
    "structured": STRUCTURED,
    "aligned": np.zeros(2, np.dtype([("a", "i1"), ("b", "f8")], align=True)),
    "texts": np.array(["a", "bcd"]),
    "bytes": np.array([b"a", b"bcd\x00"]),
    "times": np.array(["2026-01-02", "NaT"], "M8[us]"),
    "durations": np.array([1, 2], "m8[h]"),
    "complex": np.array([1 + 2j, complex("nan")]),
    "half": np.array([0.1, np.inf], np.float16),
    "long": np.array([1, 2], np.longdouble) / 3,
    "booleans": np.array([[True, False]]),
    "void": np.array([b"ab"], "V2"),
}


@pytest.mark.parametrize("name", ARRAYS)
def test_an_array_comes_back_as_it_was(save: Callable[..., Any], name: str, pickled: Any) -> None:
    array = ARRAYS[name]
    saved = save(array)
    loaded = saved.load()
    assert (loaded.dtype, loaded.shape) == (array.dtype, array.shape)
    assert loaded.tobytes() == array.tobytes()
    assert loaded.flags.writeable
    assert loaded.flags.f_contiguous or not array.flags.f_contiguous
    assert saved.files == ["data.npy"]
    assert pickled() == []
    json.dumps(saved.record.metadata, allow_nan=False)


@settings(max_examples=100)
@given(array=hnp.arrays(hnp.scalar_dtypes(), hnp.array_shapes(min_dims=0, min_side=0)))
def test_any_array_comes_back(save: Callable[..., Any], array: Any) -> None:
    saved = save(array)
    loaded = saved.load()
    assert (loaded.dtype, loaded.shape) == (array.dtype, array.shape)
    assert loaded.tobytes() == array.tobytes()
    json.dumps(saved.record.metadata, allow_nan=False)


@pytest.mark.parametrize(
    "array",
    [
        np.array([1, "a", None], object),
        np.ma.masked_array([1, 2], [True, False]),
        np.matrix([[1, 2]]),
        STRUCTURED.view(np.recarray),
    ],
    ids=["objects", "masked", "matrix", "records"],
)
def test_what_is_more_than_an_array_is_pickled(
    save: Callable[..., Any], array: Any, pickled: Any
) -> None:
    saved = save(array)
    loaded = saved.load()
    assert type(loaded) is type(array)
    assert loaded.tolist() == array.tolist()
    assert saved.files == ["data.pkl"]
    assert len(pickled()) == 1


def test_a_dtype_that_the_format_would_lose_is_kept(save: Callable[..., Any]) -> None:
    types = pytest.importorskip("ml_dtypes")
    loaded = save(np.ones(2, types.bfloat16)).load()
    assert loaded.dtype == types.bfloat16


def test_a_file_on_disk_that_stands_for_an_array_is_saved_as_one(
    save: Callable[..., Any], tmp_path: Any
) -> None:
    array = np.memmap(tmp_path / "raw", "i4", "w+", shape=(2, 2))
    array[:] = 7
    assert save(array).load().tolist() == [[7, 7], [7, 7]]


def test_statistics_and_the_first_values_are_recorded(save: Callable[..., Any]) -> None:
    found = save(np.array([[1.0, 2.0], [3.0, 6.0]])).record.metadata
    assert found["shape"] == [2, 2]
    assert (found["dtype"], found["min"], found["max"], found["mean"]) == ("float64", 1.0, 6.0, 3.0)
    assert found["std"] == pytest.approx(1.8708287)
    assert found["first"] == [1.0, 2.0, 3.0, 6.0]


def test_statistics_of_what_has_none_are_null_or_absent(save: Callable[..., Any]) -> None:
    assert save(np.array([np.nan, 1.0])).record.metadata["mean"] is None
    assert "mean" not in save(np.array([])).record.metadata
    assert "mean" not in save(np.array(["a"])).record.metadata
    assert save(np.full(9, 255, np.uint8)).record.metadata["mean"] == 255
    assert save(np.full(9, 60000, np.float16)).record.metadata["mean"] == pytest.approx(60000, 1e-3)


@pytest.mark.parametrize("keep", [0, 20, 130])
def test_a_file_cut_short_is_one_clear_error(save: Callable[..., Any], keep: int) -> None:
    saved = save(np.arange(100))
    file = saved.uri / "data.npy"
    file.write_bytes(file.read_bytes()[:keep])
    with pytest.raises(ArtifactStoreError, match="cannot be read") as caught:
        saved.load()
    assert str(saved.uri) in str(caught.value)
    file.unlink()
    with pytest.raises(ArtifactStoreError, match="is gone"):
        saved.load()


def test_a_pickle_under_the_name_of_an_array_is_not_loaded(save: Callable[..., Any]) -> None:
    saved = save(np.arange(3))
    np.save(saved.uri / "data.npy", np.array([object()]), allow_pickle=True)
    with pytest.raises(ArtifactStoreError, match="allow_pickle=False"):
        saved.load()
