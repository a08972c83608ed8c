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
from ml_metadata import errors
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


def test_a_link_left_behind_does_not_hide_that_it_was_moved(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    make(old)
    os.rename(old, new)
    old.symlink_to(new)
    assert uris(open_in(new))[0] == f"{new}/artifacts/model"
    assert uris(open_in(old))[0] == f"{new}/artifacts/model"  # and it does not go back


def test_a_run_in_a_folder_with_a_link_to_it_is_waited_for(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    make(old)
    runs.start(open_in(old), name="monday", pipeline="p", file="")
    os.rename(old, new)
    old.symlink_to(new)
    assert uris(open_in(new))[0] == f"{old}/artifacts/model"


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
    assert (
        f"they were made in {old}, and run monday is recorded as running, here or there"
        in caplog.text
    )
    runs.finish(store, contexts.find(store, contexts.PIPELINE_RUN, "monday"), runs.FAILED)
    assert uris(open_in(new))[0] == f"{new}/artifacts/model"


def test_whoever_knows_better_does_not_wait_for_the_run(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    make(old)
    runs.start(open_in(old), name="monday", pipeline="p", file="")
    os.rename(old, new)
    SQLiteMetadataStore(uri=STORE).at(new).move_here()
    assert uris(open_in(new))[0] == f"{new}/artifacts/model"


def test_a_run_that_starts_while_it_is_asked_for_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    make(old)
    os.rename(old, new)

    def nothing_yet(store: Any) -> list[Any]:
        runs.start(store, name="monday", pipeline="p", file="")
        return []

    monkeypatch.setattr(home.runs, "list_runs", nothing_yet)
    assert uris(open_in(new))[0] == f"{old}/artifacts/model"


def test_nothing_to_move_is_nothing_made(tmp_path: Path) -> None:
    SQLiteMetadataStore(uri=STORE).at(tmp_path).move_here()
    assert list(tmp_path.iterdir()) == []


def test_a_file_without_a_byte_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "metadata.db").touch()
    SQLiteMetadataStore(uri="metadata.db").at(tmp_path).move_here()
    assert (tmp_path / "metadata.db").read_bytes() == b""


def test_a_store_that_is_at_home_is_not_waited_for(tmp_path: Path) -> None:
    make(tmp_path)
    with closing(sqlite3.connect(tmp_path / STORE)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        SQLiteMetadataStore(uri=STORE).at(tmp_path).move_here()


def test_the_store_of_a_folder_below_keeps_the_home_that_it_has(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    below, other = tmp_path / "a" / "below", SQLiteMetadataStore(uri=f"below/{STORE}")
    make(below)
    before = (below / STORE).read_bytes()
    other.at(tmp_path / "a").open()
    other.at(tmp_path / "a").move_here()
    assert ((below / STORE).read_bytes(), caplog.text) == (before, "")
    os.rename(tmp_path / "a", tmp_path / "b")
    store = other.at(tmp_path / "b")
    assert uris(store.open())[0] == f"{below}/artifacts/model"
    assert f"made in {below}, in another repository, of which it was {STORE}" in caplog.text
    with pytest.raises(MetadataStoreError, match=f"names the files .* in {below}, and lies in"):
        store.refuse_moved()
    assert uris(open_in(tmp_path / "b" / "below"))[0] == f"{tmp_path}/b/below/artifacts/model"
    store.refuse_moved()


def test_a_database_with_another_name_in_the_same_home_follows_too(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    make(old)
    os.rename(old / STORE, old / "renamed.db")
    SQLiteMetadataStore(uri="renamed.db").at(old).open()
    os.rename(old, new)
    store = SQLiteMetadataStore(uri="renamed.db").at(new).open()
    assert uris(store)[0] == f"{new}/artifacts/model"


@pytest.mark.parametrize("uri", ["../shared.db", "link.db"])
def test_what_only_seems_to_lie_in_the_folder_has_no_home(tmp_path: Path, uri: str) -> None:
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "link.db").symlink_to(tmp_path / "shared.db")
        store = SQLiteMetadataStore(uri=uri).at(tmp_path / name)
        assert contexts.find(store.open(), home.HOME, "home") is None
        store.refuse_moved()


def read_only(database: Path) -> None:
    """Refuses to be written in the words of SQLite, also to root, whom no mode of a file stops."""
    for table in ("Type", "Context", "ContextProperty", "Artifact"):
        for change in ("INSERT", "UPDATE"):
            read(database, f"CREATE TRIGGER {table}_{change} BEFORE {change} ON {table} BEGIN "
                 "SELECT RAISE(ABORT, 'attempt to write a readonly database'); END")  # fmt: skip


def test_what_cannot_be_written_can_be_asked(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    make(old)
    read_only(old / STORE)
    shutil.copytree(old, new)
    for _ in range(2):
        assert uris(open_in(new))[0] == f"{old}/artifacts/model"
    assert [r.getMessage() for r in caplog.records if r.name == "zenml"] == [
        f"{new}/{STORE} cannot be written. What it has recorded can be asked for; if its folder "
        "was moved or copied, its artifacts are found where they were."
    ]
    with pytest.raises(MetadataStoreError, match=f"in {old}, and lies in {new} now"):
        SQLiteMetadataStore(uri=STORE).at(new).refuse_moved()


def forget_home(database: Path) -> None:
    """As a store is that was made before it recorded where it lies."""
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("DELETE FROM Context WHERE name = 'home'")
        connection.execute("DELETE FROM ContextProperty WHERE name LIKE 'zenml_%'")


def test_a_store_moved_before_it_recorded_its_home_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    run = old / "artifacts" / "p" / "p-1"
    run.mkdir(parents=True)
    store = open_in(old)
    kind = store.put_artifact_type(pb.ArtifactType(name="Model"))
    store.put_artifacts([pb.Artifact(type_id=kind, uri=str(run))])
    forget_home(old / STORE)
    os.rename(old, new)
    assert uris(open_in(new)) == [str(run)]
    assert f"are not found: it was moved from {old} before it recorded" in caplog.text
    with pytest.raises(MetadataStoreError, match=f"in {old}, and lies in {new} now"):
        SQLiteMetadataStore(uri=STORE).at(new).refuse_moved()
    os.rename(new, old)
    open_in(old)
    os.rename(old, new)
    assert uris(open_in(new)) == [f"{new}/artifacts/p/p-1"]


def test_errors_of_ml_metadata_are_translated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*arguments: Any) -> None:
        raise errors.InternalError("disk full")

    monkeypatch.setattr(home, "_recorded", fails)
    with pytest.raises(MetadataStoreError, match=r"Cannot have the records of .*: disk full"):
        open_in(tmp_path)


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
