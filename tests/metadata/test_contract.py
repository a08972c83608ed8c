"""What every metadata store keeps: runs, executions, artifacts, commits."""

from __future__ import annotations

import multiprocessing
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ml_metadata.proto import metadata_store_pb2

from tests.waiting import PATIENCE
from zenml.errors import AlreadyExistsException, MetadataStoreError
from zenml.metadata import (
    MetadataStore,
    artifacts,
    commits,
    contexts,
    events,
    executions,
    metadata_store_from_config,
    runs,
)
from zenml.metadata.artifacts import Artifact
from zenml.metadata.executions import Execution
from zenml.metadata.publisher import Publisher

STATES = metadata_store_pb2.Execution


@pytest.fixture
def store(config: MetadataStore) -> Any:
    return config.open()


def begin(store: Any, name: str = "r1", pipeline: str = "p") -> Any:
    return runs.start(store, name=name, pipeline=pipeline, file=f"pipelines/{pipeline}.yaml")


def make_artifact(store: Any, uri: str = "/data/1", **properties: Any) -> Artifact:
    type_id = store.put_artifact_type(metadata_store_pb2.ArtifactType(name="Examples"))
    proto = metadata_store_pb2.Artifact(
        type_id=type_id, uri=uri, state=metadata_store_pb2.Artifact.LIVE
    )
    contexts.set_values(proto.custom_properties, properties)
    (number,) = store.put_artifacts([proto])
    return artifacts.by_id(store, [number])[number]


def execute(
    store: Any,
    run: Any,
    node: str,
    *,
    state: int = STATES.COMPLETE,
    fingerprint: str = "f",
    inputs: dict[str, list[Artifact]] | None = None,
    outputs: dict[str, list[Artifact]] | None = None,
) -> int:
    """Records an execution as TFX's launcher does."""
    kind = metadata_store_pb2.ExecutionType(name=f"components.{node}")
    kind.properties["step"] = metadata_store_pb2.STRING
    execution = metadata_store_pb2.Execution(
        type_id=store.put_execution_type(kind), last_known_state=state
    )
    execution.properties["step"].string_value = "{}"
    contexts.set_values(execution.custom_properties, {executions.NODE: node})
    pairs = [
        *events.events_of(events.INPUT, inputs or {}),
        *events.events_of(events.OUTPUT, outputs or {}),
    ]
    around = [run, contexts.ensure(store, contexts.FINGERPRINT, fingerprint)]
    return int(store.put_execution(execution, pairs, around)[0])


def nodes_of(store: Any, name: str = "r1") -> dict[str, Execution]:
    (run,) = [run for run in runs.list_runs(store) if run.name == name]
    return {execution.node: execution for execution in runs.nodes(store, run)}


def test_a_new_store_is_empty(store: Any) -> None:
    assert runs.list_runs(store) == []
    assert commits.list_commits(store) == []
    assert executions.candidates(store, "f") == []


def test_a_run_is_seen_while_it_runs_and_after(store: Any, make_store: Callable[[], Any]) -> None:
    context = begin(store)
    (run,) = runs.list_runs(make_store().open())
    assert (run.name, run.pipeline, run.state) == ("r1", "p", "running")
    assert (run.file, run.seconds, run.error) == ("pipelines/p.yaml", None, "")
    runs.finish(store, context, runs.SUCCEEDED)
    (run,) = runs.list_runs(make_store().open())
    assert run.state == "succeeded"
    assert run.seconds is not None
    assert 0 <= run.seconds < 60


def test_runs_are_listed_newest_first_and_by_pipeline(store: Any) -> None:
    for number, pipeline in enumerate(["p", "q", "p"]):
        runs.finish(store, begin(store, f"r{number}", pipeline), runs.SUCCEEDED)
    assert [run.name for run in runs.list_runs(store)] == ["r2", "r1", "r0"]
    assert [run.name for run in runs.list_runs(store, "p")] == ["r2", "r0"]
    assert runs.list_runs(store, "nothing") == []


def test_the_name_of_a_run_is_used_once(store: Any) -> None:
    runs.finish(store, begin(store), runs.SUCCEEDED)
    with pytest.raises(AlreadyExistsException, match="A run called 'r1' exists already"):
        begin(store)
    (run,) = runs.list_runs(store)
    assert run.state == "succeeded"


def test_a_failed_run_says_why_and_fails_what_still_ran(store: Any) -> None:
    context = begin(store)
    execute(store, context, "split")
    execute(store, context, "trainer", state=STATES.RUNNING)
    runs.finish(store, context, runs.FAILED, "Step `trainer` failed: no rows 🐧")
    (run,) = runs.list_runs(store)
    assert (run.state, run.error) == ("failed", "Step `trainer` failed: no rows 🐧")
    nodes = nodes_of(store)
    assert {name: node.state for name, node in nodes.items()} == {
        "split": "succeeded",
        "trainer": "failed",
    }
    assert nodes["trainer"].properties[executions.ERROR].startswith("Step `trainer` failed")
    assert executions.candidates(store, "f") == [nodes["split"]]


