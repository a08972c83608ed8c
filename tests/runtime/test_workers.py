"""Runs whose steps have processes of their own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.waiting import PATIENCE, is_alive, until
from zenml.errors import StepRunError
from zenml.runtime.logs import read_log
from zenml.runtime.workspace import Workspace


def value(result: Any, node: str) -> int:
    return int(Path(result.nodes[node].outputs["output"], "data.json").read_text())


def fan(pipelines: Any, function: str, **args: Any) -> Any:
    return pipelines.spec(
        pipelines.node("a", "one"),
        pipelines.node("b", function, "a", **args),
        pipelines.node("c", function, "a", **args),
        pipelines.node("d", "both", "b", "c"),
    )


def test_branches_run_at_the_same_time(pipelines: Any) -> None:
    result = pipelines.run(fan(pipelines, "waits", word="began", times=2), max_workers=2)
    assert value(result, "d") == 2
    assert pipelines.notes == ["began", "began", "ended", "ended"]
    assert pipelines.lines[2:4] == ["Step `b` has started.", "Step `c` has started."]


def test_steps_run_in_other_processes_and_leave_the_same_records(pipelines: Any) -> None:
    result = pipelines.run(fan(pipelines, "process"), max_workers=4)
    workers = {value(result, "b"), value(result, "c")}
    assert len(workers) == 2
    assert os.getpid() not in workers
    for number in workers:
        with pytest.raises(ProcessLookupError):
            os.kill(number, 0)
    found = pipelines.executions(result.name)
    assert {execution.state for execution in found.values()} == {"succeeded"}
    assert read_log(found["b"].properties["zenml_log"]) == "from a process\n"
    (artifact,) = found["b"].outputs["output"]
    assert artifact.properties["zenml_name"] == "p::b::output"
    again = pipelines.run(fan(pipelines, "process"))
    assert again.executed == []


def test_there_are_no_more_workers_than_branches(pipelines: Any) -> None:
    nodes = [pipelines.node("a", "one"), pipelines.node("b", "process", "a")]
    nodes.append(pipelines.node("c", "process", "b"))
    result = pipelines.run(pipelines.spec(*nodes), max_workers=8)
    assert value(result, "b") == value(result, "c")


def test_an_error_is_told_as_in_the_process(pipelines: Any) -> None:
    spec = pipelines.spec(pipelines.node("a", "one"), pipelines.node("b", "boom", "a"))
    errors = []
    for workers in (1, 2):
        with pytest.raises(StepRunError) as failed:
            pipelines.run(spec, max_workers=workers, name=f"r{workers}")
        errors.append(failed.value)
    one, other = errors
    assert str(one).replace("r1", "r2") == str(other)
    assert one.user_traceback == other.user_traceback
    assert isinstance(other.__cause__, ValueError)
    assert "in boom" in str(other.__cause__.__cause__)
    assert pipelines.last_run().state == "failed"


def test_a_branch_that_fails_spoils_no_other(pipelines: Any) -> None:
    spec = pipelines.spec(
        pipelines.node("a", "one"),
        pipelines.node("slow", "waits", "a", word="`bad` has failed", file="said.txt"),
        pipelines.node("bad", "boom", "a", settings={"on_failure": "mine.failed"}),
        pipelines.node("next", "add", "slow"),
    )
    with pytest.raises(StepRunError, match="Step `bad` failed"):
        pipelines.run(spec, max_workers=2)
    found = pipelines.executions(pipelines.last_run().name)
    assert {name: each.state for name, each in found.items()} == {
        "a": "succeeded", "slow": "succeeded", "bad": "failed",
    }  # fmt: skip
    assert pipelines.lines[-1].startswith("Step `slow` has finished")


def test_a_worker_that_dies_is_one_failed_step(pipelines: Any) -> None:
    spec = pipelines.spec(
        pipelines.node("a", "one"),
        pipelines.node("dead", "dies", "a", settings={"on_failure": "mine.failed"}),
        pipelines.node("well", "waits", "a", word="`dead` has failed", file="said.txt"),
        pipelines.node("next", "process", "well"),
        settings={"execution_mode": "continue"},
    )
    with pytest.raises(StepRunError) as failed:
        pipelines.run(spec, max_workers=2)
    assert "Step `dead` failed: its process ended with exit status 3" in str(failed.value)
    found = pipelines.executions(pipelines.last_run().name)
    assert found["dead"].state == "failed"
    assert found["next"].state == "succeeded"
    assert [note for note in pipelines.notes if note.startswith("failed: its process")]


def test_a_killed_worker_is_named(pipelines: Any, write: Any) -> None:
    text = Path("mine.py").read_text().replace("os._exit(3)", "os.kill(os.getpid(), 9)")
    write({"mine.py": text})
    spec = pipelines.spec(pipelines.node("a", "one"), pipelines.node("b", "dies", "a"))
    with pytest.raises(StepRunError, match="was ended by signal SIGKILL, as happens where memory"):
        pipelines.run(spec, max_workers=2)


@pytest.mark.parametrize("fork", ["os.fork()", "ctypes.CDLL(None).fork()"])
def test_a_dead_worker_is_told_though_its_child_lives(
    pipelines: Any, write: Any, fork: str
) -> None:
    """In a session of its own the child is not ended with the others."""
    lines = [
        "import ctypes, time",
        f"    if {fork} == 0:",
        "        os.setsid()",
        "        open('child', 'w').write(str(os.getpid()))",
        "        time.sleep(600)",
        "        os._exit(0)",
        "    while not (os.path.exists('child') and os.path.getsize('child')):",
        "        time.sleep(0.01)",
        "    os.kill(os.getpid(), 9)",
    ]
    write({"mine.py": Path("mine.py").read_text().replace("os._exit(3)", "\n".join(lines))})
    spec = pipelines.spec(pipelines.node("a", "one"), pipelines.node("b", "dies", "a"))
    try:
        with pytest.raises(StepRunError, match="was ended by signal SIGKILL"):
            pipelines.run(spec, max_workers=2)
        assert is_alive(int(Path("child").read_text()))
    finally:
        os.kill(int(Path("child").read_text()), signal.SIGKILL)


SCRIPT = """
import os, sys, time
from pathlib import Path
from zenml.steps import step

