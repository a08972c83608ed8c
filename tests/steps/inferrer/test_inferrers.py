"""Inferrers: their arguments, and where they write."""

from __future__ import annotations

from pathlib import Path
from typing import Any

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
        ("output_ext", "csv", r"one of \.csv, \.parquet, \.tfrecord, \.tfrecord\.gz"),
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


def test_labels_name_outputs() -> None:
    assert TensorflowInferrer(labels="late").outputs == ["late_o"]
    assert BaseInferrer().outputs is None
    assert BaseInferrer(labels=["a", "b"]).outputs == ["a_o", "b_o"]
