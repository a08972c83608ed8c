"""Bisecting where the modules, the history or the current folder are not the simplest."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from zenml.errors import VersionNotFoundError
from zenml.repo.repository import Repository
from zenml.runtime.bisect.entry import bisect

STEP = """
from ..numbers.quality import QUALITY
from zenml.steps import step

@step
def train() -> float:
    return QUALITY
"""
PIPELINE = """
from zenml.pipelines import pipeline
from acme.steps.training import train

@pipeline
def quality():
    train()
"""
SCRIPT = """
from acme.flows import quality

if __name__ == "__main__":
    quality()
"""


@pytest.fixture
def shas(
    git_repo: Path, commit: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """A namespace package in `src/` of a sub-folder, with relative imports."""
    Repository.init_repo(str(git_repo))
    source = "project/src/acme"
    good = commit(
        {
            f"{source}/steps/training.py": STEP,
            f"{source}/numbers/quality.py": "QUALITY = 0.9\n",
            f"{source}/flows.py": PIPELINE,
            "project/run.py": SCRIPT,
        }
    )
    commit({"notes.txt": "1"})
    culprit = commit({f"{source}/numbers/quality.py": "QUALITY = 0.5\n"})
    commit({"notes.txt": "2"})
    monkeypatch.setenv("PYTHONPATH", str(git_repo / "project" / "src"))
    monkeypatch.setattr(sys, "path", [*sys.path, str(git_repo / "project" / "src")])
    monkeypatch.chdir(git_repo / "project")
    subprocess.run([sys.executable, "run.py"], check=True, capture_output=True)
    return {"good": good, "culprit": culprit}


def test_a_package_in_src_of_a_sub_folder(shas: dict[str, str]) -> None:
    found = bisect("quality", metric="train", good=shas["good"])
    assert found.commit is not None
    assert found.commit.sha == shas["culprit"]
    assert found.change is not None
    assert found.change.files == ["project/src/acme/numbers/quality.py"]
    assert found.executed == {"train": 1}


def test_a_shallow_clone_says_what_is_missing(
    shas: dict[str, str], git_repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone = tmp_path / "clone"
    source = f"file://{git_repo}"
    subprocess.run(["git", "clone", "--quiet", "--depth=2", source, str(clone)], check=True)
    Repository.init_repo(str(clone))
    monkeypatch.chdir(clone / "project")
    monkeypatch.setenv("PYTHONPATH", str(clone / "project" / "src"))
    subprocess.run([sys.executable, "run.py"], check=True, capture_output=True)
    with pytest.raises(VersionNotFoundError, match="git fetch --unshallow"):
        bisect("quality", metric="train", good=shas["good"])
