"""What a step prints while a spinner is on the terminal."""

from __future__ import annotations

import contextlib
import io
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from tests.waiting import until
from zenml.runtime.logs import capture, log_path, read_log
from zenml.runtime.progress import Progress


@pytest.fixture
def path(tmp_path: Path) -> str:
    return log_path(tmp_path / "run", "trainer")


@contextlib.contextmanager
def spinning() -> Iterator[io.TextIOWrapper]:
    """A standard output that is taken for a terminal, and the progress of a run on it."""
    screen = io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True)
    with contextlib.redirect_stdout(screen):
        progress = Progress(Console(file=screen, force_terminal=True, width=40))
        progress.start("trainer")
        yield screen
        progress.end("trainer", "succeeded", 0.4)
        assert sys.stdout is screen


def shown(terminal: io.TextIOWrapper) -> str:
    return terminal.buffer.getvalue().decode()  # type: ignore[attr-defined]


def wait_for_a_turn(terminal: io.TextIOWrapper) -> None:
    """Waits until the spinner has moved."""
    before = shown(terminal)
    until(lambda: shown(terminal) != before)


def test_what_a_step_prints_takes_the_spinner_off(path) -> None:
    with spinning() as screen:
        with capture(path):
            wait_for_a_turn(screen)
            print("epoch 1")
            spun = shown(screen)
            time.sleep(0.2)  # in which a spinner that goes on would be seen
            print("epoch 2")
        assert shown(screen) == f"{spun}epoch 2\n"
    assert "trainer ..." in spun
    assert read_log(path) == "epoch 1\nepoch 2\n"


def test_the_spinner_of_a_silent_step_goes_on(path) -> None:
    with spinning() as screen, capture(path):
        wait_for_a_turn(screen)
    assert read_log(path) == ""
    assert "trainer  done" in shown(screen)


def test_a_redirection_of_the_steps_own_outlives_the_spinner(path) -> None:
    mine = io.StringIO()
    with spinning(), capture(path):
        with contextlib.redirect_stdout(mine):
            print("mine")
            print("careful", file=sys.stderr)
            print("still mine")
        print("kept")
    assert mine.getvalue() == "mine\nstill mine\n"
    assert read_log(path) == "careful\nkept\n"
