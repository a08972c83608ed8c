"""Deleting runs and pipelines, and pruning: what others use stays."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from zenml.client import Client
from zenml.errors import (
    AlreadyExistsException,
    MetadataStoreError,
    PipelineNotFoundError,
    RunError,
    RunNotFoundError,
)
from zenml.metadata import MySQLMetadataStore, SQLiteMetadataStore, artifacts, commits, contexts
from zenml.metadata.deletion import mark_run
from zenml.repo import Repository
from zenml.runtime import deletion, pruning
from zenml.spec import PipelineSpec
from zenml.spec_yaml import write as write_spec

KILLED = """
import os, signal
from pathlib import Path

from zenml import pipeline, step
from zenml.materializers import BaseMaterializer


class Thing:
    pass


class ThingMaterializer(BaseMaterializer):
    ASSOCIATED_TYPES = (Thing,)

    def save(self, value):
        Path(self.uri, "part").write_text("x" * 100)
        os.kill(os.getpid(), signal.SIGKILL)

    def load(self, data_type):
        return Thing()


@step
def make() -> Thing:
    return Thing()


@pipeline
def flow():
    make()


if __name__ == "__main__":
    flow.with_options(run_name="killed")()
"""


def delete(recorder: Any, name: str) -> deletion.Deletion:
    return deletion.delete_run(recorder.store, Client().get_pipeline_run(name).record)


def unused(recorder: Any) -> list[str]:
    """What prune would remove, relative to the artifact store."""
    root = recorder.workspace.artifacts.uri
    return sorted(os.path.relpath(one.uri, root) for one in pruning.find_unused())


@pytest.fixture
def shared(recorder: Any) -> Any:
    """Two runs: the second reuses what the first loaded, and fits anew."""
    recorder.begin("first")
    load = recorder.value("first", "load", output=[1, 2])
    recorder.value("first", "fit", {"X": load.outputs["output"]}, output="old")
    recorder.end("first")
    recorder.begin("second")
    again = recorder.reuse("second", load)
    recorder.value("second", "fit", {"X": again.outputs["output"]}, output="new")
    recorder.end("second")
    return recorder


def test_a_deleted_run_is_in_no_list_and_its_files_are_gone(shared: Any) -> None:
    gone = delete(shared, "second")
    assert [artifact.uri for artifact in gone.removed] == [
        str(path) for path in [shared.folder("second", "fit", "output", "4")]
    ]
    assert not shared.folder("second").exists()
    client = Client()
    assert [run.name for run in client.list_pipeline_runs()] == ["first"]
    assert [run.name for run in client.get_pipeline("p").runs] == ["first"]
    assert client.get_artifact_version("p::fit::output").load() == "old"
    with pytest.raises(RunNotFoundError, match=r"no run 'second'. There are: first."):
        client.get_pipeline_run("second")


def test_what_another_run_reuses_stays(shared: Any) -> None:
    gone = delete(shared, "first")
    assert len(gone.removed) == len(gone.kept) == 1
    load = Client().get_pipeline_run("second").steps["load"]
    assert load.output.load() == [1, 2]
    assert (load.output.run, load.output.step) == (None, None)
    assert not shared.folder("first", "fit").exists()
    assert unused(shared) == []
    assert len(delete(shared, "second").removed) == 2
    assert os.listdir(shared.workspace.artifacts.uri) == []
    assert Client().list_artifacts() == []


@pytest.mark.parametrize("by", ["delete", "prune"])
def test_what_a_run_reuses_while_it_is_deleted_stays(
    by: str, recorder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder.begin("first")
    load = recorder.value("first", "load", output=[1, 2])
    recorder.value("first", "fit", output="old")
    recorder.end("first")
    recorder.begin("second")
    mark_deleted = artifacts.mark_deleted

    def slowly(store: Any, ids: list[int]) -> None:
        mark_deleted(store, ids)
        if load.outputs["output"][0].id in ids:
            recorder.reuse("second", load)

    if by == "prune":
        mark_run(recorder.store, Client().get_pipeline_run("first").record, [])
    monkeypatch.setattr(artifacts, "mark_deleted", slowly)
    if by == "prune":
        gone = [one.artifact for one in pruning.prune(pruning.find_unused())]
    else:
        gone = list(delete(recorder, "first").removed)
    assert [artifact.properties["zenml_name"] for artifact in gone] == ["p::fit::output"]
    assert Client().get_pipeline_run("second").steps["load"].output.load() == [1, 2]
    assert not recorder.folder("first", "fit").exists()


def test_a_version_stays_what_it_is_when_an_older_one_goes(shared: Any) -> None:
    delete(shared, "first")
    found = Client().list_artifact_versions("p::fit::output")
    assert [view.version for view in found] == ["2"]


def test_what_a_later_run_only_read_stays(recorder: Any) -> None:
    recorder.begin("maker", "a")
    made = recorder.value("maker", "load", output=1).outputs["output"]
    recorder.end("maker")
    recorder.begin("reader", "b")
    recorder.value("reader", "show", {"X": made})
    recorder.end("reader")
    assert delete(recorder, "maker").removed == []
    assert Client().get_pipeline_run("reader").steps["show"].inputs["X"].load() == 1


def test_the_name_of_a_deleted_run_is_never_used_again(shared: Any) -> None:
    delete(shared, "first")
    with pytest.raises(AlreadyExistsException, match="'first' was deleted, and names are never"):
        shared.begin("first")


def test_a_running_run_is_not_deleted(recorder: Any) -> None:
    recorder.begin("now")
    with pytest.raises(RunError, match="'now' is running, and cannot be deleted"):
        delete(recorder, "now")


def test_a_commit_of_a_datasource_outlives_the_run_that_read_it(recorder: Any) -> None:
    recorder.begin("read", "datasource-birds")
    data = recorder.typed("read", "data", "Examples")
    recorder.end("read")
    told = {"datasource": "birds", "commit": "c" * 40, "rows": 3, "source_mark": "m"}
    commits.record(recorder.store, made_by=[data.id], **told)
    recorder.begin("train")
    again = recorder.reuse("train", data)
    recorder.typed("train", "trainer", "Model", {"examples": again.outputs["examples"]})
    recorder.end("train")
    assert [artifact.type for artifact in delete(recorder, "train").removed] == ["Model"]
    assert delete(recorder, "read").removed == []
    assert Path(data.outputs["examples"][0].uri, "data").exists()
    assert unused(recorder) == []


def test_what_is_deployed_stays_until_a_newer_one_is(recorder: Any, tmp_path: Path) -> None:
    served = tmp_path / "serving" / "1"
    served.mkdir(parents=True)
    recorder.begin("first")
    model = recorder.typed("first", "trainer", "Model")
    other = recorder.typed("first", "statistics", "Statistics")
    inputs = {"model": model.outputs["model"]}
    recorder.typed("first", "deployer", "PushedModel", inputs, pushed_destination=str(served))
    recorder.end("first")
    gone = delete(recorder, "first")
    assert [artifact.id for artifact in gone.removed] == [other.outputs["statistics"][0].id]
    assert served.exists()
    assert unused(recorder) == []
    (tmp_path / "serving" / "2").mkdir()
    assert unused(recorder) == [
        "p/first/deployer/pushedmodel/1", "p/first/trainer/model/1",
    ]  # fmt: skip
    pruning.prune(pruning.find_unused())
    assert unused(recorder) == []
    assert served.exists()
    assert not recorder.folder("first").exists()


def test_prune_finds_what_a_killed_deletion_left(shared: Any) -> None:
    run = Client().get_pipeline_run("second").record
    mark_run(shared.store, run, [])  # and there it was killed
    assert unused(shared) == ["p/second/fit/output/4"]
    pruning.prune(pruning.find_unused())
    assert unused(shared) == []
    assert Client().get_pipeline_run("first").steps["load"].output.load() == [1, 2]


def test_prune_finds_folders_that_no_record_names(shared: Any) -> None:
    half = shared.folder("first", "fit", "output", "99")
    (half / "deep").mkdir(parents=True)
    (half / "deep" / "part").write_text("x" * 10)
    log = shared.folder("first", "logs", "fit.log")
    log.parent.mkdir()
    log.write_text("printed")
    shared.begin("running")
    busy = shared.folder("running", "fit", "output", "100")
    busy.mkdir(parents=True)
    nobodys = Path(shared.workspace.artifacts.uri, "p", "nobody", "fit")
    nobodys.mkdir(parents=True)
    assert unused(shared) == ["p/first/fit/output/99", "p/nobody"]
    assert sum(one.bytes for one in pruning.find_unused()) == 10
    pruning.prune(pruning.find_unused())
    assert not half.exists()
    assert busy.exists()
    assert log.exists()
    assert [step.output.load() for step in Client().get_pipeline_run("first").steps.values()] == [
        [1, 2], "old",
    ]  # fmt: skip


def test_prune_leaves_what_came_into_use_since_it_was_listed(shared: Any) -> None:
    folder = shared.folder("second").with_name("third") / "fit"
    folder.mkdir(parents=True)
    found = pruning.find_unused()
    shared.begin("third")
    assert [one.uri for one in found] == [str(folder.parent)]
    assert pruning.prune(found) == []
    assert folder.exists()


def test_prune_refuses_while_a_metadata_store_does_not_open(shared: Any) -> None:
    shared.folder("second").with_name("third").mkdir()
    away = MySQLMetadataStore(database="ml", username="me", port=1).to_config()
    spec = PipelineSpec("p", "steps", "flows.p", "unpinned", metadata_store=away)
    write_spec(spec, Repository.get_instance().get_default_pipelines_dir())
    with pytest.raises(MetadataStoreError, match=r"^Nothing is pruned, .*me@127\.0\.0\.1:1/ml"):
        pruning.find_unused()
    assert len(Client().list_pipeline_runs()) == 2


def move_repository(recorder: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Renames the repository around a recorder; gives another recorder for where it is now."""
    old = recorder.workspace.root
    new = old.with_name("moved")
    os.rename(old, new)
    monkeypatch.chdir(new)
    return type(recorder)()


