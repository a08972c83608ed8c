"""Runs of a training pipeline in worker processes, and resumed."""

from __future__ import annotations

from pathlib import Path

import pytest

pytestmark = pytest.mark.tf

MOODY = """
import os
from pathlib import Path
from ours.training import Small

class Moody(Small):
    def model_fn(self, train, eval):
        print("training in process", os.getpid())
        if Path("rain").exists():
            raise OSError("it rains")
        return super().model_fn(train, eval)
"""
SCRIPT = """
import sys
from ours.moody import Moody
from pipeline import build

if __name__ == "__main__":
    build("moody", Moody()).run(max_workers=int(sys.argv[1]), run_name=sys.argv[2])
"""


@pytest.fixture(scope="module")
def moody(folder, first) -> Path:
    (folder.path / "ours" / "moody.py").write_text(MOODY)
    (folder.path / "moody.py").write_text(SCRIPT)
    folder.git("add", "moody.py", "ours/moody.py")
    folder.git("commit", "--quiet", "--message=A moody trainer")
    return folder.path / "rain"


def test_tfx_nodes_run_in_workers_and_a_failed_run_goes_on(folder, moody: Path) -> None:
    moody.touch()
    failed = folder.python("moody.py", "2", "wet")
    assert failed.status == 1
    assert failed.states["trainer"] == "failed"
    assert "Step `trainer` failed: OSError: it rains" in failed.err
    assert "in model_fn" in failed.err
    assert "zenml pipeline resume wet" in failed.err
    moody.unlink()
    resumed = folder.zenml("pipeline", "resume", "wet")
    assert resumed.status == 0, resumed.err
    assert resumed.executed == ["trainer", "evaluator", "deployer"]
    assert "training in process" in folder.zenml("run", "logs", "wet", "trainer").out
    (run,) = folder.ask("pipeline", "get", "moody")["runs"]
    assert run["state"] == "succeeded"
    assert "nothing to resume" in folder.zenml("pipeline", "resume", "wet").out


def test_the_results_of_workers_are_reused_without_them(folder, moody: Path) -> None:
    moody.unlink(missing_ok=True)
    in_workers = folder.python("moody.py", "2", "dry")
    assert in_workers.status == 0, in_workers.err
    again = folder.python("moody.py", "1", "dry-again")
    assert again.executed == []
