"""What is written comes back, and damage is named."""

from __future__ import annotations

import glob
import gzip
import struct
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zenml.errors import DataError
from zenml.records import (
    ContentHasher,
    RecordWriter,
    ahead,
    list_splits,
    read_batches,
    read_serialized,
    row_hashes,
    split_files,
    split_folder,
)
from zenml.records.framing import frame

INT64 = st.integers(-(2**63), 2**63 - 1)
FLOAT32 = st.floats(width=32, allow_nan=False)
TEXT = st.one_of(st.binary(max_size=8), st.text(max_size=5).map(str.encode))
TYPES = {
    "number": (pa.int64(), INT64),
    "größe": (pa.float32(), FLOAT32),
    "text": (
        pa.large_binary(),
        st.one_of(st.binary(max_size=8), st.text(max_size=5).map(str.encode)),
    ),
}


def make_batch(rows: dict[str, list]) -> pa.RecordBatch:
    arrays = [pa.array(rows[name], pa.large_list(TYPES[name][0])) for name in rows]
    return pa.RecordBatch.from_arrays(arrays, list(rows))


@st.composite
def tables(draw: st.DrawFn) -> dict[str, list]:
    size = draw(st.integers(0, 12))
    return {
        name: draw(
            st.lists(
                st.one_of(st.none(), st.lists(values, max_size=3)), min_size=size, max_size=size
            )
        )
        for name, (_, values) in TYPES.items()
    }


def content(*batches: pa.RecordBatch) -> str:
    hasher = ContentHasher()
    for batch in batches:
        hasher.update(batch)
    return hasher.hexdigest()


def columns_of(batches: list[pa.RecordBatch]) -> dict[str, list]:
    return {name: [cell for b in batches for cell in b.to_pydict()[name]] for name in TYPES}


@settings(max_examples=40)
@given(rows=tables(), shard=st.integers(1, 5), size=st.integers(1, 5))
def test_rows_come_back_as_they_were_written(tmp_path_factory, rows, shard, size):
    folder = tmp_path_factory.mktemp("rows")
    batch = make_batch(rows)
    with RecordWriter(folder, rows_per_shard=shard) as writer:
        writer.write(batch)
    back = list(read_batches(writer.files, batch_rows=size))
    assert writer.rows == batch.num_rows
    assert all(b.num_rows <= size for b in back)
    if back:
        assert columns_of(back) == rows
        assert content(*back) == content(batch)
        hashes = [h for b in back for h in row_hashes(b).tolist()]
        assert hashes == row_hashes(batch).tolist()


def test_no_rows_make_one_empty_shard(tmp_path):
    with RecordWriter(tmp_path) as writer:
        pass
    assert [Path(f).name for f in writer.files] == ["data-00000-of-00001.gz"]
    assert list(read_serialized(writer.files)) == []


def test_rows_of_another_batch_are_refused(tmp_path):
    batch = pa.RecordBatch.from_pydict({"a": [[1]]})
    with (
        pytest.raises(DataError, match="2 serialised rows come with a batch of 1"),
        RecordWriter(tmp_path) as writer,
    ):
        writer.write_serialized([b"", b""], batch)


def test_same_rows_give_the_same_bytes_however_batched(tmp_path):
    rows = [b"x" * (i % 700) for i in range(7000)]
    with RecordWriter(tmp_path / "a", rows_per_shard=3000) as one:
        one.write_serialized(rows)
    with RecordWriter(tmp_path / "b", rows_per_shard=3000) as two:
        for start in range(0, len(rows), 13):
            two.write_serialized(rows[start : start + 13])
    assert one.content_hash == two.content_hash
    for a, b in zip(one.files, two.files, strict=True):
        assert Path(a).name == Path(b).name
        assert Path(a).read_bytes() == Path(b).read_bytes()
    assert [row for part in read_serialized(one.files, 999) for row in part] == rows


