"""What a run leaves behind when a step fails, or when it is stopped."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.waiting import PATIENCE, until

pytestmark = pytest.mark.tf


@pytest.fixture(autouse=True)
def _as_committed(folder) -> Iterator[None]:
    yield
    folder.git("checkout", "--quiet", "--", ".")


@pytest.fixture(scope="module")
def failed(folder, first):
    return folder.python("broken.py")


def first_run(folder) -> dict[str, Any]:
    """What is told of the run that failed before any other."""
    run: dict[str, Any] = folder.ask("pipeline", "get", "broken")["runs"][-1]
    return run


def test_a_failing_step_says_so_with_the_user_s_lines_first(failed) -> None:
    assert failed.status == 1
    assert failed.states["trainer"] == "failed"
    assert "evaluator" not in failed.states
    assert failed.executed == []
    lines = [line for line in failed.err.splitlines() if line.startswith("  File ")]
    assert "ours/failing.py" in lines[0]
    assert "in model_fn" in lines[0]
    assert "ours/failing.py" in lines[1]
    assert "in share" in lines[1]
    assert "return part / whole" in failed.err
    assert "ZeroDivisionError: division by zero" in failed.err
    assert "Step `trainer` failed: ZeroDivisionError" in failed.err
    assert "run the pipeline again" in failed.err


def test_the_failure_is_recorded(folder, failed) -> None:
    run = first_run(folder)
    assert run["state"] == "failed"
    assert run["seconds"] is not None
    *_, last = folder.ask("run", "get", run["run"])["steps"]
    assert (last["step"], last["state"]) == ("trainer", "failed")
    assert "in share" in folder.zenml("run", "logs", run["run"], "trainer").out


def test_the_command_line_shows_the_user_s_lines_and_no_others(folder, failed) -> None:
    file = folder.ask("run", "get", first_run(folder)["run"])["file"]
    again = folder.zenml("pipeline", "run", file)
    assert again.status == 1
    assert again.executed == []
    assert again.err.startswith("Traceback (most recent call last):")
    assert "Error: Step `trainer` failed: ZeroDivisionError: division by zero" in again.err
    assert "site-packages" not in again.err
    assert "zenml/runtime" not in again.err


def test_once_mended_the_run_goes_on_from_there(folder, failed) -> None:
    before = [run["state"] for run in folder.ask("pipeline", "get", "broken")["runs"]]
    folder.edit("ours/failing.py", "share(1, 0)", "share(1, 2)")
    mended = folder.python("broken.py")
    assert mended.status == 0, mended.err
    assert mended.executed == ["trainer", "evaluator", "deployer"]
    states = [run["state"] for run in folder.ask("pipeline", "get", "broken")["runs"]]
    assert states == ["succeeded", *before]
    assert set(before) == {"failed"}


@pytest.fixture(scope="module")
def slow(folder, first) -> Path:
    registered = folder.python("slow.py")
    assert registered.status == 0, registered.err
    return Path(registered.out.splitlines()[-1])


@pytest.mark.parametrize(
    ("number", "status", "says"),
    [
        (signal.SIGINT, 130, "Stopped"),
        (signal.SIGTERM, 130, "The run was stopped by signal SIGTERM"),
        (signal.SIGKILL, -9, ""),
    ],
    ids=["ctrl-c", "terminated", "killed"],
)
def test_a_stopped_run_is_marked_failed_and_the_store_works(
    folder, slow: Path, number: int, status: int, says: str
) -> None:
    marker = folder.path / "training-began"
    marker.unlink(missing_ok=True)
    process = folder.start("-m", "zenml", "pipeline", "run", str(slow))
    until(lambda: marker.exists() or process.poll() is not None)
    assert process.poll() is None, process.communicate()
    process.send_signal(number)
    try:
        _, err = process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
    assert process.returncode == status
    assert says in err
    assert "Traceback" not in err
    run, *_ = folder.ask("pipeline", "get", "slow")["runs"]
    assert run["state"] == "failed"
    if number != signal.SIGKILL:
        made = folder.path / ".zenml/local_store/artifacts/slow" / run["run"]
        assert not list(made.glob("trainer/model/*"))


def test_what_is_half_written_is_never_taken_for_a_result(folder, slow: Path) -> None:
    folder.edit("ours/waiting.py", "range(6000)", "range(0)")
    folder.edit("ours/waiting.py", "time.sleep(0.1)", "pass")
    (folder.path / "ours" / "waiting.py").write_text(
        (folder.path / "ours" / "waiting.py").read_text()
        + "        raise ValueError('never whole')\n"
    )
    again = folder.python("-c", "import slow; slow.build('slow', slow.Waiting(marker='m')).run()")
    assert again.status == 1
    assert again.states["trainer"] == "failed"
    assert again.states["preprocesser"] == "cached"
