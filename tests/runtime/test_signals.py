"""A run that is stopped: what a step or a library makes of Ctrl-C."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import time
import weakref
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from zenml.client import Client
from zenml.errors import RunInterruptedError
from zenml.repo import Repository
from zenml.runtime.signals import Terminated, raise_stop, stoppable

# What a step does with a signal that comes while it works.
STEPS = """\
import os
import signal
import time

from zenml.pipelines import pipeline
from zenml.steps import step

# A service that runs tests may have been told to ignore it.
signal.signal(signal.SIGINT, signal.default_int_handler)


def work(number):
    with open("attempts.txt", "a") as file:
        file.write("x")
    os.kill(os.getpid(), number)
    time.sleep(60)


@step(enable_cache=False, retry={"max_retries": 2, "delay": 0})
def in_a_library(number: int) -> int:
    try:
        work(number)
    except BaseException as exc:
        raise RuntimeError(f"{type(exc).__name__} [while running 'Analyze']") from exc


@step(enable_cache=False)
def answered(number: int) -> int:
    try:
        work(number)
    except BaseException:
        return 1


@step(enable_cache=False, retry={"max_retries": 1, "delay": 0})
def caught(number: int) -> int:
    is_second = os.path.exists("attempts.txt")
    try:
        work(number)
    except BaseException:
        if not is_second:
            {}["while it is answered"]
    return {}["afterwards"]


@step(enable_cache=False)
def other() -> int:
    with open("other.txt", "w"):
        return 1


@step(enable_cache=False)
def fails(answer: int) -> int:
    raise ValueError("on its own")


@pipeline(execution_mode="continue")
def stopped(number: int):
    in_a_library(number)
    other()


@pipeline
def goes_on(number: int):
    answered(number)


@pipeline
def fails_itself(number: int):
    caught(number)


@pipeline
def fails_later(number: int):
    fails(answered(number))
"""


@pytest.fixture
def run(
    git_repo: Path, write: Callable[[Mapping[str, str]], None]
) -> Callable[[str, int], subprocess.CompletedProcess[str]]:
    """Runs one of the pipelines in a process of its own."""
    Repository.init_repo()
    write({"steps.py": STEPS})

    def run_it(pipeline: str, number: int) -> subprocess.CompletedProcess[str]:
        call = f"import steps; steps.{pipeline}({number})"
        return subprocess.run([sys.executable, "-c", call], capture_output=True, text=True)

    return run_it


def test_ctrl_c_that_a_library_turned_into_an_error_stops_the_run_at_once(
    run: Callable[[str, int], subprocess.CompletedProcess[str]], git_repo: Path
) -> None:
    ended = run("stopped", signal.SIGINT)
    assert ended.returncode == -signal.SIGINT
    assert ended.stderr.splitlines()[-1] == "KeyboardInterrupt"
    assert "RuntimeError" not in ended.stderr
    assert Path("attempts.txt").read_text() == "x"
    assert not Path("other.txt").exists()
    (view,) = Client().list_pipeline_runs()
    assert (view.status, view.error) == ("failed", "KeyboardInterrupt")
    assert f"Run {view.name} is recorded as failed. To go on from there" in ended.stdout


def test_so_does_sigterm(
    run: Callable[[str, int], subprocess.CompletedProcess[str]],
) -> None:
    ended = run("stopped", signal.SIGTERM)
    assert ended.returncode == 1
    last = ended.stderr.splitlines()[-1]
    assert last.startswith(f"zenml.errors.{RunInterruptedError.__name__}: The run was stopped by")
    assert Path("attempts.txt").read_text() == "x"


def test_a_step_that_answers_it_goes_on(
    run: Callable[[str, int], subprocess.CompletedProcess[str]],
) -> None:
    ended = run("goes_on", signal.SIGINT)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_step_that_fails_later_was_not_stopped(
    run: Callable[[str, int], subprocess.CompletedProcess[str]],
) -> None:
    ended = run("fails_later", signal.SIGINT)
    assert ended.returncode == 1
    assert "zenml.errors.StepRunError: Step `fails` failed: ValueError: on its own" in ended.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_step_that_answers_it_and_then_has_an_error_of_its_own_fails_with_that(
    run: Callable[[str, int], subprocess.CompletedProcess[str]], number: int
) -> None:
    ended = run("fails_itself", number)
    assert ended.returncode == 1
    assert "attempt 1 of 2 (KeyError: 'while it is answered') and is tried again" in ended.stdout
    assert "StepRunError: Step `caught` failed: KeyError: 'afterwards'" in ended.stderr
    assert Path("attempts.txt").read_text() == "xx"


@pytest.fixture
def _default_handlers() -> Iterator[None]:
    """As a script has them; a service that runs tests may ignore Ctrl-C."""
    handlers = {signal.SIGINT: signal.default_int_handler, signal.SIGTERM: signal.SIG_DFL}
    before = {number: signal.signal(number, new) for number, new in handlers.items()}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def sent(number: int) -> None:
    os.kill(os.getpid(), number)
    time.sleep(60)


@pytest.mark.usefixtures("_default_handlers")
def test_ctrl_c_is_left_to_who_looks_at_its_handler() -> None:
    with stoppable():
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.usefixtures("_default_handlers")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_handler_that_a_step_installs_stays(number: int) -> None:
    def own(number: int, frame: object) -> None:
        """Would do something."""

    with stoppable():
        signal.signal(number, own)
    assert signal.getsignal(number) is own


@pytest.mark.usefixtures("_default_handlers")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_nothing_of_a_step_that_was_stopped_is_kept(number: int) -> None:
    class Table:
        """What a step holds."""

    def stopped() -> weakref.ref[Table]:
        table = Table()
        held = weakref.ref(table)
        try:
            sent(number)
        except (KeyboardInterrupt, Terminated):
            return held
        raise AssertionError

    with stoppable():
        held = stopped()
        raise_stop(KeyError("of another step"))
    gc.collect()
    assert held() is None


@pytest.mark.tf
@pytest.mark.usefixtures("_default_handlers")
def test_what_beam_makes_of_ctrl_c_stops_a_step() -> None:
    import apache_beam as beam

    with pytest.raises(RuntimeError, match="while running") as found, beam.Pipeline() as pipeline:
        _ = pipeline | beam.Create([signal.SIGINT]) | beam.Map(sent)
    with pytest.raises(KeyboardInterrupt):
        raise_stop(found.value)