def test_an_error_while_writing_leaves_nothing(tmp_path):
    def write() -> None:
        with RecordWriter(tmp_path) as writer:
            writer.write_serialized([b"a"])
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        write()
    assert list(tmp_path.iterdir()) == []


def test_content_does_not_depend_on_column_order_or_on_null_or_empty_lists():
    a = make_batch({"number": [[1], None], "text": [[b"x"], [b"y"]]})
    b = make_batch({"text": [[b"x"], [b"y"]], "number": [[1], []]})
    assert content(a) == content(b)
    assert row_hashes(a).tolist() == row_hashes(b).tolist()


def test_content_tells_apart_what_only_looks_alike():
    def text(*values):
        return pa.RecordBatch.from_arrays([pa.array([list(v) for v in values])], ["a"])

    several = [
        text(["ab"], ["c"]),
        text(["a"], ["bc"]),
        text(["a", "bc"], ["x"]),
        text(["a"], ["bc", "x"]),
        pa.RecordBatch.from_arrays([pa.array([[1], [2]])], ["a"]),
        pa.RecordBatch.from_arrays([pa.array([[1.0], [2.0]], pa.list_(pa.float32()))], ["a"]),
        pa.RecordBatch.from_arrays([pa.array([[1], [2]])], ["b"]),
    ]
    assert len({content(batch) for batch in several}) == len(several)


def test_a_column_seen_late_counts_as_missing_before():
    early = pa.RecordBatch.from_arrays([pa.array([[1]]), pa.nulls(1)], ["a", "b"])
    one = pa.RecordBatch.from_arrays([pa.array([[1]])], ["a"])
    two = pa.RecordBatch.from_arrays([pa.array([[2]]), pa.array([[3]])], ["a", "b"])
    assert content(one, two) == content(early, two)


def test_one_column_of_two_types_is_named():
    hasher = ContentHasher()
    hasher.update(pa.RecordBatch.from_arrays([pa.array([[1]])], ["a"]))
    with pytest.raises(DataError, match="'a'"):
        hasher.update(pa.RecordBatch.from_arrays([pa.array([["x"]])], ["a"]))


def test_row_hashes_depend_on_the_seed_and_spread_evenly():
    batch = pa.RecordBatch.from_arrays([pa.array([[i] for i in range(20000)])], ["a"])
    one, two = row_hashes(batch, 1), row_hashes(batch, 2)
    assert (one != two).all()
    assert len(set(one.tolist())) == 20000
    below = (one < 2**62).mean()
    assert 0.23 < below < 0.27
    assert abs(((one < 2**63) == (two < 2**63)).mean() - 0.5) < 0.02


def test_row_hashes_are_the_same_on_every_machine():
    batch = pa.RecordBatch.from_arrays(
        [
            pa.array([[7], [-1]]),
            pa.array([[0.5], []], pa.list_(pa.float32())),
            pa.array([["ä", "b"], ["c"]]),
        ],
        ["i", "f", "s"],
    )
    assert [hex(h) for h in row_hashes(batch, 42).tolist()] == KNOWN


KNOWN = ["0x27369eea316c5205", "0x304ad47c359e82ed"]


def damage(path: str, at: int) -> None:
    data = bytearray(Path(path).read_bytes())
    data[at] ^= 0xFF
    Path(path).write_bytes(bytes(data))


@pytest.fixture
def shard(tmp_path):
    with RecordWriter(tmp_path) as writer:
        writer.write_serialized([bytes([i]) * 50 for i in range(200)])
    return writer.files[0]


def test_a_cut_off_file_is_named(shard):
    whole = Path(shard).read_bytes()
    Path(shard).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DataError, match=r"data-00000-of-00001\.gz.*record \d+"):
        list(read_serialized(shard))


