"""The same pipeline under TFX's own runner leaves the same artifacts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from zenml.records import list_splits, read_batches, split_files

pytestmark = pytest.mark.tf

SCRIPT = """
from tfx.orchestration.local.local_dag_runner import LocalDagRunner
from zenml.repo import Repository

pipeline = Repository.get_instance().get_pipeline_by_name("ours").to_tfx()
assert type(pipeline).__module__ == "tfx.orchestration.pipeline"
LocalDagRunner().run(pipeline)
"""


@pytest.fixture(scope="module")
def by_tfx(folder, first) -> dict[str, dict[str, str]]:
    """Node -> output -> folder, of a run under LocalDagRunner."""
    (folder.path / "by_tfx.py").write_text(SCRIPT)
    done = folder.python("by_tfx.py")
    (folder.path / "by_tfx.py").unlink()
    assert done.status == 0, done.err
    root = folder.path / ".zenml" / "local_store" / "artifacts" / "ours"
    found: dict[str, dict[str, str]] = {}
    for node, outputs in first.outputs.items():
        for output in outputs:
            (path,) = (root / node / output).iterdir()
            found.setdefault(node, {})[output] = str(path)
    return found


def rows(uri: str, split: str) -> list[dict[str, Any]]:
    """The rows of a split, in order; a column where nothing is as one that is not there."""
    found = []
    for batch in read_batches(split_files(uri, split)):
        for row in batch.to_pylist():
            found.append({name: value for name, value in sorted(row.items()) if value})
    return found


@pytest.mark.parametrize(
    ("node", "output"),
    [("data", "examples"), ("split", "examples"), ("preprocesser", "transformed_examples")],
)
def test_the_rows_are_the_same(first, by_tfx, node: str, output: str) -> None:
    mine, theirs = first.outputs[node][output], by_tfx[node][output]
    assert mine != theirs
    splits = list_splits(mine)
    assert splits
    assert list_splits(theirs) == splits
    for split in splits:
        expected = rows(mine, split)
        assert expected
        assert rows(theirs, split) == expected


@pytest.mark.parametrize("node", ["data_schema", "split_schema"])
def test_the_schema_is_the_same(first, by_tfx, node: str) -> None:
    mine, theirs = (
        Path(outputs[node]["schema"], "schema.pbtxt").read_text()
        for outputs in (first.outputs, by_tfx)
    )
    assert mine == theirs != ""


@pytest.mark.parametrize("node", ["data_statistics", "split_statistics"])
def test_the_statistics_are_the_same(first, by_tfx, node: str) -> None:
    from google.protobuf import text_format
    from tensorflow_metadata.proto.v0 import statistics_pb2

    def read(uri: str) -> dict[str, str]:
        parsed = {}
        for path in Path(uri).glob("Split-*/FeatureStats.pb"):
            proto = statistics_pb2.DatasetFeatureStatisticsList.FromString(path.read_bytes())
            parsed[path.parent.name] = text_format.MessageToString(proto)
        return parsed

    mine, theirs = (read(outputs[node]["statistics"]) for outputs in (first.outputs, by_tfx))
    assert mine == theirs
    assert mine


def test_the_transform_has_the_same_vocabulary_and_schema(first, by_tfx) -> None:
    def read(uri: str) -> dict[str, bytes]:
        paths = [*Path(uri).glob("transform_fn/assets/*"), *Path(uri).glob("*/schema.pbtxt")]
        return {str(path.relative_to(uri)): path.read_bytes() for path in paths}

    mine, theirs = (
        read(outputs["preprocesser"]["transform_graph"]) for outputs in (first.outputs, by_tfx)
    )
    assert mine == theirs
    assert any(b"Gentoo" in content for content in mine.values())


def test_the_metrics_differ_by_no_more_than_training_does(first, by_tfx) -> None:
    mine, theirs = (
        json.loads(Path(outputs["evaluator"]["evaluation"], "metrics.json").read_text())
        for outputs in (first.outputs, by_tfx)
    )
    assert mine["rows"] == theirs["rows"]
    for name, value in mine["overall"].items():
        assert theirs["overall"][name] == pytest.approx(value, abs=0.1)


def test_the_model_was_pushed_too(folder, by_tfx) -> None:
    assert Path(by_tfx["deployer"]["pushed_model"], "saved_model.pb").is_file()
    assert len(list((folder.path / "shelf").iterdir())) >= 2


def test_zenml_goes_on_as_before(folder, by_tfx, run) -> None:
    assert run().executed == ["deployer"]  # TFX's run deployed a model of its own since
    assert run().executed == []
    assert folder.zenml("status").status == 0