def test_a_long_error_is_kept(store: Any) -> None:
    text = "Zeile ä\n" * 2000
    runs.finish(store, begin(store), runs.FAILED, text)
    assert runs.list_runs(store)[0].error == text


def set_values(store: Any, context: Any, **values: Any) -> None:
    contexts.set_properties(store, context, {f"zenml_{k}": v for k, v in values.items()})


def gone_process() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_a_run_whose_process_is_gone_is_marked_failed(store: Any) -> None:
    context = begin(store)
    execute(store, context, "trainer", state=STATES.RUNNING)
    set_values(store, context, pid=gone_process())
    (run,) = runs.list_runs(store)
    assert (run.state, run.error) == ("failed", "the process that ran it is gone")
    assert run.ended is not None
    assert nodes_of(store)["trainer"].state == "failed"


def test_a_run_of_another_process_that_has_the_same_number_is_gone_too(store: Any) -> None:
    context = begin(store)
    set_values(store, context, pid=os.getppid(), process="another one")
    assert runs.list_runs(store)[0].state == "failed"


def test_a_run_on_another_machine_is_left_alone(store: Any) -> None:
    context = begin(store)
    set_values(store, context, pid=gone_process(), host=f"not-{socket.gethostname()}")
    assert runs.list_runs(store)[0].state == "running"


def test_a_run_that_ended_well_after_it_was_read_stays_so(store: Any) -> None:
    context = begin(store)
    set_values(store, context, pid=gone_process())
    (read_before,) = store.get_contexts_by_type(contexts.PIPELINE_RUN)
    runs.finish(store, context, runs.SUCCEEDED)
    assert runs.read(store, read_before).state == "succeeded"
    assert runs.list_runs(store)[0].state == "succeeded"


def test_a_run_that_another_process_resumed_after_it_was_read_runs_on(store: Any) -> None:
    context = begin(store)
    set_values(store, context, pid=gone_process())
    (read_before,) = store.get_contexts_by_type(contexts.PIPELINE_RUN)
    runs.reopen(store, context)
    assert runs.read(store, read_before).state == "running"


def test_a_run_in_a_container_with_the_same_name_is_left_alone(store: Any) -> None:
    context = begin(store)
    set_values(store, context, pid=gone_process(), pid_namespace="pid:[1]")
    assert runs.list_runs(store)[0].state == "running"


@pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="only Linux tells")
def test_a_process_that_ended_and_that_nobody_waited_for_is_gone(store: Any) -> None:
    context = begin(store)
    process = subprocess.Popen([sys.executable, "-c", ""], stdout=subprocess.PIPE)
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    began = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[19]
    set_values(store, context, pid=process.pid, process=began)
    assert runs.list_runs(store)[0].state == "failed"
    process.communicate()


def test_an_execution_keeps_its_inputs_and_outputs_in_order(store: Any) -> None:
    context = begin(store)
    one, two, three, four = (make_artifact(store, f"/data/{n}") for n in range(4))
    number = execute(
        store, context, "split", inputs={"b": [two, one], "a": [four]}, outputs={"out": [three]}
    )
    executions.annotate(
        store, number, {executions.SECONDS: 1.5, "rows": 3, "note": "é", "no": None}
    )
    found = nodes_of(store)["split"]
    assert [artifact.uri for artifact in found.inputs["b"]] == ["/data/1", "/data/0"]
    assert found.inputs["a"] == [four]
    assert found.outputs == {"out": [three]}
    assert (found.seconds, found.ok, found.state) == (1.5, True, "succeeded")
    assert (found.properties["rows"], found.properties["note"]) == (3, "é")
    assert "no" not in found.properties


def test_candidates_are_the_good_ones_newest_first(store: Any) -> None:
    context = begin(store)
    good = [execute(store, context, f"n{n}") for n in range(3)]
    execute(store, context, "failed", state=STATES.FAILED)
    execute(store, context, "running", state=STATES.RUNNING)
    execute(store, context, "other", fingerprint="g")
    assert [found.id for found in executions.candidates(store, "f")] == good[::-1]
    assert executions.candidates(store, "nothing") == []


def test_a_reused_result_is_published_with_the_same_artifacts(store: Any) -> None:
    first = begin(store)
    data, model = make_artifact(store, "/data"), make_artifact(store, "/model", content_hash="ab")
    number = execute(store, first, "trainer", inputs={"x": [data]}, outputs={"model": [model]})
    (original,) = executions.candidates(store, "f")
    second = begin(store, "r2")
    values = {executions.NODE: "trainer", executions.SECONDS: 0.0}
    published = Publisher(store, "p", second).cached(original, "trainer", {"x": [data]}, values)
    found = nodes_of(store, "r2")["trainer"]
    assert found == published
    assert (found.state, found.ok, found.id != number) == ("cached", True, True)
    assert found.outputs == {"model": [model]}
    assert found.inputs == {"x": [data]}
    assert found.outputs["model"][0].content_hash == "ab"
    assert found.properties["step"] == "{}"
    assert [c.id for c in executions.candidates(store, "f")] == [number]
    around = {(c.type, c.name) for c in store.get_contexts_by_execution(found.id)}
    assert around == {("pipeline", "p"), ("pipeline_run", "r2"), ("node", "p.trainer")}
    kept = {c.name for c in store.get_contexts_by_artifact(model.id)}
    assert {"p", "r2", "p.trainer"} <= kept
    (old, new) = store.get_executions_by_id([number, found.id])
    assert (old.type_id, new.last_known_state) == (new.type_id, STATES.CACHED)


