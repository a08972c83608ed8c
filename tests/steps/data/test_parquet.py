"""ParquetDataStep: what each type becomes, batches, folders, and files that are wrong."""

from __future__ import annotations

import datetime
import decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from zenml.errors import DataError
from zenml.records import parquet_files
from zenml.steps.data import ParquetDataStep


def write(folder: Path, table: Any, name: str = "a.parquet", **options: Any) -> Path:
    pq.write_table(pa.table(table) if isinstance(table, dict) else table, folder / name, **options)
    return folder / name


def read(path: Path, schema: dict[str, str] | None = None) -> dict[str, list[Any]]:
    columns: dict[str, list[Any]] = {}
    for batch in ParquetDataStep(path=str(path), schema=schema).batches():
        for name, cells in batch.to_pydict().items():
            columns.setdefault(name, []).extend(cells)
    return columns


NOON = datetime.datetime(2024, 1, 31, 12)


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (pa.array([1, None, 3], pa.int8()), [[1], None, [3]]),
        (pa.array([0.5, None, float("nan")], pa.float32()), [[0.5], None, None]),
        (pa.array([0.5, None, float("nan")]), [[0.5], None, None]),
        (pa.array([True, None, False]), [[1], None, [0]]),
        (pa.array(["x", None, ""]), [[b"x"], None, [b""]]),
        (pa.array([b"\xff", None]), [[b"\xff"], None]),
        (pa.array(["x", None, "x"]).dictionary_encode(), [[b"x"], None, [b"x"]]),
        (pa.array([NOON, None], pa.timestamp("us")), [[b"2024-01-31T12:00:00"], None]),
        (pa.array([NOON], pa.timestamp("ms", "UTC")), [[b"2024-01-31T12:00:00Z"]]),
        (pa.array([NOON.date(), None]), [[b"2024-01-31"], None]),
        (pa.array([NOON.time(), None]), [[b"12:00:00"], None]),
        (pa.array([5], pa.time32("ms")), [[b"00:00:00.005000"]]),
        (pa.array([1, 2**64 - 1], pa.uint64()), [[b"1"], [b"18446744073709551615"]]),
        (pa.array([1, None], pa.uint64()), [[1], None]),
        (pa.array([[2**64 - 1], []], pa.list_(pa.uint64())), [[b"18446744073709551615"], []]),
        (pa.array([decimal.Decimal("1.50"), None]), [[1.5], None]),
        (pa.array([[1, 2], None, []]), [[1, 2], None, []]),
        (pa.array([["a"], ["b", "c"]]), [[b"a"], [b"b", b"c"]]),
        (pa.array([[1, 2], [3, 4]], pa.list_(pa.int64(), 2)), [[1, 2], [3, 4]]),
    ],
    ids=lambda value: str(value.type) if isinstance(value, pa.Array) else "",
)
def test_what_types_become(tmp_path: Path, cells: pa.Array, values: list[Any]):
    assert read(write(tmp_path, {"c": cells})) == {"c": values}


def test_structs_are_columns_of_their_own(tmp_path: Path):
    table = pa.table({"a": [{"b": 1, "c": {"d": "x"}}, None, {"b": None, "c": None}]})
    assert read(write(tmp_path, table)) == {"a.b": [[1], None, None], "a.c.d": [[b"x"], None, None]}


def test_an_index_without_a_name_is_left_out(tmp_path: Path):
    frame = pd.DataFrame({"a": [1, 2]}, index=[7, 9])
    frame.to_parquet(tmp_path / "a.parquet")
    assert read(tmp_path / "a.parquet") == {"a": [[1], [2]]}
    frame.rename_axis("id").to_parquet(tmp_path / "b.parquet")
    assert read(tmp_path / "b.parquet") == {"a": [[1], [2]], "id": [[7], [9]]}


