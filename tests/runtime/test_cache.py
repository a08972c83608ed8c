"""The cache: an earlier result, if it is whole and was made from the same."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from ml_metadata.proto import metadata_store_pb2

from zenml.artifacts import store as artifact_files
from zenml.metadata import SQLiteMetadataStore, artifacts, contexts, events, executions, runs
from zenml.metadata.artifacts import Artifact
from zenml.metadata.executions import Execution
from zenml.runtime import cache


@pytest.fixture
def store(tmp_path: Path) -> Any:
    return SQLiteMetadataStore(uri=str(tmp_path / "metadata.db")).open()


def files(path: Path, text: str = "rows") -> str:
    (path / "Split-train").mkdir(parents=True)
    (path / "Split-train" / "data.gz").write_text(text)
    return str(path)


def artifact(store: Any, uri: str, **properties: Any) -> Artifact:
    type_id = store.put_artifact_type(metadata_store_pb2.ArtifactType(name="Examples"))
    proto = metadata_store_pb2.Artifact(type_id=type_id, uri=uri)
    contexts.set_values(proto.custom_properties, properties)
    (number,) = store.put_artifacts([proto])
    return artifacts.by_id(store, [number])[number]


def execution(
    store: Any, inputs: dict[str, list[Artifact]], outputs: dict[str, list[Artifact]]
) -> Execution:
    """A sealed execution with the fingerprint `f`."""
    kind = store.put_execution_type(metadata_store_pb2.ExecutionType(name="split"))
    proto = metadata_store_pb2.Execution(
        type_id=kind, last_known_state=metadata_store_pb2.Execution.COMPLETE
    )
    original = Execution(0, "split", "succeeded", outputs=outputs)
    (proto.id,) = store.put_executions([proto])
    run = contexts.ensure(store, contexts.PIPELINE_RUN, "r")
    around = [run, contexts.ensure(store, contexts.FINGERPRINT, "f")]
    pairs = [
        *events.events_of(events.INPUT, inputs),
        *events.events_of(events.OUTPUT, original.outputs),
    ]
    store.put_execution(proto, pairs, around)
    (found,) = executions.candidates(store, "f")[:1]
    cache.seal(store, found)
    (found,) = executions.candidates(store, "f")[:1]
    return found


def only(made: Execution, key: str = "examples") -> Artifact:
    (found,) = made.outputs[key]
    return found


def test_a_whole_result_of_the_same_is_found(store: Any, tmp_path: Path) -> None:
    data = artifact(store, files(tmp_path / "data"))
    made = execution(
        store, {"data": [data]}, {"examples": [artifact(store, files(tmp_path / "out"))]}
    )
    assert cache.find(store, "f", {"data": [data]}) == made
    assert cache.find(store, "g", {"data": [data]}) is None


def test_sealing_records_files_bytes_and_content(store: Any, tmp_path: Path) -> None:
    mine = artifact(store, files(tmp_path / "a"))
    told = artifact(store, files(tmp_path / "b"), content_hash="by the executor")
    made = execution(store, {}, {"one": [mine], "two": [told]})
    assert only(made, "one").properties["zenml_files"] == 1
    assert only(made, "one").properties["zenml_bytes"] == 4
    assert len(only(made, "one").content_hash) == 64
    assert only(made, "two").content_hash == "by the executor"


@pytest.mark.parametrize("damage", ["folder", "file", "more", "truncated", "deleted", "grown"])
def test_a_result_that_is_not_whole_is_not_used(store: Any, tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "out"
    made = execution(store, {}, {"examples": [artifact(store, files(folder))]})
    assert cache.find(store, "f", {}) is not None
    shard = folder / "Split-train" / "data.gz"
    if damage == "folder":
        shutil.rmtree(folder)
    elif damage == "file":
        shard.unlink()
    elif damage == "more":
        (folder / "extra").touch()
    elif damage == "truncated":
        shard.write_text("ro")
    elif damage == "grown":
        shard.write_text("rows and more")
    else:
        artifacts.mark_deleted(store, [only(made).id])
    assert cache.find(store, "f", {}) is None


def test_one_output_of_several_that_is_gone_is_enough(store: Any, tmp_path: Path) -> None:
    outputs = {
        key: [artifact(store, files(tmp_path / key))] for key in ("model", "model_run", "results")
    }
    execution(store, {}, outputs)
    shutil.rmtree(tmp_path / "model_run")
    assert cache.find(store, "f", {}) is None


def test_an_older_result_is_used_where_the_newest_is_gone(store: Any, tmp_path: Path) -> None:
    old = execution(store, {}, {"examples": [artifact(store, files(tmp_path / "old"))]})
    new = execution(store, {}, {"examples": [artifact(store, files(tmp_path / "new"))]})
    assert cache.find(store, "f", {}) == new
    shutil.rmtree(tmp_path / "new")
    found = cache.find(store, "f", {})
    assert found is not None
    assert found.id == old.id


def test_inputs_must_be_the_same_or_of_the_same_content(store: Any, tmp_path: Path) -> None:
    one = artifact(store, "/1", content_hash="a")
    made = execution(store, {"data": [one]}, {"examples": [artifact(store, files(tmp_path / "o"))]})
    alike, other = artifact(store, "/2", content_hash="a"), artifact(store, "/3", content_hash="b")
    unknown = artifact(store, "/4")
    assert cache.find(store, "f", {"data": [one]}) == made
    assert cache.find(store, "f", {"data": [alike]}) == made
    for inputs in (
        {"data": [other]},
        {"data": [unknown]},
        {"data": []},
        {"data": [one, alike]},
        {"rows": [one]},
        {"data": [one], "schema": [alike]},
        {},
    ):
        assert cache.find(store, "f", inputs) is None


def test_two_artifacts_without_a_content_hash_are_not_alike(store: Any, tmp_path: Path) -> None:
    one, other = artifact(store, "/1"), artifact(store, "/2")
    execution(store, {"data": [one]}, {"examples": [artifact(store, files(tmp_path / "o"))]})
    assert cache.find(store, "f", {"data": [other]}) is None


def test_a_failed_execution_is_never_used(store: Any, tmp_path: Path) -> None:
    made = execution(store, {}, {"examples": [artifact(store, files(tmp_path / "o"))]})
    executions.fail(store, [made.id], "it failed")
    assert cache.find(store, "f", {}) is None


def test_a_step_that_leaves_nothing_is_reused_too(store: Any) -> None:
    made = execution(store, {}, {})
    assert cache.find(store, "f", {}) == made


def test_what_was_published_and_never_sealed_is_not_reused(store: Any, tmp_path: Path) -> None:
    unsealed = artifact(store, files(tmp_path / "o"))
    assert not cache.is_whole(unsealed)


def test_another_artifact_store_needs_artifacts_of_its_own(store: Any, tmp_path: Path) -> None:
    made = execution(store, {}, {"examples": [artifact(store, files(tmp_path / "one" / "o"))]})
    assert cache.find(store, "f", {}, str(tmp_path / "one")) == made
    assert cache.find(store, "f", {}, str(tmp_path / "on")) is None
    assert cache.find(store, "f", {}, str(tmp_path / "other")) is None


def test_a_deployment_is_reused_while_it_is_the_newest_there(store: Any, tmp_path: Path) -> None:
    version = tmp_path / "serving" / "7"
    version.mkdir(parents=True)
    pushed = artifact(store, files(tmp_path / "o"), pushed_destination=str(version))
    made = execution(store, {}, {"pushed_model": [pushed]})
    assert cache.find(store, "f", {}) == made
    (tmp_path / "serving" / "8").mkdir()
    assert cache.find(store, "f", {}) is None
    (tmp_path / "serving" / "8").rmdir()
    shutil.rmtree(version)
    assert cache.find(store, "f", {}) is None


def test_runs_are_not_needed_to_find_a_result(store: Any) -> None:
    assert runs.list_runs(store) == []


HERE = f"{sys.version_info[0]}.{sys.version_info[1]}"


@pytest.mark.parametrize(
    ("python", "file", "is_used"),
    [
        (f"{HERE}.99", "data.pkl", True),
        ("3.1.2", "data.pkl", False),
        ("3.1.2", "data.json", True),
        ("", "data.pkl", True),
    ],
)
def test_a_pickle_of_another_python_is_made_anew(
    store: Any, tmp_path: Path, python: str, file: str, is_used: bool
) -> None:
    """In a folder below: a list whose second item had to be pickled."""
    (tmp_path / "out" / "1").mkdir(parents=True)
    (tmp_path / "out" / "1" / file).write_text("a function")
    made = artifact(store, str(tmp_path / "out"), **({"zenml_python": python} if python else {}))
    execution(store, {}, {"output": [made]})
    assert (cache.find(store, "f", {}) is not None) == is_used


def test_a_result_with_files_elsewhere_needs_them_as_they_were(store: Any, tmp_path: Path) -> None:
    written = tmp_path / "out.csv"
    written.write_text("a\n1\n")
    told = json.dumps({str(written): artifact_files.sha256_of(str(written))})
    made = artifact(store, files(tmp_path / "new"), **{artifacts.WRITTEN: told})
    original = execution(store, {}, {"predictions": [made]})
    assert cache.can_stand(original, {})
    written.write_text("a\n2\n")
    assert not cache.can_stand(original, {})
    written.write_text("a\n1\n")
    assert cache.find(store, "f", {}) is not None
    written.unlink()
    assert cache.find(store, "f", {}) is None
