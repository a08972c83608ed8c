"""Files outside of the store: a run writes over those that runs wrote, and no others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ml_metadata.proto import metadata_store_pb2 as pb

from zenml.errors import ArtifactStoreError
from zenml.metadata import SQLiteMetadataStore
from zenml.metadata.artifacts import WRITTEN, Artifact
from zenml.runtime.overwriting import refuse_foreign_files
from zenml.spec import NodeSpec
from zenml.steps.inferrer import FileWriterInferrer


def record(store: Any, *files: Path) -> None:
    """That a run wrote these files."""
    kind = store.put_artifact_type(pb.ArtifactType(name="Examples"))
    made = pb.Artifact(type_id=kind, uri="predictions")
    made.custom_properties[WRITTEN].string_value = json.dumps({str(file): "0" for file in files})
    store.put_artifacts([made])


def refuse(store: Any, *splits: str, **arguments: Any) -> None:
    step = FileWriterInferrer(**arguments).to_config("unpinned")
    node = NodeSpec("inferrer", "inferrer", step)
    given = Artifact(1, "Examples", "rows", True, {"split_names": json.dumps(splits)})
    refuse_foreign_files(store, node, {"examples": [given]})


@pytest.fixture
def store(tmp_path: Path) -> Any:
    return SQLiteMetadataStore(uri=str(tmp_path / "metadata.db")).open()


@pytest.mark.parametrize(
    ("name", "splits", "arguments"),
    [
        ("notes.csv", [], {"output_path": "notes.csv"}),
        ("notes.csv", ["examples"], {"output_path": "notes"}),
        ("notes-train.csv", ["eval", "train"], {"output_path": "notes"}),
        ("notes-00001-of-00002.csv", [], {"output_path": "notes", "num_shards": 2}),
        ("notes-00001-of-00003.csv", [], {"output_path": "notes", "num_shards": 2}),
    ],
    ids=["file", "one split", "split", "shard", "outdated shard"],
)
def test_a_file_that_no_run_wrote_is_refused(
    store: Any, git_repo: Path, name: str, splits: list[str], arguments: dict[str, Any]
) -> None:
    refuse(store, *splits, **arguments)
    (git_repo / name).write_text("mine")
    record(store, git_repo / "another.csv")
    with pytest.raises(ArtifactStoreError, match=f"over .*{name}, which no run recorded here"):
        refuse(store, *splits, **arguments)
    record(store, git_repo / name)
    refuse(store, *splits, **arguments)
