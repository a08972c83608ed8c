"""A repository whose pipeline gets worse at some commit."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from zenml.runtime.bisect.entry import bisect
from zenml.runtime.bisect.finding import Finding

TRAINING = """
from helper import QUALITY
from zenml.steps import step

@step
def train(rows: int, bonus: float = 0.0) -> float:
    print("training")
    return QUALITY + bonus + rows / 1000
"""


PIPELINE = """
import sys
from training import train
from zenml import log_metadata
from zenml.pipelines import pipeline
from zenml.steps import step

@step
def evaluate(model: float) -> float:
    log_metadata({"error": round(1 - model, 6)})
    return model

@pipeline
def quality(rows: int = 10):
    evaluate(train(rows))

if __name__ == "__main__":
    quality(**{name: int(value) for name, value in (word.split("=") for word in sys.argv[1:])})
"""


class Project:
    """A repository whose pipeline gets worse at some commit."""

    def __init__(self, root: Path, commit: Callable[..., str], git: Callable[..., str]) -> None:
        self.root = root
        self.git = git
        self._commit = commit
        self.shas = [commit({"training.py": TRAINING, "qualities.py": PIPELINE, **helper(0.9)})]

    def commit(self, files: dict[str, str] | None = None, count: int = 1) -> str:
        """Commits files, and then others that are nobody's code."""
        for number in range(count):
            own = files if files and not number else {"notes.txt": str(len(self.shas))}
            self.shas.append(self._commit(own, f"Commit {len(self.shas)}"))
        return self.shas[-count]

    def run(self, *words: str, script: str = "qualities.py") -> None:
        done = subprocess.run([sys.executable, script, *words], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

    def bisect(self, metric: str = "evaluate", **more: Any) -> Finding:
        return bisect("quality", **{"metric": metric, "good": self.shas[0], **more})

    def state(self) -> dict[str, bytes]:
        """Every file of the repository, but for zenml's own and what git may tidy up."""
        files = [path for path in self.root.rglob("*") if path.is_file()]
        inside = {str(path.relative_to(self.root)): path for path in files}
        return {name: path.read_bytes() for name, path in inside.items() if name[:7] != ".zenml/"}


def helper(quality: object, more: str = "") -> dict[str, str]:
    return {"helper.py": f"QUALITY = {quality}\n{more}"}
