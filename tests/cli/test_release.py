"""`zenml release`."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from zenml.client import Client
from zenml.repo import Repository

SCRIPT = """
from zenml import pipeline, step

@step
def mass() -> float:
    return 4.2

@pipeline
def penguins():
    mass()

if __name__ == "__main__":
    penguins.with_options(run_name="monday")()
"""


@pytest.fixture
def ran(git_repo: Path, commit: Callable[..., str]) -> str:
    """The sha of the commit that the pipeline ran at."""
    Repository.init_repo()
    sha = commit({"flow.py": SCRIPT})
    subprocess.run([sys.executable, "flow.py"], check=True, capture_output=True)
    return sha


def test_from_a_run_to_a_folder(
    ran: str, zenml: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    assert zenml("release", "list").out == "There is no release here.\n"
    answer = zenml("release", "create", "1.0", "mon")
    assert answer == (
        0,
        f"Made the tag zenml/1.0 at commit {ran[:12]}, of run monday.\n"
        "Artifacts: 1 ZenMLValue.\n"
        "To share it: git push REMOTE zenml/1.0\n",
        "",
    )
    assert "1.0       penguins   monday" in zenml("release", "list").out
    (row,) = json.loads(zenml("release", "list", "--output", "json").out)
    assert (row["commit"], row["metrics"]) == (ran, {"mass": {"output": 4.2}})

    answer = zenml("release", "verify", "1.0")
    assert answer == (0, "Release 1.0: 6 things were checked, and all are as released.\n", "")
    folder = tmp_path / "out"
    answer = zenml("release", "export", "1.0", str(folder))
    how = f"{folder / 'README.md'} says how to use it"
    assert answer.out == f"Wrote release 1.0 into {folder}; {how}.\n"
    answer = zenml("release", "export", "1.0", str(folder))
    assert (answer.status, answer.out) == (1, "")
    assert "is not empty" in answer.err


def test_the_exit_status_says_whether_it_is_as_released(ran: str, zenml: Any) -> None:
    zenml("release", "create", "1.0", "monday")
    uri = Client().get_pipeline_run("monday").steps["mass"].output.uri
    Path(uri, "data.json").write_text("4.3")
    answer = zenml("release", "verify", "1.0")
    assert answer.status == 1
    assert answer.out == (
        f"differs  artifact mass.output: the content of {uri} is not what was released\n"
    )
    said = (
        "Error: Release 1.0 is not as it was made: of 6 things that were checked, missing or "
        "different are 1.\n"
    )
    assert answer.err == said
    answer = zenml("release", "verify", "1.0", "--output", "json")
    assert (answer.status, answer.err) == (1, said)
    told = json.loads(answer.out)
    assert (told["ok"], told["checks"][-1]["state"]) == (False, "differs")
    assert {check["state"] for check in told["checks"][:-1]} == {"ok"}


def test_what_cannot_be(ran: str, zenml: Any) -> None:
    assert "There is no run 'no'" in zenml("release", "create", "1.0", "no").err
    assert "There is no release '1.0' here" in zenml("release", "verify", "1.0").err
    assert "There is no release '1.0' here" in zenml("release", "export", "1.0", "out").err
    assert zenml("release", "create", "1.0").status == 2