def test_artifacts_can_be_annotated_and_marked_deleted(store: Any) -> None:
    one, two = make_artifact(store, "/1"), make_artifact(store, "/2", rows=3)
    artifacts.annotate(
        store, {one.id: {"content_hash": "ab", "zenml_bytes": 10}, two.id: {"x": 1.5}}
    )
    artifacts.mark_deleted(store, [two.id])
    artifacts.annotate(store, {})
    artifacts.mark_deleted(store, [])
    found = artifacts.by_id(store, [two.id, one.id, one.id])
    assert (found[one.id].content_hash, found[one.id].live) == ("ab", True)
    assert found[one.id].properties["zenml_bytes"] == 10
    assert (found[two.id].live, found[two.id].properties) == (False, {"rows": 3, "x": 1.5})
    assert artifacts.by_id(store, []) == {}


def test_many_executions_are_read(store: Any) -> None:
    context = begin(store)
    made = [make_artifact(store, f"/{n}") for n in range(40)]
    for number, artifact in enumerate(made):
        execute(store, context, f"n{number}", outputs={"out": [artifact]})
    nodes = nodes_of(store)
    assert [node.outputs["out"][0].uri for node in nodes.values()] == [a.uri for a in made]


def test_commits_are_listed_oldest_first_and_once_each(store: Any) -> None:
    context = begin(store)
    number = execute(store, context, "data", outputs={"examples": [make_artifact(store)]})
    for commit, mark in [("aa" * 20, "m1"), ("bb" * 20, "m2"), ("aa" * 20, "m3")]:
        commits.record(
            store, datasource="d", commit=commit, rows=3, source_mark=mark, made_by=[number]
        )
    commits.record(
        store, datasource="e", commit="aa" * 20, rows=1, source_mark="m", made_by=[number]
    )
    found = commits.list_commits(store, "d")
    assert [commit.id[:2] for commit in found] == ["bb", "aa"]
    assert found[1].source_marks == {"m1", "m3"}
    assert found[1].rows == 3
    assert [c.datasource for c in commits.list_commits(store)] == ["d", "d", "e"]
    (made,) = commits.executions_of(store, found[0]).values()
    assert (made.node, made.id) == ("data", number)


def test_text_of_every_alphabet_comes_back(store: Any) -> None:
    name = "Πιγκουίνος 鱼 🐧 'quoted' \"twice\" \\ %s"
    runs.finish(store, begin(store, name, pipeline=name), runs.SUCCEEDED)
    (run,) = runs.list_runs(store, name)
    assert (run.name, run.pipeline) == (name, name)


def test_names_that_differ_in_case_are_two(store: Any) -> None:
    begin(store, "Run")
    begin(store, "run")
    assert {run.name for run in runs.list_runs(store)} == {"Run", "run"}


def test_the_config_makes_the_same_store_again(store: Any, config: MetadataStore) -> None:
    begin(store)
    again = metadata_store_from_config(config.to_config())
    assert type(again) is type(config)
    assert again.arguments == config.arguments
    assert [run.name for run in runs.list_runs(again.open())] == ["r1"]


def test_the_store_is_opened_once(config: MetadataStore) -> None:
    assert config.open() is config.open()


def _open_and_write(make: Callable[[], Any], name: str, barrier: Any, results: Any) -> None:
    barrier.wait()
    try:
        store = make().open()
        for turn in range(5):
            contexts.ensure(store, contexts.FINGERPRINT, f"shared{turn}")
            contexts.ensure(store, f"kind{turn}", "one")
        runs.finish(store, begin(store, name), runs.SUCCEEDED)
        results.put("")
    except Exception as exc:  # noqa: BLE001 - told to the test
        results.put(f"{type(exc).__name__}: {exc}")


def test_processes_that_open_a_new_database_at_once_all_can(
    make_store: Callable[[], MetadataStore],
) -> None:
    context = multiprocessing.get_context("fork")
    barrier, results = context.Barrier(3), context.Queue()
    processes = [
        context.Process(target=_open_and_write, args=(make_store, f"r{n}", barrier, results))
        for n in range(3)
    ]
    for process in processes:
        process.start()
    errors = [results.get(timeout=PATIENCE) for _ in processes]
    for process in processes:
        process.join()
    assert errors == [""] * 3
    assert {run.name for run in runs.list_runs(make_store().open())} == {"r0", "r1", "r2"}


def test_an_unknown_type_of_store_is_named() -> None:
    from zenml.spec import BackendSpec

    with pytest.raises(
        MetadataStoreError, match="no metadata store 'oracle'; there are mysql, sqlite"
    ):
        metadata_store_from_config(BackendSpec("oracle"))