@step
def begin() -> int:
    return 1

@step
def wait(x: int) -> int:
    Path(f"pid-{os.getpid()}").touch()
    import subprocess
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    Path(f"pid-{child.pid}").touch()
    time.sleep(600)
    return x

@step
def me(x: int) -> str:
    return __name__

if __name__ == "__main__":
    from zenml.repo import versions
    from zenml.runtime.entry import run_spec
    from zenml.spec import NodeSpec, PipelineSpec, StepSpec

    def node(name, step, reads=""):
        version = versions.version_of(step)
        inputs = {"x": f"{reads}.output"} if reads else {}
        spec = StepSpec(version.source, version.version)
        return NodeSpec(name, "python_step", spec, inputs, {"outputs": {"output": {}}})

    last = wait if sys.argv[1:] == ["wait"] else me
    nodes = (node("a", begin), node("b", last, "a"), node("c", last, "a"))
    result = run_spec(PipelineSpec("p", "steps", "m.p", "unpinned", nodes), max_workers=2)
    print("GAVE", Path(result.nodes["b"].outputs["output"], "data.json").read_text())
"""


def test_steps_of_a_script_run_in_workers(pipelines: Any, commit: Any) -> None:
    commit({"script.py": SCRIPT})
    done = subprocess.run(
        [sys.executable, "script.py"], capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 0, done.stderr
    assert 'GAVE "script"' in done.stdout


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_stopped_run_leaves_no_process(pipelines: Any, commit: Any, number: int) -> None:
    commit({"script.py": SCRIPT})
    process = subprocess.Popen(
        [sys.executable, "script.py", "wait"],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        text=True,
    )
    try:
        until(lambda: len(list(Path().glob("pid-*"))) == 4)
        process.send_signal(number)
        out, err = process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
    assert process.returncode != 0
    pids = [int(path.name[4:]) for path in Path().glob("pid-*")]
    until(lambda: not any(is_alive(pid) for pid in pids))
    run = pipelines.last_run()
    assert run.state == "failed"
    states = {name: each.state for name, each in pipelines.executions(run.name).items()}
    assert states == {"a": "succeeded", "b": "failed", "c": "failed"}
    if number != signal.SIGKILL:
        again = f"Run {run.name} is recorded as failed. To go on from there: zenml pipeline resume"
        assert f"{again} {run.name}\n" in out
        assert err.rstrip().splitlines()[-1].startswith(("KeyboardInterrupt", "zenml.errors"))
        folder = Path(Workspace.default().artifacts.run_folder("p", run.name))
        assert not list(folder.glob("b/*/*"))
