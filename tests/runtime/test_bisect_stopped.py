"""A search that is stopped leaves nothing behind."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.waiting import PATIENCE, is_alive, until
from zenml.client import Client
from zenml.repo.repository import Repository

pytestmark = pytest.mark.slow

PIPELINE = """
import os, pathlib, time
from zenml.pipelines import pipeline
from zenml.steps import step

SECONDS = 0

@step
def measure() -> float:
    pathlib.Path(os.environ["BEGUN"]).write_text(str(os.getpid()))
    time.sleep(SECONDS)
    return float(SECONDS)

@pipeline
def patience():
    measure()

if __name__ == "__main__":
    patience()
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_behind(
    git_repo: Path,
    commit: Callable[..., str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: signal.Signals,
) -> None:
    begun, temporary = tmp_path / "begun", tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("BEGUN", str(begun))
    monkeypatch.setenv("TMPDIR", str(temporary))
    Repository.init_repo(str(git_repo))
    first = commit({"patience.py": PIPELINE.replace("SECONDS = 0", "SECONDS = 600")})
    commit({"patience.py": PIPELINE})
    subprocess.run([sys.executable, "patience.py"], check=True, capture_output=True)
    begun.unlink()
    before = files(git_repo)
    words = ["bisect", "patience", "--metric", "measure", "--good", first]
    search = subprocess.Popen(
        [sys.executable, "-m", "zenml", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    until(lambda: begun.exists() and begun.read_text() != "")
    search.send_signal(number)
    said = search.communicate(timeout=PATIENCE)[1]
    assert search.returncode == (-number if number == signal.SIGKILL else 130)
    if number == signal.SIGTERM:
        assert "left nothing behind" in said
    until(lambda: not is_alive(int(begun.read_text())))
    assert list(temporary.iterdir()) == []
    assert files(git_repo) == before
    last = Client().list_pipeline_runs()[0]
    assert (last.pipeline_name, last.state) == ("bisect-patience", "failed")


def files(root: Path) -> dict[str, bytes]:
    found = [path for path in root.rglob("*") if path.is_file() and ".zenml" not in path.parts]
    return {str(path): path.read_bytes() for path in found}
