"""Bisecting 64 commits of which 3 touched the trainer's code: at most 4 trainings."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conftest import PROJECT, Folder

COMMITS = 64
UNRELATED = ("notes.txt", "report.py", "README.md")

DIGITS = '''
from typing import Tuple

import numpy as np
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

from training import train
from zenml.pipelines import pipeline
from zenml.steps import step


@step
def load() -> Tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Digits to train with, and digits to test with."""
    X, y = load_digits(return_X_y=True)
    a, b, c, d = train_test_split(X, y, random_state=7)
    return a, b, c, d


@step
def evaluate(X: np.ndarray, y: np.ndarray, model: LogisticRegression) -> float:
    return float(model.score(X, y))


@pipeline
def digits():
    X, X_test, y, y_test = load()
    evaluate(X_test, y_test, train(X, y))


if __name__ == "__main__":
    digits()
'''
DIGITS_TRAINER = """
import numpy as np
from sklearn.linear_model import LogisticRegression

from settings import STRENGTH
from zenml.steps import step


@step
def train(X: np.ndarray, y: np.ndarray, iterations: int = 50) -> LogisticRegression:
    print("a training")
    return LogisticRegression(C=STRENGTH, max_iter=iterations).fit(X, y)
"""
DIGITS_SETTINGS = {
    0: "STRENGTH = 1.0\n",
    14: "STRENGTH = 1.1\n",
    37: "STRENGTH = 1e-9\n",
    52: "STRENGTH = 2e-9\n",
}


def make(path: Path, files: dict[str, str], settings: str, edits: dict[int, str]) -> list[str]:
    """A repository of 64 commits; three of them edit the settings that the trainer imports."""
    folder = Folder(path)
    path.mkdir(exist_ok=True)
    folder.git("init", "--quiet", "--initial-branch=main")
    assert folder.zenml("init").status == 0
    for name, text in files.items():
        (path / name).write_text(text)
    shas = []
    for number in range(COMMITS):
        if number in edits:
            (path / settings).write_text(edits[number])
        else:
            with (path / UNRELATED[number % len(UNRELATED)]).open("a") as file:
                file.write(f"# {number}\n")
        folder.git("add", "--all")
        folder.git("commit", "--quiet", f"--message=Edit {number}")
        shas.append(folder.git("rev-parse", "HEAD"))
    return shas


@pytest.fixture
def checked(tmp_path: Path) -> Callable[[Folder], None]:
    """Checks that git knows of nothing that was not there before."""

    def check(folder: Folder) -> None:
        assert folder.git("stash", "list") == ""
        assert folder.git("worktree", "list").count("\n") == 0
        assert folder.git("symbolic-ref", "HEAD") == "refs/heads/main"
        assert not (folder.path / ".git" / "BISECT_START").exists()

    return check


def test_functions(tmp_path: Path, checked: Callable[[Folder], None]) -> None:
    files = {"digits.py": DIGITS, "training.py": DIGITS_TRAINER}
    folder = Folder(tmp_path / "digits")
    shas = make(folder.path, files, "settings.py", DIGITS_SETTINGS)
    first = folder.python("digits.py")
    assert first.status == 0, first.err
    words = ("bisect", "digits", "--metric", "evaluate", "--good", shas[0], "--drop", "0.05")
    found = folder.ask(*words)
    assert found["commit"]["sha"] == shas[37]
    assert found["commit"]["before"] > 0.9 > 0.6 > found["commit"]["value"]
    assert found["files"] == ["settings.py"]
    assert "-STRENGTH = 1.1\n+STRENGTH = 1e-9\n" in found["diff"]
    assert 1 + found["executed"]["train"] <= 4
    assert len(found["trials"]) <= 8
    checked(folder)
    again = folder.ask(*words)
    assert again["commit"] == found["commit"]
    assert again["executed"] == {}
    told = folder.zenml(*words)
    assert f"{shas[37][:12]} " in told.out
    assert "no step had to run" in told.out


PENGUINS_TRAINER = """
from settings import RATE
from zenml.steps.trainer import TFFeedForwardTrainer


class Trainer(TFFeedForwardTrainer):
    def model_fn(self, train, eval):
        self.lr = RATE
        return super().model_fn(train, eval)
"""
PENGUINS_SETTINGS = {
    0: "RATE = 0.005\n",
    20: "RATE = 0.006\n",
    33: "RATE = 1e-9\n",
    57: "RATE = 2e-9\n",
}


@pytest.mark.tf
@pytest.mark.slow
def test_training_pipeline(tmp_path: Path, checked: Callable[[Folder], None]) -> None:
    script = (PROJECT / "examples" / "quickstart" / "pipeline.py").read_text()
    script = script.replace("from zenml.steps.trainer import TFFeedForwardTrainer", "")
    script = script.replace("TFFeedForwardTrainer(", "Trainer(").replace("epochs=20", "epochs=5")
    assert "epochs=5" in script
    script = script.replace(
        "from zenml.datasources", "from training import Trainer\nfrom zenml.datasources"
    )
    folder = Folder(tmp_path / "penguins")
    (folder.path / "data").mkdir(parents=True)
    shutil.copy(PROJECT / "examples" / "quickstart" / "data" / "penguins.csv", folder.path / "data")
    files = {"pipeline.py": script, "training.py": PENGUINS_TRAINER, ".gitignore": "deployed/\n"}
    shas = make(folder.path, files, "settings.py", PENGUINS_SETTINGS)
    first = folder.python("pipeline.py")
    assert first.status == 0, first.out + first.err
    deployed = sorted(folder.path.glob("deployed/**/*"))
    metric = ("--metric", "sparse_categorical_accuracy")
    slices = ("--slice", "island=Biscoe")
    found = folder.ask("bisect", "penguins", *metric, *slices, "--good", shas[0])
    assert found["step"] == "evaluator"
    assert found["commit"]["sha"] == shas[33]
    assert found["commit"]["before"] > found["commit"]["value"]
    assert found["files"] == ["settings.py"]
    assert 1 + found["executed"]["trainer"] <= 4
    assert set(found["executed"]) == {"trainer", "evaluator"}
    assert sorted(folder.path.glob("deployed/**/*")) == deployed
    checked(folder)
    overall = folder.ask("bisect", "penguins", *metric, "--good", shas[0])
    assert overall["commit"]["sha"] == shas[33]
    assert overall["executed"] == {}
