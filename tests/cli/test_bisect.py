"""`zenml bisect`."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from zenml.repo import Repository

PIPELINE = """
from zenml.pipelines import pipeline
from zenml.steps import step

@step
def score() -> float:
    return 0.9

@pipeline
def scores():
    score()

if __name__ == "__main__":
    scores()
"""


@pytest.fixture
def shas(commit: Callable[..., str]) -> list[str]:
    """A pipeline that got worse in the third of four commits, and ran."""
    Repository.init_repo()
    found = [
        commit({"scores.py": PIPELINE}, "First"),
        commit({"scores.py": "import nowhere"}, "Broken"),
        commit({"scores.py": PIPELINE.replace("0.9", "0.95"), "notes.txt": "better"}, "Better"),
        commit({"scores.py": PIPELINE.replace("0.9", "0.4"), "notes.txt": "worse"}, "Worse"),
        commit({"notes.txt": "the same"}, "The same"),
    ]
    subprocess.run([sys.executable, "scores.py"], check=True, capture_output=True)
    return found


def test_what_is_printed(shas: list[str], zenml: Callable[..., Any]) -> None:
    answer = zenml("bisect", "scores", "--metric", "score", "--good", shas[0], "--drop", "0.1")
    assert answer.status == 0, answer.err
    lines = answer.out.splitlines()
    assert lines[0] == f"{shas[0][:12]}  good     0.9        ran score"
    assert lines[1] == f"{shas[4][:12]}  bad      0.4        known from an earlier run"
    assert f"{shas[2][:12]}  good     0.95       ran score" in lines
    assert f"{shas[3][:12]}  bad      0.4        the same code as {shas[4][:12]}" in lines
    assert "Ada: Worse\nmoved score of step `score` from 0.95 to 0.4.\n" in answer.out
    assert "The limit was 0.8. " in answer.out
    assert "steps that really ran: 2 (score 2)." in answer.out
    assert "besides the pipeline's code: notes.txt" in answer.out
    assert answer.out.index("-    return 0.95") < answer.out.index("-better")


def test_data(shas: list[str], zenml: Callable[..., Any]) -> None:
    words = ("bisect", "scores", "--metric", "score", "--bad", shas[3], "--threshold", "0.92")
    refused = zenml(*words, "--good", shas[0])
    assert refused.status == 1
    assert "the limit 0.92 does not part them" in refused.err
    answer = zenml(*words, "--good", shas[2], "--output", "json")
    told = json.loads(answer.out)
    assert told["commit"]["sha"] == shas[3]
    assert (told["good"], told["bad"]) == (
        {"sha": shas[2], "value": 0.95},
        {"sha": shas[3], "value": 0.4},
    )
    assert told["files"] == ["scores.py"]
    assert told["other_files"] == ["notes.txt"]
    assert told["executed"] == {"score": 1}
    assert [trial["verdict"] for trial in told["trials"]] == ["good", "bad"]
    assert shas[2][:12] in answer.err


def test_commits_that_do_not_run(shas: list[str], zenml: Callable[..., Any]) -> None:
    words = ("bisect", "scores", "--metric", "score", "--good", shas[0], "--bad", shas[2])
    answer = zenml(*words, "--lower-is-better")
    assert answer.status == 0, answer.err
    assert f"{shas[1][:12]}  skipped  -          scores.scores: importing its module" in answer.out
    assert "One of these 2 commits moved score" in answer.out
    assert answer.out.count("Ada: ") == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--threshold", "1", "--drop", "1"), "Take either --threshold or --drop."),
        (("--slice", "island"), "write it as COLUMN=VALUE"),
        (("--drop", "-1"), "is not in the range"),
    ],
)
def test_wrong_calls(
    git_repo: Any, zenml: Callable[..., Any], words: tuple[str, ...], said: str
) -> None:
    answer = zenml("bisect", "scores", "--metric", "score", "--good", "v1", *words)
    assert answer.status == 2
    assert said in answer.err
