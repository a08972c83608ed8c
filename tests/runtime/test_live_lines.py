"""Lines about what goes on: seen on a terminal, and in the log of the step either way."""

from __future__ import annotations

import io
import sys
import threading

import pytest

from zenml.live_lines import keeping, say_live
from zenml.runtime.logs import capture, read_log


class Terminal(io.BytesIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("terminal", [True, False])
def test_they_are_shown_to_who_watches_and_kept_in_order(tmp_path, monkeypatch, terminal):
    shown = Terminal() if terminal else io.BytesIO()
    stream = io.TextIOWrapper(shown, "utf-8")
    monkeypatch.setattr(sys, "stdout", stream)
    path = tmp_path / "logs" / "trainer.log"
    with capture(path):
        print("before")
        say_live("epoch 1/2  λ 0.5")
        print("after")
    stream.flush()
    assert read_log(path) == "before\nepoch 1/2  λ 0.5\nafter\n"
    assert ("epoch 1/2" in shown.getvalue().decode()) is terminal


@pytest.mark.parametrize("stream", [None, io.StringIO()])
def test_without_a_run_and_a_terminal_nothing_is_said(monkeypatch, stream):
    monkeypatch.setattr(sys, "stdout", stream)
    say_live("epoch 1/2")
    assert stream is None or stream.getvalue() == ""


def test_each_of_two_steps_in_two_threads_has_its_own(monkeypatch):
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    first, second, began, said = [], [], threading.Event(), threading.Event()

    def other():
        with keeping(second.append):
            began.set()
            said.wait()
            say_live("b")

    thread = threading.Thread(target=other)
    with keeping(first.append):
        thread.start()
        began.wait()
        say_live("a")
        said.set()
        thread.join()
    assert (first, second) == (["a"], ["b"])


def test_a_thread_that_a_step_starts_says_it_in_the_step(monkeypatch):
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    kept = []
    with keeping(kept.append):
        thread = threading.Thread(target=say_live, args=("epoch 1/2",))
        thread.start()
        thread.join()
    assert kept == ["epoch 1/2"]
