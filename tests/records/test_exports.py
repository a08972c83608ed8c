"""Rows into CSV, Parquet and TFRecord files, which other programs read again."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tensorflow_metadata.proto.v0 import schema_pb2

from zenml.errors import ArtifactStoreError, DataError
from zenml.records.columns import batch_of
from zenml.records.csv_writing import csv_lines
from zenml.records.exports import ShardedWriter, publish_together
from zenml.records.framing import read_records
from zenml.records.publishing import publish

ROWS = [b"row %d" % number for number in range(5)]


def batch() -> pa.RecordBatch:
    text = [[b"plain"], [b'a,"b"'], None, [b"line\nbreak"], ["ä".encode()]]
    return batch_of(
        {
            "n": pa.array([[1], None, [3], [-4], [5]], pa.large_list(pa.int64())),
            "x": pa.array([[0.1], [1e-10], [2.0], None, [3.5]], pa.large_list(pa.float32())),
            "t": pa.array(text, pa.large_list(pa.large_binary())),
            "shares": pa.array([[0.25, 0.75]] * 5, pa.large_list(pa.float32())),
            "none": pa.nulls(5),
        }
    )


def write(paths: list[Path], *batches: pa.RecordBatch, schema: object = None) -> None:
    rows = sum(each.num_rows for each in batches)
    with ShardedWriter([str(path) for path in paths], rows, schema, "test") as writer:
        for each in batches:
            writer.write(each, ROWS[: each.num_rows])


def test_pandas_reads_the_csv_as_it_was(tmp_path: Path) -> None:
    write([tmp_path / "new" / "a.csv"], batch())
    table = pd.read_csv(tmp_path / "new" / "a.csv")
    assert table["n"].dropna().tolist() == [1, 3, -4, 5]
    assert np.float32(table["x"].dropna()).tolist() == np.float32([0.1, 1e-10, 2, 3.5]).tolist()
    assert table["t"].dropna().tolist() == ["plain", 'a,"b"', "line\nbreak", "ä"]
    assert [json.loads(cell) for cell in table["shares"]] == [[0.25, 0.75]] * 5
    assert table["none"].isna().all()


def test_several_texts_are_a_json_array() -> None:
    many = batch_of({"t": pa.array([[b'say "a"', b"b"], [b"c"]], pa.large_list(pa.large_binary()))})
    first, second = csv_lines(many).decode().splitlines()
    assert first == '"[""say \\""a\\"""",""b""]"'
    assert second == "c"


def test_a_slice_writes_its_rows_only() -> None:
    lines = csv_lines(batch().slice(2, 1)).decode()
    assert lines == '3,2,,"[0.25,0.75]",\n'
    assert csv_lines(batch().slice(0, 0)) == b""


def test_csv_refuses_bytes_that_are_no_text(tmp_path: Path) -> None:
    image = batch_of({"image": pa.array([[b"\xff\xd8"]], pa.large_list(pa.large_binary()))})
    with pytest.raises(DataError, match="'image' holds bytes that are no text"):
        write([tmp_path / "a.csv"], image)
    assert not list(tmp_path.iterdir())
    write([tmp_path / "a.parquet"], image)
    assert pq.read_table(tmp_path / "a.parquet")["image"].to_pylist() == [b"\xff\xd8"]


def test_parquet_has_one_value_a_row_or_lists(tmp_path: Path) -> None:
    write([tmp_path / "a.parquet"], batch(), batch())
    table = pq.read_table(tmp_path / "a.parquet")
    assert table["n"].to_pylist() == [1, None, 3, -4, 5] * 2
    assert table["t"].to_pylist()[1:3] == ['a,"b"', None]
    assert table["shares"].to_pylist()[0] == [0.25, 0.75]


def test_the_schema_says_what_the_first_rows_do_not(tmp_path: Path) -> None:
    schema = schema_pb2.Schema()
    words = schema.feature.add(name="words", type=schema_pb2.BYTES)
    words.value_count.min, words.value_count.max = 1, 3
    schema.feature.add(name="late", type=schema_pb2.FLOAT)
    first = batch_of({"words": pa.array([[b"a"]]), "late": pa.nulls(1)})
    second = batch_of({"words": pa.array([[b"a", b"b"]]), "late": pa.array([[0.5]])})
    write([tmp_path / "a.parquet"], first, second, schema=schema)
    table = pq.read_table(tmp_path / "a.parquet")
    assert table.to_pydict() == {"words": [["a"], ["a", "b"]], "late": [None, 0.5]}


def test_parquet_refuses_rows_that_do_not_go_together(tmp_path: Path) -> None:
    one, two = batch_of({"n": pa.array([[1]])}), batch_of({"n": pa.array([[1, 2]])})
    with pytest.raises(DataError, match="'n' has 2 values in a row"):
        write([tmp_path / "a.parquet"], one, two)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("ending", ["tfrecord", "tfrecord.gz"])
