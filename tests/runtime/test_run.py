"""Runs of free steps, in the process."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from zenml.artifacts import store as artifact_files
from zenml.client import Client
from zenml.errors import AlreadyExistsException, PipelineError, RunError, StepRunError
from zenml.metadata import contexts
from zenml.runtime import cache, deletion, pruning
from zenml.runtime.logs import read_log
from zenml.runtime.workspace import Workspace
from zenml.spec import BackendSpec


def chain(pipelines: Any, **more: Any) -> Any:
    return pipelines.spec(
        pipelines.node("a", "one"),
        pipelines.node("b", "add", "a", by=2),
        pipelines.node("c", "both", "a", "b"),
        **more,
    )


def test_a_run_fails_where_what_it_reuses_is_deleted_before_it_says_so(
    pipelines: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = pipelines.run(chain(pipelines)).name
    find = cache.find

    def find_and_delete(store: Any, mark: str, inputs: Any, folder: str, node: str) -> Any:
        hit = find(store, mark, inputs, folder, node)
        if node == "b":
            deletion.delete_run(store, Client().get_pipeline_run(first).record)
        return hit

    with monkeypatch.context() as patch:
        patch.setattr(cache, "find", find_and_delete)
        with pytest.raises(RunError, match=r"for `a`, `b` was deleted .* Run the pipeline again"):
            pipelines.run(chain(pipelines))
    failed = pipelines.last_run()
    assert failed.state == "failed"
    states = {node: made.state for node, made in pipelines.executions(failed.name).items()}
    assert states == {"a": "failed", "b": "failed"}
    assert pipelines.run(chain(pipelines)).executed == ["a", "b", "c"]


def test_a_run_in_another_store_is_known_when_its_file_is_gone(pipelines: Any) -> None:
    away = BackendSpec("sqlite", {"uri": ".zenml/other.db"})
    spec = pipelines.spec(pipelines.node("one", "one"), metadata_store=away)
    result = pipelines.run(spec)
    Path(result.file).unlink()
    assert pruning.find_unused() == []
    assert [run.name for run in Client().list_pipeline_runs()] == [result.name]
    assert Client().get_pipeline_run(result.name).steps["one"].output.load() == 1


def test_what_a_step_gives_the_next_one_takes(pipelines: Any) -> None:
    result = pipelines.run(chain(pipelines))
    assert result.executed == ["a", "b", "c"]
    assert Path(result.nodes["c"].outputs["output"], "data.json").read_text() == "4"
    assert [line.split(" in ")[0] for line in pipelines.lines] == [
        "Step `a` has started.", "Step `a` has finished",
        "Step `b` has started.", "Step `b` has finished",
        "Step `c` has started.", "Step `c` has finished",
    ]  # fmt: skip
    assert re.fullmatch(r"Step `a` has finished in \d+\.\d{3}s\.", pipelines.lines[1])


def test_the_records_are_those_of_a_node(pipelines: Any) -> None:
    result = pipelines.run(chain(pipelines))
    found = pipelines.executions(result.name)
    b = found["b"]
    assert (b.state, b.properties["zenml_attempts"]) == ("succeeded", 1)
    assert b.properties["zenml_source"] == "mine.add"
    assert b.inputs == {"x": found["a"].outputs["output"]}
    assert b.seconds is not None
    (artifact,) = b.outputs["output"]
    assert artifact.type == "ZenMLValue"
    assert artifact.uri.endswith(f"/p/{result.name}/b/output/{b.id}")
    assert artifact.content_hash == artifact_files.digest(artifact.uri).digest
    assert artifact.properties["zenml_name"] == "p::b::output"
    assert artifact.properties["zenml_type"] == "builtins.int"
    store = Workspace.default().store()
    context = contexts.find(store, contexts.ARTIFACT, "p::b::output")
    assert [made.id for made in store.get_artifacts_by_context(context.id)] == [artifact.id]
    around = {
        (each.type, each.name) for each in store.get_contexts_by_execution(b.id)
    }  # as TFX's launcher leaves them
    assert {("pipeline", "p"), ("pipeline_run", result.name), ("node", "p.b")} <= around
    assert read_log(found["a"].properties["zenml_log"]) == "one is 1\n"


def test_nothing_changed_and_nothing_runs(pipelines: Any) -> None:
    first = pipelines.run(chain(pipelines))
    again = pipelines.run(chain(pipelines))
    assert again.executed == []
    assert pipelines.lines == [f"Using cached version of `{name}`." for name in "abc"]
    assert again.nodes["c"].outputs == first.nodes["c"].outputs
    found = pipelines.executions(again.name)
    assert {execution.state for execution in found.values()} == {"cached"}
    store = Workspace.default().store()
    context = contexts.find(store, contexts.ARTIFACT, "p::c::output")
    assert len(store.get_artifacts_by_context(context.id)) == 1


def test_a_node_says_itself_whether_it_may_be_reused(pipelines: Any) -> None:
    def spec(pipeline: bool, node: bool) -> Any:
        settings = {"enable_cache": node}
        return pipelines.spec(
            pipelines.node("a", "one"),
            pipelines.node("b", "add", "a", settings=settings),
            enable_cache=pipeline,
        )

    pipelines.run(spec(True, True))
    assert pipelines.run(spec(True, False)).executed == ["b"]
    assert pipelines.run(spec(False, True)).executed == ["a"]


def test_settings_and_edges_without_data_change_no_fingerprint(pipelines: Any) -> None:
    pipelines.run(chain(pipelines))
    settings = {"retry": {"max_retries": 2}, "on_success": "mine.succeeded"}
    again = pipelines.spec(
        pipelines.node("a", "one", settings=settings),
        pipelines.node("b", "add", "a", by=2, after=["a"]),
        pipelines.node("c", "both", "a", "b"),
    )
    assert pipelines.run(again).executed == []


def test_one_artifact_can_be_two_inputs(pipelines: Any) -> None:
    spec = pipelines.spec(pipelines.node("a", "one"), pipelines.node("b", "both", "a", "a"))
    result = pipelines.run(spec)
    b = pipelines.executions(result.name)["b"]
    assert set(b.inputs) == {"x", "y"}
    assert b.inputs["x"] == b.inputs["y"]
    assert pipelines.run(spec).executed == []


def test_a_failed_step_is_named_and_leaves_nothing(pipelines: Any) -> None:
    spec = pipelines.spec(
        pipelines.node("a", "one"), pipelines.node("b", "boom", "a"), pipelines.node("c", "one")
    )
    with pytest.raises(StepRunError) as failed:
        pipelines.run(spec)
    assert str(failed.value).startswith("Step `b` failed: ValueError: no 1\n")
    assert isinstance(failed.value.__cause__, ValueError)
    assert "mine.py" in failed.value.user_traceback
    assert pipelines.lines[-1] == "Step `b` has failed."
    run = pipelines.last_run()
    assert run.state == "failed"
    found = pipelines.executions(run.name)
    assert set(found) == {"a", "b"}
    assert found["b"].state == "failed"
    assert found["b"].properties["zenml_error"] == "Step `b` failed: ValueError: no 1"
    assert "ValueError: no 1" in read_log(found["b"].properties["zenml_log"])
    folder = Path(Workspace.default().artifacts.run_folder("p", run.name), "b", "output")
    assert not list(folder.glob("*"))


def test_a_step_that_leaves_the_program_has_failed(pipelines: Any) -> None:
    spec = pipelines.spec(pipelines.node("a", "one"), pipelines.node("b", "leaves", "a"))
    with pytest.raises(StepRunError, match=r"Step `b` failed: it called sys.exit\(4\)"):
        pipelines.run(spec)


def test_names_of_runs(pipelines: Any) -> None:
    spec = pipelines.spec(pipelines.node("a", "one"))
    pattern = r"p-\d{4}_\d\d_\d\d-\d\d_\d\d_\d\d_\d{6}"
    names = {pipelines.run(spec).name for _ in range(3)}
    assert len(names) == 3
    assert all(re.fullmatch(pattern, name) for name in names)
    assert pipelines.run(spec, name="mine").name == "mine"
    with pytest.raises(AlreadyExistsException, match="A run called 'mine' exists already"):
        pipelines.run(spec, name="mine")
    assert pipelines.executions("mine")["a"].state == "cached"
    assert re.fullmatch(r"nightly \d{4}_\d\d_\d\d", pipelines.run(spec, name="nightly {date}").name)
    with pytest.raises(PipelineError, match="A run cannot be called 'a/b'"):
        pipelines.run(spec, name="a/b")


def test_two_runs_of_one_moment_have_two_names(
    pipelines: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from zenml.runtime import run

    names = iter(["now", "now", "later"])
    monkeypatch.setattr(run, "run_name", lambda pipeline, given: next(names))
    spec = pipelines.spec(pipelines.node("a", "one"))
    assert pipelines.run(spec).name == "now"
    assert pipelines.run(spec).name == "later"


def test_a_run_of_python_steps_loads_no_tfx(pipelines: Any) -> None:
    spec = chain(pipelines)
    file = pipelines.runner(spec).file
    code = (
        "import sys\n"
        "from zenml.runtime.entry import run_file\n"
        f"run_file({file!r})\n"
        "heavy = {'tensorflow', 'tfx', 'apache_beam', 'pandas', 'numpy', 'pydantic'}\n"
        "print('LOADED', sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert "LOADED []" in done.stdout


def test_code_that_is_in_no_commit_is_recorded_with_the_run(pipelines: Any, write: Any) -> None:
    text = Path("mine.py").read_text()
    write({"mine.py": text + "# edited\n"})
    pipelines.run(chain(pipelines))
    codes = json.loads(pipelines.last_run().properties["zenml_unpinned"])
    assert sorted(codes) == ["mine.add", "mine.both", "mine.one"]


def test_what_a_step_logs_is_its_own_its_outputs_and_the_run_s(pipelines: Any, write: Any) -> None:
    text = Path("mine.py").read_text()
    logging = "from zenml import log_metadata\n    log_metadata({'by': by})\n    return x + by"
    write({"mine.py": text.replace("return x + by", logging)})
    result = pipelines.run(chain(pipelines))
    found = pipelines.executions(result.name)["b"]
    assert json.loads(found.properties["zenml_user_metadata"]) == {"by": 2}
    (artifact,) = found.outputs["output"]
    assert json.loads(artifact.properties["zenml_user_metadata"]) == {"by": 2}
    assert result.view.metadata == {"by": 2}


def test_of_two_nodes_that_do_the_same_each_has_its_own_result(pipelines: Any) -> None:
    def spec() -> Any:
        return pipelines.spec(
            pipelines.node("a", "one"),
            pipelines.node("b", "process", "a"),
            pipelines.node("c", "process", "a"),
        )

    first = pipelines.run(spec(), max_workers=2)
    assert first.executed == ["a", "b", "c"]
    again = pipelines.run(spec())
    assert again.executed == []
    assert [again.nodes[name].outputs for name in "bc"] == [
        first.nodes[name].outputs for name in "bc"
    ]
