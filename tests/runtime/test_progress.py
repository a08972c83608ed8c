"""What a run says while it runs."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from zenml.client import Client
from zenml.repo import Repository
from zenml.runtime.progress import Progress
from zenml.runtime.result import GIVEN, KEPT, NodeResult, RunResult
from zenml.runtime.step_lines import StepLines

FIRST = "Run p-1 of pipeline p (pipelines/training_p_0123456789abcdef.yaml): [bold] is text"


def told(terminal: bool, width: int = 60) -> tuple[Progress, io.StringIO]:
    out = io.StringIO()
    console = Console(
        file=out, force_terminal=terminal, width=width, soft_wrap=True, highlight=False
    )
    return Progress(console), out


def a_run(progress: Progress) -> None:
    progress.say(FIRST)
    progress.begin(["split", "preprocesser"])
    progress.end("split", "cached", 0.01)
    progress.start("preprocesser")
    progress.end("preprocesser", "succeeded", 123.456)
    progress.start("trainer")
    progress.end("trainer", "failed", 1.0)


def test_where_there_is_no_terminal_lines_are_plain() -> None:
    progress, out = told(terminal=False)
    a_run(progress)
    assert out.getvalue().splitlines() == [
        FIRST,
        "split         cached    0.0 s",
        "preprocesser  done    123.5 s",
        "trainer       failed    1.0 s",
    ]


def test_a_model_that_was_there_is_given() -> None:
    for terminal in (False, True):
        progress, out = told(terminal)
        progress.begin(["model", "inferrer"])
        progress.end("model", GIVEN, 0.1)
        assert "model     given     0.1 s" in out.getvalue()


@pytest.mark.parametrize(
    ("states", "want"),
    [
        (["cached", "cached"], "0 steps ran, 2 cached."),
        (["cached", "succeeded"], "1 step ran, 1 cached."),
        (["cached", GIVEN, "succeeded", "succeeded"], "2 steps ran, 1 cached, 1 given."),
        ([KEPT, KEPT, "succeeded", GIVEN], "1 step ran, 0 cached, 2 kept, 1 given."),
    ],
)
def test_the_last_line_counts_what_each_node_did(states: list[str], want: str) -> None:
    progress, out = told(terminal=False)
    nodes = {str(i): NodeResult(str(i), state, 0.1) for i, state in enumerate(states)}
    progress.closed(RunResult("p-1", "p", "p.yaml", 2.0, nodes), "artifacts")
    assert out.getvalue() == f"Run p-1 succeeded in 2.0 s: {want}\nArtifacts: artifacts\n"


def test_on_a_terminal_states_are_marked() -> None:
    progress, out = told(terminal=True)
    a_run(progress)
    text = out.getvalue()
    for mark in ("✓", "↺", "✗", "preprocesser ..."):
        assert mark in text
    assert "[green]" not in text
    assert "[bold] is text" in text


def test_the_cursor_is_given_back_when_a_run_is_stopped() -> None:
    progress, out = told(terminal=True)
    progress.start("trainer")
    progress.stop()
    progress.stop()
    assert out.getvalue().rindex("\x1b[?25h") > out.getvalue().rindex("\x1b[?25l")


def test_a_run_that_is_stopped_names_the_steps_that_were_at_work() -> None:
    progress, out = told(terminal=False)
    a_run(progress)
    progress.start("evaluator")
    before = len(out.getvalue())
    progress.stopped("p-1", can_resume=False)
    evaluator, end = out.getvalue()[before:].splitlines()
    assert evaluator.split()[:2] == ["evaluator", "stopped"]
    assert end == "Run p-1 is recorded as failed."


def test_so_does_a_run_of_free_steps() -> None:
    out = io.StringIO()
    lines = StepLines(Console(file=out, soft_wrap=True))
    lines.start("load")
    lines.end("load", "succeeded", 1.0)
    lines.start("fit")
    lines.stopped("p-1", can_resume=False)
    *_, fit, end = out.getvalue().splitlines()
    assert fit.startswith("Step `fit` was stopped after ")
    assert end == "Run p-1 is recorded as failed."


def test_a_long_line_is_not_cut() -> None:
    progress, out = told(terminal=False, width=20)
    progress.say("x" * 50 + " " + "y" * 50)
    assert out.getvalue() == "x" * 50 + " " + "y" * 50 + "\n"


def test_by_default_it_speaks_to_standard_output(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    progress = Progress()
    assert progress.console.file is sys.stdout
    progress.say("Artifacts: a/path/that/is/rather/long/for/twenty/columns")
    assert capsys.readouterr().out.count("\n") == 1


PROGRAM = """
import os
from zenml import pipeline, step

@step
def load() -> int:
    return 1

@step
def fit(x: int) -> int:
    return x + 1

@pipeline
def p():
    fit(load())

if __name__ == "__main__":
    result = p.run()
    print("prints on")
    with open("seen.txt", "a") as file:
        file.write(f"{result.status}\\n")
"""


def test_a_run_goes_on_where_nobody_reads_what_it_says(
    git_repo: Path, commit: Callable[..., str]
) -> None:
    Repository.init_repo(str(git_repo))
    commit({".gitignore": "seen.txt\n", "program.py": PROGRAM})
    for unbuffered in ("", "1", ""):  # all but the first are cached as a whole
        environment = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
        reads, writes = os.pipe()
        os.close(reads)
        try:
            ended = subprocess.run(
                [sys.executable, "program.py"],
                stdout=writes,
                stderr=subprocess.PIPE,
                text=True,
                env=environment,
            )
        finally:
            os.close(writes)
        assert (ended.returncode, ended.stderr) == (0, "")
    assert Path("seen.txt").read_text().split() == ["completed"] * 3
    assert [run.state for run in Client().list_pipeline_runs()] == ["succeeded"] * 3