def test_an_index_that_counts_rows_and_has_a_name_is_a_column(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(parquet_files, "_ROWS", 2)
    frame = pd.DataFrame({"a": [1, 2, 3]}, index=pd.RangeIndex(5, 11, 2, name="id"))
    frame.to_parquet(tmp_path / "a.parquet")  # pandas writes numbers that it can count nowhere
    assert read(tmp_path / "a.parquet") == {"a": [[1], [2], [3]], "id": [[5], [7], [9]]}
    frame.rename_axis("a").to_parquet(tmp_path / "a.parquet")
    with pytest.raises(DataError, match="two columns 'a'"):
        read(tmp_path / "a.parquet")
    some = pa.Table.from_pandas(frame).slice(1)  # its rows are others than it says
    assert read(write(tmp_path, some)) == {"a": [[2], [3]]}


def test_a_file_without_rows_has_no_index(tmp_path: Path):
    frame = pd.DataFrame({"a": [1, 2]}, index=["x", "y"])
    frame.iloc[:0].to_parquet(tmp_path / "a.parquet")
    frame.reset_index(drop=True).to_parquet(tmp_path / "b.parquet")
    assert read(tmp_path) == {"a": [[1], [2]]}


@pytest.mark.parametrize("index", [["x", "y"], pd.date_range("2024", periods=2), [0.5, 1.5]])
def test_an_index_without_a_name_that_holds_more_than_numbers_of_rows(tmp_path: Path, index: Any):
    frame = pd.DataFrame({"a": [1, 2]}, index=index)
    frame.to_parquet(tmp_path / "a.parquet")
    with pytest.raises(DataError, match=r"a.parquet has an index without a name .*rename_axis"):
        read(tmp_path / "a.parquet")
    frame.reset_index(drop=True).to_parquet(tmp_path / "a.parquet")
    assert read(tmp_path / "a.parquet") == {"a": [[1], [2]]}


def test_a_schema_decides(tmp_path: Path):
    table = {"t": pa.array([NOON], pa.timestamp("us", "UTC")), "n": [1], "s": [2.0]}
    schema = {"t": "TIMESTAMP", "n": "FLOAT", "s": "INTEGER"}
    assert read(write(tmp_path, table), schema) == {"t": [[1706702400]], "n": [[1.0]], "s": [[2]]}


def test_batches_are_bounded_in_rows_and_in_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = write(tmp_path, {"a": np.arange(12_000)}, row_group_size=7000)
    sizes = [batch.num_rows for batch in ParquetDataStep(path=str(path)).batches()]
    assert max(sizes) == 5000
    assert sum(sizes) == 12_000
    monkeypatch.setattr(parquet_files, "_BYTES", 100_000)
    path = write(tmp_path, {"a": [str(n) * 2000 for n in range(100)]}, "b.parquet")
    sizes = [batch.num_rows for batch in ParquetDataStep(path=str(path)).batches()]
    assert max(sizes) < 60
    assert sum(sizes) == 100


def test_files_are_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    opened = []
    made = pq.ParquetFile
    monkeypatch.setattr(
        pq, "ParquetFile", lambda *a, **k: opened.append(made(*a, **k)) or opened[-1]
    )
    for name in ("a.parquet", "b.parquet"):
        write(tmp_path, {"a": [1]}, name)
    assert len(list(ParquetDataStep(path=str(tmp_path)).batches())) > 0
    assert [file.closed for file in opened] == [True, True]


def test_no_file_of_a_folder_is_left_out_silently(tmp_path: Path):
    write(tmp_path, {"a": [1]})
    (tmp_path / "year=2024").mkdir()
    part = write(tmp_path / "year=2024", {"a": [2]}, "b.parquet")
    step = ParquetDataStep(path=str(tmp_path))
    with pytest.raises(DataError, match=r"year=2024/b\.parquet lies in one\. Give the folder"):
        list(step.batches())
    part.rename(tmp_path / "year=2024" / "b.txt")
    assert sum(batch.num_rows for batch in step.batches()) == 1
    (tmp_path / "c.parquet").symlink_to(tmp_path / "nothing")
    with pytest.raises(DataError, match=r"c\.parquet is a link to .*nothing, which is not there"):
        step.source_state()
    (tmp_path / "c.parquet").unlink()
    (tmp_path / "c.parquet").symlink_to(tmp_path / "a.parquet")
    assert sum(batch.num_rows for batch in step.batches()) == 2


def test_a_folder_is_read_in_the_order_of_names(tmp_path: Path):
    write(tmp_path, {"a": [2], "b": [0.5]}, "b.parquet")
    write(tmp_path, {"b": ["x"], "a": [1]}, "a.pq")
    write(tmp_path, {"c": ["x"]}, "_metadata.parquet")
    assert read(tmp_path) == {"a": [[1], [2]], "b": [[b"x"], [b"0.5"]]}
    write(tmp_path, {"a": [3], "c": [1]}, "c.parquet")
    with pytest.raises(DataError, match=r"c\.parquet lacks 'b' and adds 'c'"):
        read(tmp_path)


@pytest.mark.parametrize(
    ("table", "schema", "message"),
    [
        ({"a": pa.array([], pa.int64())}, None, "a.parquet gave no rows"),
        ({"a": [1]}, {"b": "FLOAT"}, "names a column 'b'"),
        ({"a": [1, None, 1e39]}, None, r"a.parquet, row 3, column 'a': 1e\+39 is not a number"),
        ({"a": ["1", "x"]}, {"a": "INTEGER"}, "a.parquet, row 2, column 'a': 'x' is not"),
        ({"a": [[1], [1, None]]}, None, "a.parquet, row 2, column 'a': a value within the list"),
        ({"a": [[{"b": 1}]]}, None, "column 'a' is of type struct"),
        ({"a.b": [1], "a": [{"b": 1}]}, None, "two columns 'a.b'"),
        ({"a": pa.array([5], pa.duration("s"))}, None, "column 'a' is of type duration"),
        ({"": [1]}, None, "a.parquet gave a column without a name"),
    ],
)
def test_what_cannot_be_stored_is_named(
    tmp_path: Path, table: dict[str, Any], schema: dict[str, str] | None, message: str
):
    with pytest.raises(DataError, match=message):
        read(write(tmp_path, table), schema)


def test_files_that_are_damaged(tmp_path: Path):
    path = write(tmp_path, {"a": np.random.default_rng(1).random(10_000)})
    whole = path.read_bytes()
    path.write_bytes(b"no Parquet")
    with pytest.raises(DataError, match=r"a\.parquet cannot be read as Parquet"):
        read(path)
    path.write_bytes(whole[:-9])
    with pytest.raises(DataError, match=r"a\.parquet cannot be read as Parquet"):
        read(path)
    path.write_bytes(b"PAR1" + b"\xff" * 40 + whole[44:])
    with pytest.raises(DataError, match=r"a\.parquet, row group 0"):
        read(path)
