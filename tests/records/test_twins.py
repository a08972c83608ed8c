"""Columns that lie beside the shards: never other rows than those of the shards."""

from __future__ import annotations

import os
import pickle
import shutil
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zenml.errors import DataError
from zenml.records import (
    RecordWriter,
    framing,
    read_batches,
    reader,
    split_files,
    split_folder,
    twins,
)
from zenml.records.reader import Decoder, read_rows_and_batches, read_serialized

VALUES = {
    "n": (pa.int64(), st.integers(-(2**63), 2**63 - 1)),
    "f": (pa.float32(), st.floats(width=32, allow_nan=False)),
    "s": (pa.large_binary(), st.binary(max_size=4)),
}


@st.composite
def tables(draw):
    """Batches of the same columns; cells with one value, none, several or missing."""
    batches = []
    for _ in range(draw(st.integers(1, 3))):
        size = draw(st.integers(1, 8))
        columns = {}
        for name, (kind, values) in VALUES.items():
            several = draw(st.sampled_from([1, 1, 3]))
            least = 1 if several == 1 else 0
            cell = st.one_of(st.none(), st.lists(values, min_size=least, max_size=several))
            cells = draw(st.lists(cell, min_size=size, max_size=size))
            columns[name] = pa.array(cells, pa.large_list(kind))
        batches.append(pa.RecordBatch.from_arrays(list(columns.values()), list(columns)))
    return batches


def make_schema():
    from tensorflow_metadata.proto.v0 import schema_pb2

    schema = schema_pb2.Schema()
    for name, kind in (("s", schema_pb2.BYTES), ("n", schema_pb2.INT), ("new", schema_pb2.FLOAT)):
        schema.feature.add(name=name, type=kind)
    return schema


def both(files, **kwargs):
    """What is read with the columns beside the shards, and without them."""
    assert twins.twins_of(files)
    quick = list(read_batches(files, **kwargs))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("zenml.records.reader.twins_of", lambda files: None)
        slow = list(read_batches(files, **kwargs))
    return quick, slow


@settings(max_examples=40)
@given(batches=tables(), shard=st.integers(2, 9), size=st.integers(1, 7))
def test_they_read_as_the_shards_do(tmp_path_factory, batches, shard, size):
    uri = tmp_path_factory.mktemp("examples")
    with RecordWriter(split_folder(uri, "a"), rows_per_shard=shard) as writer:
        for batch in batches:
            writer.write(batch)
    for kwargs in ({}, {"columns": ["s", "n", "none"]}, {"schema": make_schema()}):
        quick, slow = both(writer.files, batch_rows=size, **kwargs)
        assert [b.schema for b in quick] == [b.schema for b in slow]
        assert [b.to_pydict() for b in quick] == [b.to_pydict() for b in slow]
    pairs = list(read_rows_and_batches(writer.files, batch_rows=size))
    assert [len(rows) for rows, _ in pairs] == [batch.num_rows for _, batch in pairs]


@pytest.fixture
def files(tmp_path):
    batch = pa.RecordBatch.from_arrays([pa.array([[n] for n in range(7000)])], ["n"])
    with RecordWriter(split_folder(tmp_path, "a"), rows_per_shard=3000) as writer:
        writer.write(batch)
    return writer.files


def numbers(files, **kwargs) -> list[int]:
    found = []
    for batch in read_batches(files, **kwargs):
        found += batch.column(0).flatten().to_pylist()
    return found


def test_a_shard_that_was_replaced_is_what_counts(files):
    assert twins.twins_of(files)
    shutil.copy(files[0], files[1])
    assert twins.twins_of(files) is None
    assert numbers(files) == [*range(3000), *range(3000), *range(6000, 7000)]


@pytest.mark.parametrize("beside", [True, False])
def test_batches_of_large_rows_are_bounded_in_bytes(tmp_path, monkeypatch, beside):
    monkeypatch.setattr(framing, "_CHUNK", 10_000)
    monkeypatch.setattr(reader, "BATCH_BYTES", 100_000)
    monkeypatch.setattr(reader, "BATCH_ROWS", 50)
    large = [[os.urandom(n % 3 * 5_000)] for n in range(200)]
    rows = pa.RecordBatch.from_arrays([pa.array(large)], ["a"])
    with RecordWriter(split_folder(tmp_path, "a"), rows_per_shard=90) as writer:
        for start in range(0, 200, 4):
            writer.write(rows.slice(start, 4))
    if not beside:
        shutil.rmtree(tmp_path / ".columns")
    batches = list(read_batches(writer.files))
    assert [row for batch in batches for row in batch.column("a").to_pylist()] == large
    assert max(batch.nbytes for batch in batches) < 150_000
    pairs = list(read_rows_and_batches(writer.files))
    assert [batch.num_rows for _, batch in pairs] == [len(part) for part, _ in pairs]
    assert [part for part, _ in pairs] == list(read_serialized(writer.files))
    decoded = Decoder().decode([row for part, _ in pairs for row in part])
    assert decoded.column("a").to_pylist() == large
    assert all(len(part) == 50 for part in list(read_serialized(writer.files, 50)))


def test_without_them_the_shards_are_read(files):
    shutil.rmtree(Path(files[0]).parent.parent / ".columns")
    assert numbers(files) == list(range(7000))


def test_a_shard_that_is_cut_off_is_an_error(files):
    path = Path(files[1])
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(DataError, match="data-00001-of-00003"):
        numbers(files)


def test_batches_own_their_buffers(files):
    whole = sum(len(pickle.dumps(batch)) for batch in read_batches(files, batch_rows=7000))
    small = [len(pickle.dumps(batch)) for batch in read_batches(files, batch_rows=100)]
    assert max(small) < whole / 30


def test_rows_without_columns_have_none(tmp_path, files):
    from zenml.records import read_serialized

    folder = split_folder(tmp_path, "b")
    with RecordWriter(folder) as writer:
        for rows in read_serialized(files):
            writer.write_serialized(rows)
    assert twins.twins_of(writer.files) is None
    assert numbers(split_files(tmp_path, "b")) == list(range(7000))
    assert not (tmp_path / ".columns" / "Split-b").exists()


def test_an_error_while_writing_leaves_none(tmp_path):
    def write() -> None:
        with RecordWriter(split_folder(tmp_path, "a")) as writer:
            writer.write(pa.RecordBatch.from_arrays([pa.array([[1]])], ["n"]))
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError):
        write()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_schema_of_another_type_is_refused(files):
    from tensorflow_metadata.proto.v0 import schema_pb2

    schema = schema_pb2.Schema()
    schema.feature.add(name="n", type=schema_pb2.FLOAT)
    with pytest.raises(DataError, match="'n' holds int64"):
        numbers(files, schema=schema)
