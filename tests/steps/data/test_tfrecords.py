"""TFRecordsDataStep: files, folders and patterns, packed or not, and damaged records."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from zenml.errors import DataError, StepArgumentError
from zenml.records import RecordWriter
from zenml.records.framing import frame, read_records
from zenml.records.loose import loose_batches
from zenml.records.reader import Decoder
from zenml.records.spool import settle
from zenml.steps.data import TFRecordsDataStep


def serialised(rows: list[dict[str, Any]], folder: Path) -> list[bytes]:
    with RecordWriter(folder) as writer:
        for batch in settle(loose_batches(rows, "rows"), {}, "rows"):
            writer.write(batch)
    return [row for some in read_records(writer.files[0]) for row in some]


def encoded(batch: pa.RecordBatch) -> list[bytes]:
    from tfx_bsl.coders.example_coder import RecordBatchToExamplesEncoder

    return RecordBatchToExamplesEncoder().encode(batch)


def write(folder: Path, rows: list[dict[str, Any]], name: str = "a.tfrecord") -> Path:
    path = folder / name
    data = frame(serialised(rows, folder / ".scratch"))
    path.write_bytes(gzip.compress(data) if name.endswith("gz") else data)
    return path


def read(path: Path | str, schema: dict[str, str] | None = None) -> dict[str, list[Any]]:
    columns: dict[str, list[Any]] = {}
    for batch in TFRecordsDataStep(path=str(path), schema=schema).batches():
        for name, cells in batch.to_pydict().items():
            columns.setdefault(name, []).extend(cells)
    return columns


ROWS = [{"n": [1], "f": [0.5], "t": [b"x"]}, {"n": [2, 3], "f": None, "t": [b"y"]}]
COLUMNS = {"n": [[1], [2, 3]], "f": [[0.5], None], "t": [[b"x"], [b"y"]]}


@pytest.mark.parametrize("name", ["a.tfrecord", "a.tfrecord.gz", "part-0", "part-0.of.gz"])
def test_packed_or_not_whatever_the_name(tmp_path: Path, name: str):
    path = write(tmp_path, ROWS, name)
    assert read(path) == COLUMNS
    renamed = path.rename(tmp_path / "shard")
    assert read(renamed) == COLUMNS


def test_patterns_in_folders_whose_names_read_as_one(tmp_path: Path):
    folder = tmp_path / "run[1]" / "a*"
    folder.mkdir(parents=True)
    write(folder, [{"a": [1]}], "train-0")
    assert read(folder / "train-*") == {"a": [[1]]}
    assert read(tmp_path / "run*" / "?[*]" / "train-*") == {"a": [[1]]}
    (folder / "train-1").symlink_to(folder / "nothing")
    with pytest.raises(DataError, match="train-1 is a link that leads nowhere"):
        read(folder / "train-*")


def test_folders_and_patterns(tmp_path: Path):
    write(tmp_path, [{"a": [2]}], "train-1.gz")
    write(tmp_path, [{"a": [1]}], "train-0")
    write(tmp_path, [{"a": [3], "b": [b"x"]}], "val-0")
    (tmp_path / "_SUCCESS").write_text("")
    assert read(tmp_path) == {"a": [[1], [2], [3]], "b": [None, None, [b"x"]]}
    assert read(tmp_path / "train-*") == {"a": [[1], [2]]}
    with pytest.raises(DataError, match=r"No file matches .*test-\*"):
        read(tmp_path / "test-*")


def test_a_feature_of_several_types_is_of_the_widest(tmp_path: Path):
    rows = serialised([{"a": [1], "b": [1]}], tmp_path / "1")
    rows += serialised([{"a": [0.5], "b": [b"x"]}], tmp_path / "2")
    (tmp_path / "a").write_bytes(frame(rows))
    assert read(tmp_path / "a") == {"a": [[1.0], [0.5]], "b": [[b"1"], [b"x"]]}


def test_rows_stay_as_they_are_where_nothing_changes_them(tmp_path: Path):
    def stays(path: Path, schema: dict[str, str] | None = None) -> bool:
        """Whether they do; decoded anew they are what the batches hold."""
        pairs = list(TFRecordsDataStep(path=str(path), schema=schema).serialized_batches())
        for rows, batch in pairs:
            again = Decoder(columns=batch.schema.names).decode(rows or [])
            assert rows is None or again.to_pydict() == batch.to_pydict()
        return all(rows is not None for rows, _ in pairs)

    path = write(tmp_path, [{"n": [n], "f": [n / 2] if n % 3 else None} for n in range(12_000)])
    assert stays(path)
    assert not stays(path, {"n": "STRING"})
    whole = path.read_bytes()
    nan = pa.RecordBatch.from_arrays([pa.array([[float("nan")]], pa.list_(pa.float32()))], ["f"])
    path.write_bytes(whole + frame(encoded(nan)))
    assert not stays(path)
    assert read(path)["f"][-1] is None
    path.write_bytes(whole + frame(serialised([{"n": [0.5]}], tmp_path / ".more")))
    assert not stays(path)


def test_examples_without_any_feature_are_rows(tmp_path: Path):
    path = tmp_path / "a"
    rows = [b""] * 6000 + serialised([{"a": [n]} for n in range(1500)], tmp_path / "more")
    path.write_bytes(frame(rows))
    assert read(path) == {"a": [None] * 6000 + [[n] for n in range(1500)]}
    pairs = list(TFRecordsDataStep(path=str(path)).serialized_batches())
    assert [len(rows or []) for rows, _ in pairs] == [batch.num_rows for _, batch in pairs]
    assert [row for rows, _ in pairs for row in rows or []] == rows


def test_a_file_that_changes_while_it_is_read(tmp_path: Path):
    path = write(tmp_path, ROWS)
    step = TFRecordsDataStep(path=str(path))
    settled = step._settled

    def shortened(source: Any) -> Any:
        for batch in settled(source):
            path.write_bytes(frame(serialised(ROWS[:1], tmp_path / ".one")))
            yield batch

    step._settled = shortened  # type: ignore[method-assign]
    with pytest.raises(DataError, match="changed while it was read"):
        list(step.serialized_batches())


def test_a_schema_decides(tmp_path: Path):
    path = write(tmp_path, [{"n": [b"7"], "f": [1]}])
    assert read(path, {"n": "INTEGER", "f": "FLOAT"}) == {"n": [[7]], "f": [[1.0]]}
    with pytest.raises(DataError, match=r"record 0 \(counted from 0\), column 'n': 'x' is not"):
        read(write(tmp_path, [{"n": [b"x"]}]), {"n": "FLOAT"})


@pytest.mark.parametrize("name", ["a.tfrecord", "a.tfrecord.gz"])
def test_a_damaged_record_is_named_with_its_offset(tmp_path: Path, name: str):
    rows = serialised([{"a": [number]} for number in range(5)], tmp_path / "scratch")
    data = bytearray(frame(rows))
    size = len(rows[0]) + 16
    data[3 * size + 14] ^= 1
    (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith("gz") else data)
    message = rf"{name} is damaged at record 3 \(counted from 0\), offset {3 * size}.*checksum"
    with pytest.raises(DataError, match=message):
        read(tmp_path / name)


def test_files_that_end_too_early(tmp_path: Path):
    path = write(tmp_path, ROWS)
    path.write_bytes(path.read_bytes()[:-5])
    with pytest.raises(DataError, match=r"damaged at record 1 .*the file ends inside it.*Copy"):
        read(path)
    path = write(tmp_path, ROWS, "a.gz")
    path.write_bytes(path.read_bytes()[:-12])
    with pytest.raises(DataError, match=r"a\.gz is damaged at record .*gzip stream is broken"):
        read(path)


def test_what_is_no_example(tmp_path: Path):
    rows = serialised([{"a": [1]}], tmp_path / "scratch")
    (tmp_path / "a").write_bytes(frame([*rows, b"\xff\xff no example"]))
    message = rf"a, record 1 \(counted from 0\), offset {len(rows[0]) + 16}: it is no tf.train"
    with pytest.raises(DataError, match=message):
        read(tmp_path / "a")
    (tmp_path / "a").write_text("no record at all\n" * 10)
    with pytest.raises(DataError, match=r"a is damaged at record 0"):
        read(tmp_path / "a")
    (tmp_path / "a").write_text("")
    with pytest.raises(DataError, match="a gave no rows"):
        read(tmp_path / "a")


@pytest.mark.parametrize("text", ["x", "x" * 300, "x" * 70_000])
def test_sequence_examples_are_refused(tmp_path: Path, text: str):
    """Decoded as examples they would lose their sequences without a word."""
    (row,) = serialised([{"t": text}], tmp_path / ".scratch")
    path = tmp_path / "a.tfrecord"
    path.write_bytes(frame([row]))
    assert read(path) == {"t": [[text.encode()]]}
    for sequence in (row + b"\x12\x00", b"\x12\x02\x0a\x00"):
        path.write_bytes(frame([sequence]))
        with pytest.raises(DataError, match=r"record 0 .* is a tf.train.SequenceExample, whose"):
            read(path)


def test_paths_that_cannot_be():
    with pytest.raises(StepArgumentError, match="the path of a TFRecord file or a folder of them"):
        TFRecordsDataStep(path=3).check()
    with pytest.raises(DataError, match="There is no file or folder"):
        read("/nowhere/a.tfrecord")
