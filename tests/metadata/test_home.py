"""A folder with a store that is moved or copied: the records name the files where they are now."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from ml_metadata.proto import metadata_store_pb2 as pb

from zenml.errors import MetadataStoreError
from zenml.metadata import SQLiteMetadataStore, artifacts, contexts, home, runs

STORE = "stores/metadata.db"


def open_in(folder: Path) -> Any:
    return SQLiteMetadataStore(uri=STORE).at(folder).open()


def make(folder: Path, **properties: str) -> None:
    """Records an artifact with one file in a folder, and one that lies elsewhere."""
    uri = folder / "artifacts" / "model"
    uri.mkdir(parents=True)
    (uri / "data").write_text("data")
    store = open_in(folder)
    kind = store.put_artifact_type(pb.ArtifactType(name="Model"))
    made = [pb.Artifact(type_id=kind, uri=u) for u in (str(uri), f"{folder}2/model", str(folder))]
    contexts.set_values(made[0].custom_properties, properties)
    store.put_artifacts(made)


def uris(store: Any) -> list[str]:
    return [artifact.uri for artifact in store.get_artifacts()]


def read(database: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(query).fetchall()


@pytest.mark.parametrize("name", ["new", "old/below", "Πιγκουίνος", "a'b", "100%", 'a"b\\c'])
def test_what_was_moved_is_found(tmp_path: Path, name: str) -> None:
    old, new = tmp_path / "old", tmp_path / name
    written = {f"{old}/ä/p.csv": "1", "/elsewhere/p.csv": "2"}
    make(
        old, pushed_destination=f"{old}/d/1", note=f"of {old}/d", zenml_written=json.dumps(written)
    )
    os.rename(old, tmp_path / "moving")
    new.parent.mkdir(exist_ok=True)
    os.rename(tmp_path / "moving", new)
    store = open_in(new)
    assert uris(store) == [f"{new}/artifacts/model", f"{old}2/model", str(new)]
    assert Path(uris(store)[0], "data").is_file()
    properties = artifacts.by_id(store, [1])[1].properties
    assert properties["pushed_destination"] == f"{new}/d/1"
    assert json.loads(properties[artifacts.WRITTEN]) == {
        f"{new}/ä/p.csv": "1", "/elsewhere/p.csv": "2",
    }  # fmt: skip
    assert properties["note"] == f"of {old}/d"  # a sentence is no path
    assert uris(open_in(new)) == uris(store)


def test_executions_and_runs_follow_too(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    store = open_in(old)
    kind = store.put_execution_type(pb.ExecutionType(name="python"))
    execution = pb.Execution(type_id=kind)
    contexts.set_values(execution.custom_properties, {"zenml_log": f"{old}/logs/a.log", "n": 3})
    store.put_executions([execution])
    run = runs.start(store, name="r", pipeline="p", file=f"{old}/pipelines/p.yaml")
    runs.finish(store, run, runs.SUCCEEDED)
    os.rename(old, new)
    store = open_in(new)
    (found,) = store.get_executions()
    assert contexts.get_values(found.custom_properties) == {
        "zenml_log": f"{new}/logs/a.log", "n": 3,
    }  # fmt: skip
    assert runs.list_runs(store)[0].file == f"{new}/pipelines/p.yaml"


def test_a_copy_goes_its_own_way(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    make(old)
    runs.start(open_in(old), name="going on in the original", pipeline="p", file="")
    shutil.copytree(old, new)
    before = (old / STORE).read_bytes()
    assert uris(open_in(new))[0] == f"{new}/artifacts/model"
    assert (old / STORE).read_bytes() == before
    assert uris(open_in(old))[0] == f"{old}/artifacts/model"


def test_another_name_of_the_same_folder_changes_nothing(tmp_path: Path) -> None:
    old, link = tmp_path / "old", tmp_path / "link"
    make(old)
    link.symlink_to(old)
    before = (old / STORE).read_bytes()
    assert uris(open_in(link))[0] == f"{old}/artifacts/model"
    assert (old / STORE).read_bytes() == before


def test_a_store_outside_of_the_folder_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "metadata.db"
    for folder in ("old", "new"):
        store = SQLiteMetadataStore(uri=str(path)).at(tmp_path / folder).open()
        assert contexts.find(store, home.HOME, "home") is None


def test_a_run_that_may_be_going_on_keeps_its_places(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    make(old)
    runs.start(open_in(old), name="monday", pipeline="p", file="")
    os.rename(old, new)
    store = open_in(new)
    assert uris(store)[0] == f"{old}/artifacts/model"
    assert f"they were made in {old}, where run monday is recorded as running" in caplog.text
    runs.finish(store, contexts.find(store, contexts.PIPELINE_RUN, "monday"), runs.FAILED)
    assert uris(open_in(new))[0] == f"{new}/artifacts/model"


def test_whoever_knows_better_does_not_wait_for_the_run(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    make(old)
    runs.start(open_in(old), name="monday", pipeline="p", file="")
    os.rename(old, new)
    SQLiteMetadataStore(uri=STORE).at(new).move_here()
    assert uris(open_in(new))[0] == f"{new}/artifacts/model"


def test_nothing_to_move_is_nothing_made(tmp_path: Path) -> None:
    SQLiteMetadataStore(uri=STORE).at(tmp_path).move_here()
    assert list(tmp_path.iterdir()) == []


def test_all_is_written_anew_or_nothing(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    make(old)
    read(old / STORE, "CREATE TRIGGER no BEFORE UPDATE ON ContextProperty "
         "BEGIN SELECT RAISE(ABORT, 'disk full'); END")  # fmt: skip
    os.rename(old, new)
    with pytest.raises(MetadataStoreError, match=f"Cannot write the records of {new}.*disk full"):
        open_in(new)
    assert read(new / STORE, "SELECT uri FROM Artifact ORDER BY id")[0] == (
        f"{old}/artifacts/model",
    )
    read(new / STORE, "DROP TRIGGER no")
    assert uris(open_in(new))[0] == f"{new}/artifacts/model"


def _open(folder: Path, barrier: Any, results: Any) -> None:
    barrier.wait()
    results.put(uris(open_in(folder)))


def test_of_processes_that_open_it_at_once_one_moves_it(
    tmp_path: Path, race: Callable[..., list[Any]]
) -> None:
    old, new = tmp_path / "old", tmp_path / "old" / "below"
    make(old)
    os.rename(old, tmp_path / "moving")
    old.mkdir()
    os.rename(tmp_path / "moving", new)  # moved twice, a path would be below/below
    for found in race(_open, [(new,)] * 4):
        assert found == [f"{new}/artifacts/model", f"{old}2/model", str(new)]
