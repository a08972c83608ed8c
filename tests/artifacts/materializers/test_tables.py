"""Tables of pyarrow and polars, sparse matrices, images."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from PIL import Image
from scipy import sparse

TABLES = {
    "columns": pa.table(
        {
            "a": [1, None],
            "b": ["x", "y"],
            "times": pa.array([1, 2], pa.timestamp("ns", "Europe/Berlin")),
            "words": pa.array(["a", "b"]).dictionary_encode(),
            "lists": [[1], []],
            "structs": [{"x": 1}, None],
            "decimals": pa.array([1, 2]).cast(pa.decimal128(25, 2)),
        }
    ),
    "no rows": pa.table({"a": pa.array([], pa.int8())}),
    "the same name twice": pa.Table.from_arrays([pa.array([1]), pa.array(["a"])], ["a", "a"]),
    "metadata": pa.table({"a": [1]}).replace_schema_metadata({"source": "penguins"}),
    "chunks": pa.table({"a": pa.chunked_array([[1], [2, 3]])}),
    "no columns": pa.table({}),
    "half floats": pa.table({"a": pa.array(np.ones(2, np.float16))}),
}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_comes_back_as_it_was(save: Callable[..., Any], name: str) -> None:
    table = TABLES[name]
    saved = save(table)
    assert saved.load().equals(table, check_metadata=True)
    json.dumps(saved.record.metadata, allow_nan=False)


def test_statistics_of_a_table_are_recorded(save: Callable[..., Any], penguins: Any) -> None:
    found = save(pa.Table.from_pandas(pd.read_csv(penguins))).record.metadata
    columns = {column["name"]: column for column in found["statistics"]}
    assert (found["rows"], columns["body_mass_g"]["max"]) == (344, 6300)
    assert columns["body_mass_g"]["nulls"] == 2
    assert found["preview"][0][0] == "Adelie"


def test_a_frame_of_polars_comes_back_as_it_was(save: Callable[..., Any], pickled: Any) -> None:
    pl = pytest.importorskip("polars")
    frame = pl.DataFrame(
        {
            "a": [1, None],
            "b": ["x", "y"],
            "c": [[1, 2], []],
            "d": [{"q": 1}, {"q": 2}],
            "e": [datetime.date(2026, 1, 2), None],
            "f": pl.Series(["a", "b"], dtype=pl.Categorical),
            "g": pl.Series(["a", "b"], dtype=pl.Enum(["b", "a"])),
            "h": pl.Series(["1.5", None]).cast(pl.Decimal(10, 2)),
            "i": [datetime.timedelta(1), None],
            "j": [float("nan"), 2.0],
        }
    )
    for value in (frame, frame.clear(), pl.DataFrame(), frame["a"], frame["g"]):
        saved = save(value)
        loaded = saved.load()
        assert type(loaded) is type(value)
        assert loaded.equals(value, null_equal=True)
        json.dumps(saved.record.metadata, allow_nan=False)
    assert loaded.dtype == frame["g"].dtype
    found = save(frame).record.metadata
    assert found["statistics"][0] == {
        "name": "a",
        "dtype": "Int64",
        "nulls": 1,
        "min": 1,
        "max": 1,
        "mean": 1.0,
    }
    assert pickled() == []


@pytest.mark.parametrize("kind", ["csc", "csr", "bsr", "dia", "coo", "lil", "dok"])
def test_a_sparse_matrix_comes_back_in_its_format(save: Callable[..., Any], kind: str) -> None:
    matrix = sparse.random(6, 4, 0.4, format=kind, random_state=0)
    loaded = save(matrix).load()
    assert (type(loaded), loaded.dtype, loaded.shape) == (type(matrix), matrix.dtype, (6, 4))
    assert (loaded.toarray() == matrix.toarray()).all()


def test_a_sparse_array_is_no_matrix(save: Callable[..., Any]) -> None:
    array = sparse.csr_array(np.eye(3, dtype=np.int8))
    saved = save(array)
    assert type(saved.load()) is type(array)
    assert saved.record.metadata["entries"] == 3


MODES = ["1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "YCbCr", "HSV", "LAB", "I", "F", "I;16"]


@pytest.mark.parametrize("mode", MODES)
def test_an_image_keeps_every_pixel(save: Callable[..., Any], mode: str) -> None:
    pixels = np.random.default_rng(0).bytes(8 * 6 * 4)
    size = {"1": 6, "I": 192, "F": 192, "I;16": 96}.get(mode)
    size = size or 48 * len(Image.new(mode, (1, 1)).getbands())
    image = Image.frombytes(mode, (8, 6), pixels[:size])
    saved = save(image)
    loaded = saved.load()
    assert (loaded.mode, loaded.size) == (mode, (8, 6))
    assert loaded.tobytes() == image.tobytes()
    assert saved.record.metadata.get("mode", mode) == mode


def test_a_palette_comes_along(save: Callable[..., Any]) -> None:
    image = Image.new("RGB", (4, 4), (10, 200, 30)).quantize(4)
    assert save(image).load().convert("RGB").getpixel((0, 0)) == (10, 200, 30)