def test_prune_refuses_while_the_records_do_not_follow_a_moved_repository(
    shared: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared.begin("away", zenml_host="another machine")
    moved = move_repository(shared, monkeypatch)
    with pytest.raises(MetadataStoreError, match=r"^Nothing is pruned, .*run `zenml init` here"):
        pruning.find_unused()
    Repository.init_repo()
    assert unused(moved) == []
    assert Client().get_pipeline_run("first").steps["load"].output.load() == [1, 2]


@pytest.fixture
def outside(recorder: Any, tmp_path: Path) -> Any:
    """A recorder whose metadata store does not move with the repository."""
    path = tmp_path / "metadata" / "everybodys.db"
    Repository.init_repo(metadata_store=SQLiteMetadataStore(uri=str(path)))
    return type(recorder)()


def test_nothing_goes_that_is_recorded_in_another_folder(
    outside: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside.begin("first")
    load = outside.value("first", "load", output=[1, 2])
    outside.end("first")
    outside.begin("second")
    outside.reuse("second", load)
    outside.end("second")
    moved = move_repository(outside, monkeypatch)
    with pytest.raises(MetadataStoreError, match="first holds a run whose artifacts are recorded"):
        pruning.find_unused()
    delete(moved, "first")
    assert Path(moved.workspace.artifacts.uri, "p", "first", "load").is_dir()


def test_in_a_store_that_others_may_use_only_our_runs_are_looked_at(
    recorder: Any, tmp_path: Path
) -> None:
    store = tmp_path / "everybodys"
    (store / "theirs" / "a run" / "load" / "output" / "7").mkdir(parents=True)
    Repository.init_repo(artifact_store_path=str(store))
    assert pruning.find_unused() == []


def test_values_saved_by_hand_are_never_unused(recorder: Any) -> None:
    kept = Client().save_artifact([1], "numbers")
    left = Path(kept.uri).with_name("left")
    left.mkdir()
    assert unused(recorder) == []  # it may be somebody who is saving now
    os.utime(left, (time.time() - 7200,) * 2)
    assert unused(recorder) == [".saved/left"]
    pruning.prune(pruning.find_unused())
    assert kept.load() == [1]


def test_runs_that_tfx_made_by_itself_are_left_alone(recorder: Any) -> None:
    contexts.ensure(recorder.store, contexts.PIPELINE_RUN, "2026-01-01T00:00:00")
    recorder._runs["tfx"] = contexts.find(
        recorder.store, contexts.PIPELINE_RUN, "2026-01-01T00:00:00"
    )
    recorder._pipelines["tfx"] = "theirs"
    recorder.typed("tfx", "trainer", "Model")
    working = Path(recorder.workspace.artifacts.uri, "theirs", "split", ".system")
    working.mkdir(parents=True)
    assert unused(recorder) == []


def test_a_deleted_pipeline_leaves_its_runs_unlisted(shared: Any) -> None:
    repo = Repository.get_instance()
    folder = repo.get_default_pipelines_dir()
    files = [
        write_spec(PipelineSpec("p", "steps", "flows.p", "unpinned", enable_cache=cache), folder)
        for cache in (True, False)
    ]
    write_spec(PipelineSpec("q", "steps", "flows.q", "unpinned"), folder)
    assert sorted(deletion.delete_pipeline("p")) == sorted(files)
    assert repo.get_pipeline_names() == ["q"]
    client = Client()
    with pytest.raises(PipelineNotFoundError, match=r"no pipeline 'p'. There are: q."):
        client.get_pipeline("p")
    assert [run.unlisted for run in client.list_pipeline_runs()] == [True, True]
    assert client.get_pipeline_run("first").steps["fit"].output.load() == "old"
    with pytest.raises(PipelineNotFoundError):
        deletion.delete_pipeline("p")
    shared.begin("third")
    assert [run.name for run in client.get_pipeline("p").runs] == ["third"]


def test_prune_finds_what_a_killed_run_left(git_repo: Path, commit: Callable[..., str]) -> None:
    Repository.init_repo()
    commit({"flows.py": KILLED})
    done = subprocess.run([sys.executable, "flows.py"], capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    (stray,) = pruning.find_unused()
    assert (stray.bytes, stray.artifact) == (100, None)
    run = Client().get_pipeline_run("killed")
    assert (run.status, run.error) == ("failed", "the process that ran it is gone")
    pruning.prune([stray])
    assert not os.path.exists(stray.uri)
    assert pruning.find_unused() == []
