"""DataFrames and Series come back exactly: values, dtypes, index, labels."""

from __future__ import annotations

import datetime
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hypothesis.extra.pandas as hpd
import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pyarrow.parquet
import pytest
from hypothesis import given, settings
from pandas.testing import assert_frame_equal, assert_series_equal

from zenml.errors import ArtifactStoreError

PENGUINS = pd.read_csv(
    Path(__file__).parents[3] / "examples" / "quickstart" / "data" / "penguins.csv"
)
DAYS = pd.date_range("2026-01-01", periods=3)
FRAMES: dict[str, pd.DataFrame] = {
    "penguins": PENGUINS,
    "rows of some": PENGUINS[PENGUINS.species == "Gentoo"],
    "no rows": PENGUINS.iloc[:0],
    "no columns": pd.DataFrame(index=["a", "b"]),
    "nothing": pd.DataFrame(),
    "columns alone": pd.DataFrame(columns=["a", "b"]),
    "grouped": PENGUINS.groupby(["species", "island"]).mean(numeric_only=True),
    "pivoted": PENGUINS.pivot_table(index="species", columns=["sex", "year"], values="body_mass_g"),
    "integers as labels": pd.DataFrame(np.eye(2)),
    "mixed labels": pd.DataFrame([[1, 2]], columns=["a", 1]),
    "tuples as labels": pd.DataFrame([[1]], columns=pd.Index([("a", 1)], tupleize_cols=False)),
    "days as labels": pd.DataFrame([[1, 2, 3]], columns=DAYS),
    "the same label twice": pd.DataFrame([[1, 2.5]], columns=["a", "a"]),
    "named columns": pd.DataFrame([[1]], columns=pd.Index(["a"], name="letters")),
    "like an index": pd.DataFrame({"__index_0__": [1, 2]}, index=["x", "y"]),
    "categories": pd.DataFrame(
        {
            "texts": pd.Categorical(["a", None], ["unused", "a"], ordered=True),
            "numbers": pd.Categorical([2, 1]),
            "none": pd.Categorical([None, None]),
            "days": pd.Categorical([DAYS[0], None]),
            "cut": pd.cut(pd.Series([1.0, 3.0]), 2),
        }
    ),
    "times": pd.DataFrame(
        {
            "plain": DAYS + pd.Timedelta(1, "ns"),
            "zoned": DAYS.tz_localize("Europe/Berlin"),
            "utc": pd.to_datetime(["2026", None, "2027"], utc=True),
            "durations": pd.to_timedelta([1, None, 3]),
            "months": pd.period_range("2026", periods=3, freq="M"),
        }
    ),
    "index of days": pd.DataFrame({"a": range(3)}, index=DAYS.rename("day")),
    "index of zoned days": pd.DataFrame(
        {"a": range(3)}, index=pd.date_range("2026", periods=3, freq="W", tz="Asia/Tokyo")
    ),
    "index of categories": pd.DataFrame({"a": [1]}, index=pd.CategoricalIndex(["x"], ["y", "x"])),
    "index of numbers": pd.DataFrame({"a": [1, 2]}, index=pd.Index([0.5, np.nan], name=3)),
    "index of months": pd.DataFrame({"a": [1]}, index=pd.period_range("2026", periods=1, freq="M")),
    "stepping index": pd.DataFrame({"a": [1, 2]}, index=pd.RangeIndex(5, 9, 2, name="n")),
    "dtypes": pd.DataFrame(
        {
            t: np.array([1, 0], t)
            for t in ["i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "?"]
        }
    ),
    "nullable": pd.DataFrame(
        {
            "Int8": pd.array([1, None], "Int8"),
            "boolean": pd.array([True, None], "boolean"),
            "Float32": pd.array([0.5, None], "Float32"),
            "string": pd.array(["a", None], "string[python]"),
            "arrow": pd.array(["a", None], "string[pyarrow]"),
        }
    ),
    "intervals": pd.DataFrame({"a": pd.interval_range(0, 2)}),
    "objects": pd.DataFrame(
        {
            "none": ["a", None],
            "nan": ["a", np.nan],
            "NA": ["a", pd.NA],
            "bytes": [b"a\x00", None],
            "dates": [datetime.date(2026, 1, 2), None],
            "truths": [True, None],
            "numbers": pd.Series([1, None], dtype=object),
            "floats": pd.Series([0.5, np.nan], dtype=object),
            "nothing": pd.Series([None, None], dtype=object),
        }
    ),
}
if hasattr(pd, "ArrowDtype"):
    FRAMES["arrow"] = pd.DataFrame(
        {
            "i": pd.array([1, None], "int64[pyarrow]"),
            "t": pd.array([datetime.datetime(2026, 1, 2), None], "timestamp[us][pyarrow]"),
        }
    )


def assert_same(loaded: pd.DataFrame, frame: pd.DataFrame) -> None:
    assert_frame_equal(loaded, frame, check_exact=True, check_freq=True)
    assert type(loaded.columns) is type(frame.columns)
    assert type(loaded.index) is type(frame.index)
    assert loaded.columns.dtype == frame.columns.dtype
    for i in range(frame.shape[1]):
        left, right = loaded.iloc[:, i], frame.iloc[:, i]
        if right.dtype == object:
            assert [*map(repr, left)] == [*map(repr, right)]
            assert [*map(type, left)] == [*map(type, right)]


@pytest.mark.parametrize("name", FRAMES)
def test_a_frame_comes_back_as_it_was(save: Callable[..., Any], name: str, pickled: Any) -> None:
    saved = save(FRAMES[name])
    assert_same(saved.load(), FRAMES[name])
    assert saved.materializer == "PandasMaterializer"
    assert pickled() == []
    assert len(json.dumps(saved.record.metadata, allow_nan=False)) <= 8192


@pytest.mark.parametrize(
    "series",
    [
        PENGUINS.body_mass_g,
        PENGUINS.species.value_counts(),
        pd.Series([1, 2], index=["a", "b"], name=("x", 1)),
        pd.Series(["a", "b"]),
        pd.Series([], dtype="datetime64[ns]"),
        pd.Series([1], index=pd.MultiIndex.from_tuples([("a", 1.5)], names=["x", None])),
    ],
)
def test_a_series_comes_back_as_it_was(
    save: Callable[..., Any], series: pd.Series, pickled: Any
) -> None:
    saved = save(series)
    assert_series_equal(saved.load(), series, check_exact=True)
    assert pickled() == []
    assert saved.record.metadata["rows"] == len(series)


@pytest.mark.parametrize(
    ("frame", "why"),
    [
        (pd.DataFrame({"a": [[1, 2]]}), "column 'a' holds objects (list)"),
        (pd.DataFrame({"a": [1, "b"]}), "column 'a' holds objects (int, str)"),
        (pd.DataFrame({"a": ["b", None, np.nan]}), "holds objects (None, nan, str)"),
        (pd.DataFrame({"a": ["b", 1.5]}), "mixes numbers and other objects"),
        (pd.DataFrame({"a": [2**70, 1]}, dtype=object), "is one that parquet cannot hold"),
        (pd.DataFrame({"a": [1j]}), "has the dtype complex128"),
        (pd.DataFrame({"a": pd.arrays.SparseArray([0, 1])}), "has the dtype Sparse"),
        (pd.DataFrame([[1]], columns=[frozenset()]), ""),
        (pd.DataFrame({"a": [1]}, index=pd.Index([("a", 1)], tupleize_cols=False)), "(tuple)"),
    ],
)
def test_what_parquet_would_change_is_pickled(
    save: Callable[..., Any], frame: pd.DataFrame, why: str, pickled: Any
) -> None:
    saved = save(frame)
    assert_frame_equal(saved.load(), frame)
    if why:
        assert saved.files == ["data.pkl"]
        assert why in pickled()[0]


def test_a_subclass_of_a_frame_is_pickled(save: Callable[..., Any], pickled: Any) -> None:
    class Special(pd.DataFrame):
        pass

    assert isinstance(save(Special({"a": [1]})).load(), pd.DataFrame)
    assert len(pickled()) == 1


columns = st.lists(
    st.sampled_from(["int64", "float64", "bool", "datetime64[ns]", "uint8"]).flatmap(
        lambda dtype: st.builds(hpd.column, dtype=st.just(dtype))
    ),
    max_size=4,
)


@settings(max_examples=60)
@given(data=st.data())
def test_any_frame_comes_back(save: Callable[..., Any], data: Any) -> None:
    frame = data.draw(hpd.data_frames(data.draw(columns)))
    if frame.shape[1] > 1:
        texts = st.lists(st.text() | st.none(), min_size=len(frame), max_size=len(frame))
        frame["texts"] = np.array(data.draw(texts), dtype=object)
    assert_same(save(frame).load(), frame)


def test_the_parquet_file_can_be_read_by_others(save: Callable[..., Any]) -> None:
    table = pyarrow.parquet.read_table(save(PENGUINS).uri / "data.parquet")
    assert table.column_names == list(PENGUINS.columns)
    assert table.column("species")[0].as_py() == "Adelie"


def test_a_loaded_frame_can_be_changed(save: Callable[..., Any]) -> None:
    loaded = save(PENGUINS).load()
    loaded.iloc[0, 2] = 3.0
    loaded["body_mass_g"].to_numpy()
    assert loaded.iloc[0, 2] == 3.0
    series = save(PENGUINS.year).load()
    series.iloc[0] = 1
    assert series.iloc[0] == 1


def test_attributes_come_along(save: Callable[..., Any]) -> None:
    frame = pd.DataFrame({"a": [1]})
    frame.attrs["source"] = ("penguins", 3)
    assert save(frame).load().attrs == {"source": ("penguins", 3)}


def test_another_process_reads_it(save: Callable[..., Any]) -> None:
    saved = save(FRAMES["intervals"])
    code = (
        "from zenml.artifacts.values import ValueRecord, load_value\n"
        f"record = ValueRecord({saved.record.materializer!r}, '', '')\n"
        f"print(load_value({str(saved.uri)!r}, record).a[0].right)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "1"


def test_statistics_and_the_first_rows_are_recorded(save: Callable[..., Any]) -> None:
    found = save(PENGUINS).record.metadata
    assert (found["rows"], found["columns"]) == (344, 8)
    columns = {column["name"]: column for column in found["statistics"]}
    assert columns["species"] == {"name": "species", "dtype": "object", "nulls": 0}
    assert columns["body_mass_g"]["nulls"] == 2
    assert columns["body_mass_g"]["max"] == 6300
    assert columns["body_mass_g"]["mean"] == pytest.approx(4201.75, 1e-5)
    assert len(found["preview"]) == 5
    assert found["preview"][0][:3] == ["Adelie", "Torgersen", 39.1]
    assert found["preview"][3][2] is None


def test_statistics_of_a_wide_frame_stay_small(save: Callable[..., Any]) -> None:
    frame = pd.DataFrame(np.random.default_rng(0).random((20, 3000)))
    found = save(frame).record.metadata
    assert len(json.dumps(found)) <= 8192
    assert found["columns"] == 3000
    assert found["columns_left_out"] == 3000 - len(found["statistics"])
    long = save(pd.DataFrame({"a": ["x" * 100_000] * 9})).record.metadata
    assert len(json.dumps(long)) <= 8192


@pytest.mark.parametrize("file", ["data.parquet", "data.json"])
def test_a_damaged_frame_is_one_clear_error(save: Callable[..., Any], file: str) -> None:
    saved = save(PENGUINS)
    path = saved.uri / file
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(ArtifactStoreError, match="cannot be read") as caught:
        saved.load()
    assert str(saved.uri) in str(caught.value)
    path.unlink()
    with pytest.raises(ArtifactStoreError, match="cannot be read"):
        saved.load()
