"""A repository with runs of a pipeline of functions, to be released."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from zenml.client import Client
from zenml.runtime import release as releases
from zenml.runtime.release import Release

SCRIPT = """
import dataclasses
import sys

import numpy as np
import pandas as pd
from kinds.odd import Odd
from sklearn.linear_model import LogisticRegression

from zenml import pipeline, step
from zenml.steps import Output


@dataclasses.dataclass
class Limits:
    low: int


@step
def load() -> Output(X=np.ndarray, table=pd.DataFrame, notes=dict, limits=Limits, odd=Odd):
    X = np.arange(40.0).reshape(20, 2)
    table = pd.DataFrame({"bill": [39.1, 40.3], "island": ["Biscoe", None]})
    return X, table, {"\\u00e9": [1, None]}, Limits(3), Odd()


@step
def fit(X: np.ndarray, c: float = 1.0) -> LogisticRegression:
    return LogisticRegression(C=c).fit(X, X[:, 0] > 20)


@step
def accuracy(model: LogisticRegression, X: np.ndarray) -> float:
    if model.C == 13:
        raise ValueError("thirteen")
    return float(model.score(X, X[:, 0] > 20))


@pipeline
def penguins(c: float = 1.0):
    X, *_ = load()
    accuracy(fit(X, c=c), X)


if __name__ == "__main__":
    penguins.with_options(run_name=sys.argv[1])(float(sys.argv[2]))
"""
ODD = """
class Odd:
    def __reduce__(self):
        return Odd, ()
"""
WHO = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"]


class Place:
    """The repository: what tests do in it."""

    script = SCRIPT

    def __init__(self, root: Path) -> None:
        self.root = root

    def run(self, name: str, c: float = 1.0) -> int:
        words = [sys.executable, "flow.py", name, str(c)]
        return subprocess.run(words, cwd=self.root, capture_output=True).returncode

    def git(self, *words: str) -> str:
        call = ["git", *WHO, *words]
        done = subprocess.run(call, cwd=self.root, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def commit(self, file: str, text: str, message: str = "Change") -> str:
        (self.root / file).write_text(text)
        self.git("add", file)
        self.git("commit", "--quiet", "--message", message)
        return self.git("rev-parse", "HEAD")

    def snapshot(self) -> dict[str, Any]:
        """Every file but zenml's own: when it was written, and what it holds."""
        return {
            str(path.relative_to(self.root)): (path.lstat().st_mtime_ns, path.read_bytes())
            for path in sorted(self.root.rglob("*"))
            if path.is_file() and ".zenml" not in path.parts
        }

    def create(self, name: str, run: str = "good") -> Release:
        view = Client().get_pipeline_run(run)
        made: Release = releases.create(name, view.store, view.record)
        return made

    def uri(self, step: str, output: str = "output", run: str = "good") -> Path:
        return Path(Client().get_pipeline_run(run).steps[step].outputs[output].uri)


@pytest.fixture(scope="session")
def _released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository with two runs."""
    root = tmp_path_factory.mktemp("release").resolve() / "repository"
    root.mkdir()
    place = Place(root)
    place.git("init", "--quiet", "--initial-branch=main")
    subprocess.run([sys.executable, "-m", "zenml", "init"], cwd=root, check=True)
    (root / "kinds").mkdir()
    place.commit("kinds/odd.py", ODD, "Kinds")
    place.commit("flow.py", SCRIPT, "Penguins")
    assert place.run("good") == 0
    assert place.run("bad", 13) != 0
    return root


@pytest.fixture
def place(
    _released: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Place:
    """A copy of the repository with its two runs; the current folder is its root."""
    root = tmp_path_factory.mktemp("copy").resolve() / "repository"
    shutil.copytree(_released, root, symlinks=True)
    monkeypatch.chdir(root)
    return Place(root)
