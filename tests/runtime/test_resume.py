"""Runs that did not end well go on."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.waiting import until
from zenml.errors import RunError, RunNotFoundError, StepRunError
from zenml.metadata import contexts, runs
from zenml.runtime.resume import resume
from zenml.runtime.workspace import Workspace


def value(result: Any, node: str) -> int:
    return int(Path(result.nodes[node].outputs["output"], "data.json").read_text())


@pytest.fixture
def failed(pipelines: Any, write: Any) -> str:
    """A run whose third step fails while there is a file `broken`."""
    text = Path("mine.py").read_text()
    guard = "    if NOTES.with_name('broken').exists():\n        raise ValueError('broken')\n"
    write({"mine.py": text.replace("    return x + y\n", f"{guard}    return x + y\n")})
    write({"broken": "", ".gitignore": "notes.txt\nbroken\n"})
    pipelines.commit()
    spec = pipelines.spec(
        pipelines.node("a", "one"),
        pipelines.node("b", "add", "a"),
        pipelines.node("c", "both", "a", "b"),
        pipelines.node("d", "add", "c"),
    )
    with pytest.raises(StepRunError) as error:
        pipelines.run(spec, name="r")
    assert "zenml pipeline resume r" in str(error.value)
    return "r"


@pytest.mark.parametrize("workers", [1, 2])
def test_only_what_did_not_finish_runs(
    pipelines: Any, failed: str, workers: int, capsys: pytest.CaptureFixture[str]
) -> None:
    before = pipelines.executions(failed)
    Path("broken").unlink()
    result = resume(failed, max_workers=workers)
    assert result.name == failed
    assert result.executed == ["c", "d"]
    assert value(result, "d") == 4
    said = capsys.readouterr().out
    assert "Resuming run `r` of pipeline `p`..." in said
    assert "Step `b` had finished before." in said
    after = pipelines.executions(failed)
    assert (after["a"].id, after["b"].id) == (before["a"].id, before["b"].id)
    assert {each.state for each in after.values()} == {"succeeded"}
    run = pipelines.last_run()
    assert (run.name, run.state, run.error) == (failed, "succeeded", "")


def test_a_run_can_fail_and_go_on_more_than_once(pipelines: Any, failed: str) -> None:
    with pytest.raises(StepRunError, match="Step `c` failed: ValueError: broken"):
        resume(failed)
    assert pipelines.last_run().state == "failed"
    Path("broken").unlink()
    assert resume(failed).executed == ["c", "d"]


def test_it_goes_on_in_the_mode_that_it_began_with(pipelines: Any) -> None:
    spec = pipelines.spec(
        pipelines.node("a", "one"),
        pipelines.node("bad", "boom", "a"),
        pipelines.node("worse", "boom", "a"),
    )
    for go in (
        lambda: pipelines.run(spec, name="r", execution_mode="continue"),
        lambda: resume("r"),
    ):
        with pytest.raises(StepRunError, match="2 steps failed: `bad`, `worse`"):
            go()


def test_there_may_be_nothing_to_resume(
    pipelines: Any, failed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("broken").unlink()
    resume(failed)
    capsys.readouterr()
    again = resume(failed)
    assert again.executed == []
    assert list(again.nodes) == ["a", "b", "c", "d"]
    assert value(again, "d") == 4
    assert capsys.readouterr().out == "Run r succeeded: there is nothing to resume.\n"


def test_the_code_is_that_of_the_run(pipelines: Any, failed: str, commit: Any) -> None:
    Path("broken").unlink()
    text = Path("mine.py").read_text()
    commit({"mine.py": text.replace("return x + by", "return x + by + 1000")})
    result = resume(failed)
    assert value(result, "d") == 4


def test_a_result_that_is_gone_is_made_again(pipelines: Any, failed: str) -> None:
    Path("broken").unlink()
    (made,) = pipelines.executions(failed)["b"].outputs["output"]
    shutil.rmtree(made.uri)
    assert resume(failed).executed == ["b", "c", "d"]


def test_code_in_no_commit_must_be_what_it_was(pipelines: Any, write: Any) -> None:
    text = Path("mine.py").read_text()
    write({"mine.py": text + "# not committed\n"})
    spec = pipelines.spec(pipelines.node("a", "one"), pipelines.node("b", "boom", "a"))
    with pytest.raises(StepRunError):
        pipelines.run(spec, name="r")
    with pytest.raises(StepRunError):  # it goes on, and fails again
        resume("r")
    write({"mine.py": text.replace("raise ValueError", "raise KeyError")})
    with pytest.raises(RunError, match=r"the code of step `a` \(mine\.one\) is in no commit"):
        resume("r")


def test_a_run_that_is_running_is_left_alone(pipelines: Any, failed: str) -> None:
    store = Workspace.default().store()
    runs.reopen(store, contexts.find(store, contexts.PIPELINE_RUN, failed))
    with pytest.raises(RunError, match=r"Run r is running now \(on .*, process \d+\)"):
        resume(failed)


def test_a_run_that_is_not_there(pipelines: Any) -> None:
    with pytest.raises(RunNotFoundError, match="There is no run 'r' here"):
        resume("r")


def test_a_run_whose_file_is_gone(pipelines: Any, failed: str) -> None:
    for file in Path("pipelines").glob("*.yaml"):
        file.unlink()
    with pytest.raises(RunError, match=r"the file of its pipeline, pipelines/.*yaml, is gone"):
        resume(failed)


def test_a_killed_run_goes_on(pipelines: Any, commit: Any) -> None:
    nodes = [pipelines.node("a", "one"), pipelines.node("b", "stays", "a")]
    file = pipelines.runner(pipelines.spec(*nodes)).file
    code = f"from zenml.runtime.entry import run_file; run_file({file!r}, run_name='k')"
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.DEVNULL)
    try:
        until(lambda: pipelines.notes)
        with pytest.raises(RunError, match="Run k is running now"):
            resume("k")
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    code = "import mine, time; time.sleep = lambda seconds: None\n"
    code += "from zenml.runtime.resume import resume; print(resume('k').executed)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert "['b']" in done.stdout
    assert {each.state for each in pipelines.executions("k").values()} == {"succeeded"}
