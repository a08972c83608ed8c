"""The example that the first page shows."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.tf

SCRIPT = Path(__file__).resolve().parents[2] / "examples" / "quickstart" / "run.py"


def test_the_quickstart_goes_on_after_an_interrupted_call(tmp_path: Path) -> None:
    quickstart = runpy.run_path(str(SCRIPT))
    folder = tmp_path / "quickstart"
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)
    (folder / "data").mkdir()
    quickstart["prepare"](folder)
    assert (folder / ".zenml" / "settings.yaml").is_file()
    assert (folder / "data" / "penguins.csv").is_file()
    call = ["git", "log", "--format=%s"]
    for _ in range(2):
        done = subprocess.run(call, cwd=folder, check=True, capture_output=True, text=True)
        assert done.stdout == "The penguins pipeline\n"
        quickstart["prepare"](folder)


def test_the_quickstart_runs_and_shows_where_the_results_lie(tmp_path: Path) -> None:
    folder = tmp_path / "quickstart"

    def run() -> str:
        call = [sys.executable, str(SCRIPT), str(folder)]
        done = subprocess.run(call, capture_output=True, text=True, cwd=tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    out = run()
    for line in ("split ", "preprocesser ", "trainer ", "evaluator ", "deployer "):
        assert line in out
    assert "Metrics on the test split" in out
    results = dict(
        line.split(maxsplit=2)[0::2]
        for line in out.partition("Results:")[2].splitlines()
        if line.strip().startswith(("pipeline file", "deployed model"))
    )
    assert all(os.path.exists(path) for path in results.values())
    pages = [line.split() for line in out.partition("Pages")[2].splitlines()[1:]]
    assert [name for name, _ in pages] == ["evaluation", "statistics", "schema"]
    for _, page in pages:
        assert Path(page).read_text().startswith("<!doctype html>")
    assert "0 steps ran" in run()
    status = ["git", "status", "--porcelain"]
    changed = subprocess.run(status, cwd=folder, check=True, capture_output=True, text=True).stdout
    assert ".zenml" not in changed