def test_a_flipped_bit_is_named(shard):
    damage(shard, len(Path(shard).read_bytes()) // 2)
    with pytest.raises(DataError, match=r"data-00000-of-00001\.gz.*record \d+"):
        list(read_serialized(shard))


@pytest.mark.parametrize(
    ("at", "why"), [(0, "length"), (9, "length"), (14, "data"), (19, "data"), (None, "ends inside")]
)
def test_a_wrong_record_is_named(tmp_path, at, why):
    data = bytearray(frame([b"first!"]) * 2)
    first = len(data) // 2
    if at is None:
        del data[-3:]
    else:
        data[first + at] ^= 1
    path = tmp_path / "x.gz"
    path.write_bytes(gzip.compress(bytes(data)))
    with pytest.raises(DataError, match=f"x.gz is damaged at record 1.*{why}"):
        list(read_serialized(path))


def test_a_huge_length_is_no_memory_error(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(struct.pack("<QI", 2**60, 1) + b"1234567890")
    with pytest.raises(DataError, match="record 0"):
        list(read_serialized(path))


def test_rows_that_are_no_examples(tmp_path):
    with RecordWriter(tmp_path) as writer:
        writer.write_serialized([b"garbage"])
    with pytest.raises(DataError, match="decoded"):
        list(read_batches(writer.files))


def test_missing_files_are_named(tmp_path):
    with pytest.raises(DataError, match=r"none\.gz"):
        list(read_batches(tmp_path / "none.gz"))
    with pytest.raises(DataError, match=r"\*\.gz"):
        list(read_batches(str(tmp_path / "*.gz")))
    with pytest.raises(DataError, match="gone"):
        list_splits(tmp_path / "gone")


def test_splits_lie_where_tfx_looks(tmp_path):
    for split in ("train", "eval"):
        with RecordWriter(split_folder(tmp_path, split)) as writer:
            writer.write_serialized([b"a"])
    assert list_splits(tmp_path) == ["eval", "train"]
    assert split_files(tmp_path, "eval") == [str(tmp_path / "Split-eval/data-00000-of-00001.gz")]
    with pytest.raises(DataError, match=r"no split 'test'.*eval, train"):
        split_files(tmp_path, "test")


def test_a_schema_fixes_columns_and_types(tmp_path):
    from tensorflow_metadata.proto.v0 import schema_pb2

    with RecordWriter(tmp_path) as writer:
        writer.write(make_batch({"number": [None, None], "text": [[b"x"], None]}))
    schema = schema_pb2.Schema()
    schema.feature.add(name="number", type=schema_pb2.INT)
    schema.feature.add(name="text", type=schema_pb2.BYTES)
    (batch,) = read_batches(writer.files, schema)
    assert batch.schema.field("number").type == pa.large_list(pa.int64())
    (batch,) = read_batches(writer.files, schema.SerializeToString(), columns=["text"])
    assert batch.to_pydict() == {"text": [[b"x"], None]}
    with pytest.raises(DataError, match="'other'"):
        list(read_batches(writer.files, schema, columns=["other"]))


def test_working_ahead_passes_errors_on_and_ends_its_thread():
    def make():
        yield 1
        raise DataError("broken")

    items = ahead(make)
    assert next(items) == 1
    with pytest.raises(DataError, match="broken"):
        next(items)

    closed = []

    def endless():
        try:
            while True:
                yield 0
        finally:
            closed.append(True)

    items = ahead(endless)
    next(items)
    items.close()
    assert closed


def test_a_folder_whose_name_reads_as_a_pattern(tmp_path):
    folder = tmp_path / "a [b]*"
    with RecordWriter(folder) as writer:
        writer.write_serialized([b"x"])
    assert list(read_serialized(writer.files)) == [[b"x"]]
    assert list(read_serialized(f"{glob.escape(str(folder))}/*.gz")) == [[b"x"]]
    with pytest.raises(DataError, match="No file matches"):
        list(read_serialized(str(tmp_path / "a [c]" / "*.gz")))