def test_tfrecords_hold_the_rows_as_they_were_serialised(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a.{ending}"
    write([path], batch())
    assert [row for rows in read_records(str(path)) for row in rows] == ROWS


def test_shards_share_the_rows_in_order(tmp_path: Path) -> None:
    paths = [tmp_path / f"a-{number}.csv" for number in range(3)]
    write(paths, batch(), batch())
    tables = [pd.read_csv(path) for path in paths]
    assert [len(table) for table in tables] == [3, 3, 4]
    whole = pd.concat(tables)["t"].fillna("").tolist()
    assert whole == ["plain", 'a,"b"', "", "line\nbreak", "ä"] * 2


def test_what_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("old")
    text, no_text = batch_of({"t": pa.array([[b"a"]])}), batch_of({"t": pa.array([[b"\xff"]])})
    with pytest.raises(DataError):
        write([path], text, no_text)
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.csv"]
    write([path], batch())
    assert path.read_text().startswith("n,x,t,shares,none\n")


def test_a_folder_that_cannot_be_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ArtifactStoreError, match=r"test cannot write .*file/a.csv: .*output_path"):
        write([tmp_path / "file" / "a.csv"], batch())


def test_a_shard_without_rows_names_the_columns_all_the_same(tmp_path: Path) -> None:
    few = batch().slice(0, 1)
    for ending in ("csv", "parquet"):
        paths = [tmp_path / f"a-{number}.{ending}" for number in range(3)]
        write(paths, few)
        read = pd.read_csv if ending == "csv" else pd.read_parquet
        assert [len(read(path)) for path in paths] == [0, 0, 1]
        assert [list(read(path)) for path in paths] == [few.schema.names] * 3
    assert len({str(pq.read_schema(path)) for path in paths}) == 1


def test_no_rows_at_all_leave_the_columns_of_the_schema(tmp_path: Path) -> None:
    schema = schema_pb2.Schema()
    schema.feature.add(name="n", type=schema_pb2.INT)
    write([tmp_path / "a.csv"], schema=schema)
    write([tmp_path / "a.parquet"], schema=schema)
    assert (tmp_path / "a.csv").read_text() == "n\n"
    assert pq.read_schema(tmp_path / "a.parquet").field("n").type == pa.int64()


def test_a_folder_in_the_place_of_a_shard_is_named_before_anything_is_written(
    tmp_path: Path,
) -> None:
    (tmp_path / "q-1.csv").mkdir()
    with pytest.raises(ArtifactStoreError, match=r"cannot write .*q-1\.csv: Is a directory"):
        write([tmp_path / "q-0.csv", tmp_path / "q-1.csv"], batch())
    assert [entry.name for entry in tmp_path.iterdir()] == ["q-1.csv"]


def test_a_file_that_finds_no_place_at_the_end_undoes_the_others(tmp_path: Path) -> None:
    paths = [tmp_path / f"q-{number}.csv" for number in range(3)]
    paths[0].write_text("old")
    (tmp_path / "gone.csv").write_text("outdated")
    names = list(map(str, paths))

    def overtaken() -> None:
        with ShardedWriter(names, 5, None, "test", [str(tmp_path / "gone.csv")]) as writer:
            writer.write(batch(), ROWS)
            paths[2].mkdir()

    with pytest.raises(ArtifactStoreError, match=r"q-2\.csv: Is a directory.*Nothing was written"):
        overtaken()
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["gone.csv", "q-0.csv", "q-2.csv"]
    assert paths[0].read_text() == "old"


def test_a_move_that_fails_halfway_is_undone(tmp_path: Path) -> None:
    for name, text in {"a": "old", ".a": "new", "c": "outdated"}.items():
        (tmp_path / name).write_text(text)
    moves = {tmp_path / "a": tmp_path / ".a", tmp_path / "b": tmp_path / ".not there"}
    with pytest.raises(ArtifactStoreError, match=r"test cannot write .*/b: No such file"):
        publish(moves, [tmp_path / "c"], "test")
    there = {entry.name: entry.read_text() for entry in tmp_path.iterdir()}
    assert there == {"a": "old", "c": "outdated"}


def test_writers_end_together_or_not_at_all(tmp_path: Path) -> None:
    first, second = (
        ShardedWriter([str(tmp_path / name / "p.csv")], 5, None, "test") for name in "ab"
    )

    def overtaken() -> None:
        with first, second:
            first.write(batch(), ROWS)
            second.write(batch(), ROWS)
            (tmp_path / "b" / "p.csv").mkdir()
            publish_together([first, second])

    with pytest.raises(ArtifactStoreError, match=r"cannot write .*/b/p\.csv"):
        overtaken()
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == []
