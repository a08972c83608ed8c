"""`zenml run diff`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from zenml.cli.diff_text import print_comparison
from zenml.client.comparison import RunComparison
from zenml.client.comparison.changes import Change
from zenml.client.comparison.code import CodeReader
from zenml.client.comparison.steps import StepDifference, StepsDifference, compare_steps
from zenml.repo.git import GitRepository

Zenml = Callable[..., Any]


@pytest.fixture
def two(recorder: Any) -> Any:
    """Two runs by hand: a score that fell, a step that only the second has."""
    for name, score in (("monday", 0.75), ("tuesday", 0.5)):
        recorder.begin(name)
        recorder.value(name, "fit", score=score, _fingerprint=name)
        if name == "tuesday":
            recorder.value(name, "report", text="fine", _fingerprint="report")
        recorder.end(name)
    return recorder


def test_what_differs_comes_first_and_what_is_equal_in_a_line(two: Any, zenml: Zenml) -> None:
    answer = zenml("run", "diff", "monday", "tuesday")
    assert answer.status == 0
    lines = answer.out.splitlines()
    assert lines[0].startswith("A  monday  ")
    assert lines[1].startswith("B  tuesday  ")
    steps = lines.index("Steps")
    assert lines[steps + 1] == "  only in B: report"
    metric = " ".join(lines[lines.index("Metrics") + 1].split())
    assert metric == "fit score 0.75 -> 0.5 -0.25"
    (equal,) = [line for line in lines if line.startswith("Equal: ")]
    assert equal.startswith("Equal: steps (fit), parameters")
    assert max(map(len, lines)) <= 60


def test_steps_that_differ_alike_are_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    alike = [
        StepDifference(f"add_{n}", ("", ""), arguments=(Change("by", 1, 2),)) for n in range(500)
    ]
    other = StepDifference("last", ("", ""), arguments=(Change("by", 1, 3),))
    side = {"run": "r", "started": None, "seconds": None, "state": "succeeded"}
    print_comparison(RunComparison(side, side, StepsDifference((*alike, other))))
    lines = capsys.readouterr().out.splitlines()
    assert lines.count("    by 1 -> 2") == 1
    assert lines.index("  last") > lines.index("    by 1 -> 2")
    assert any("add_7 and 492 more" in line for line in lines)


def test_a_step_that_became_the_users_is_one_block(
    git_repo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    class OneStep:
        names = ("preprocesser",)
        nodes: Mapping[str, Any] = {}
        patches = ()

        def __init__(self, source: str, version: str) -> None:
            self._told = source, version

        def source(self, name: str) -> str:
            return self._told[0]

        def version(self, name: str) -> str:
            return self._told[1]

        def parts(self, name: str) -> None:
            return None

    own = OneStep("zenml.steps.Standard", "zenml_0.4.0")
    yours = OneStep("steps.bill.WithBill", "c" * 40)
    found = compare_steps(own, yours, CodeReader(GitRepository()))  # type: ignore[arg-type]
    side = {"run": "r", "started": None, "seconds": None, "state": "succeeded"}
    print_comparison(RunComparison(side, side, found))
    lines = capsys.readouterr().out.splitlines()
    start = lines.index("Steps")
    assert lines[start + 1 : start + 4] == [
        "  preprocesser",
        "    code not compared: A is zenml's own (zenml_0.4.0); B is yours (cccccccccccc)",
        "    source zenml.steps.Standard -> steps.bill.WithBill",
    ]


def test_as_json(two: Any, zenml: Zenml) -> None:
    found = json.loads(zenml("run", "diff", "monday", "tuesday", "--output", "json").out)
    assert found["differing"] == ["steps", "metrics"]
    assert found["steps"]["only_b"] == ["report"]
    (metric,) = found["metrics"]
    assert metric == {
        "step": "fit", "metric": "score", "slice": None, "a": 0.75, "b": 0.5, "change": -0.25
    }  # fmt: skip


def test_the_page_is_written(two: Any, zenml: Zenml) -> None:
    answer = zenml("run", "diff", "monday", "tuesday", "--html", "page.html")
    assert answer.out.endswith("Page: page.html\n")
    assert Path("page.html").read_text().startswith("<!doctype html>")
    quiet = zenml("run", "diff", "monday", "tuesday", "--html", "page.html", "--output", "json")
    json.loads(quiet.out)


def test_a_run_that_is_not_there(two: Any, zenml: Zenml) -> None:
    answer = zenml("run", "diff", "monday", "tusday")
    assert answer.status == 1
    assert "Did you mean 'tuesday'?" in answer.err
