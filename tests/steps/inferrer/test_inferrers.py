"""Inferrers: their arguments, and where they write."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from zenml.errors import StepArgumentError
from zenml.steps.inferrer import BaseInferrer, FileWriterInferrer, TensorflowInferrer


@pytest.mark.parametrize(
    ("argument", "value", "would_do"),
    [
        ("labels", [], r"a list of labels"),
        ("labels", [1], r"a list of labels"),
        ("output_path", "", "a path"),
        ("output_path", 7, "a path"),
        ("output_path", "out/x.json", r"a path that ends in \.csv, .* or in no extension"),
        ("output_path", "out/x.CSV", r"a path that ends in \.csv, .* or in no extension"),
        ("output_path", "s3://bucket/x", "a path on this machine"),
        ("output_path", "out/x.csv.gz", r"a path that ends in \.csv, .* or in no extension"),
        ("output_ext", "json", r"one of \.csv, \.parquet, \.tfrecord, \.tfrecord\.gz"),
        ("num_shards", -1, "a number from 0"),
        ("num_shards", True, "a number from 0"),
    ],
)
def test_a_wrong_argument_is_named(argument: str, value: Any, would_do: str) -> None:
    step = FileWriterInferrer(**{"output_path": "out/p", argument: value})
    with pytest.raises(StepArgumentError, match=rf"{argument} is .*; it must be {would_do}"):
        step.check()


def test_two_extensions_that_differ_are_refused() -> None:
    with pytest.raises(StepArgumentError, match=r"write output_ext='\.parquet'"):
        FileWriterInferrer(output_path="out/p.parquet").check()
    FileWriterInferrer(output_path="out/p.parquet", output_ext=".parquet").check()


def test_an_extension_needs_no_dot() -> None:
    step = FileWriterInferrer(output_path="out/p.2024", output_ext="parquet")
    step.check()
    assert step.files()[0].endswith("out/p.2024.parquet")


def test_paths(git_repo: Path) -> None:
    def files(path: str, **more: Any) -> list[str]:
        made = FileWriterInferrer(output_path=path, **more)
        return [str(Path(file).relative_to(git_repo)) for file in made.files()]

    (git_repo / "there").mkdir()
    assert files("out/p") == files("out/p.csv") == ["out/p.csv"]
    assert files("there") == files("there/") == ["there/predictions.csv"]
    assert files("out/p", num_shards=2, output_ext=".parquet") == [
        "out/p-00000-of-00002.parquet",
        "out/p-00001-of-00002.parquet",
    ]
    one_of_two = FileWriterInferrer(output_path=str(git_repo / "p")).files("train")
    assert one_of_two == [str(git_repo / "p-train.csv")]


def test_shards_of_another_number_make_room_for_the_new_ones(git_repo: Path) -> None:
    names = ["p-00000-of-00003.csv", "p-00001-of-00003.csv", "p-00002-of-00003.csv"]
    others = ["p.csv", "p-0-of-3.csv", "p-a-of-b.csv", "q-00000-of-00003.csv", "p-old.csv"]
    for name in [*names, *others, "p-00000-of-00002.csv"]:
        (git_repo / name).write_text("n\n7\n")
    batch = pa.RecordBatch.from_arrays([pa.array([[1], [2]])], ["n"])
    step = FileWriterInferrer(output_path="p", num_shards=2)
    with step.open_writer("", 2, None) as writer:
        writer.write(batch, [b"", b""])
        assert (git_repo / names[0]).exists()
    written = {path.name: path.read_text() for path in git_repo.glob("*.csv")}
    new = {"p-00000-of-00002.csv": "n\n1\n", "p-00001-of-00002.csv": "n\n2\n"}
    assert written == {**dict.fromkeys(others, "n\n7\n"), **new}


def test_labels_name_outputs() -> None:
    assert TensorflowInferrer(labels="late").outputs == ["late_o"]
    assert BaseInferrer().outputs is None
    assert BaseInferrer(labels=["a", "b"]).outputs == ["a_o", "b_o"]
