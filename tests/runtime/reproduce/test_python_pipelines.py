"""Reproducing pipelines of functions: every verdict, and what it leaves alone."""

from __future__ import annotations

import importlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from tests.waiting import PATIENCE
from zenml.cli.main import cli
from zenml.errors import RunError, RunNotFoundError
from zenml.repo.repository import Repository
from zenml.runtime.reproduce import Reproduction, reproduce
from zenml.runtime.reproduce.verdict import CLOSE, DIFFERENT, IDENTICAL, NOT_REPRODUCIBLE

STEPS = '''
import os
import pathlib
from zenml.pipelines import pipeline
from zenml.steps import step
from helper import factor

OUTSIDE = pathlib.Path(os.environ["OUTSIDE"])

@step
def load() -> list:
    return [1.0, 2.0]

@step
def scale(rows: list) -> list:
    return [row * factor() for row in rows]

@step
def shaky(rows: list) -> dict:
    """Depends on a file that no commit holds."""
    print("shaky was here")
    return {"sum": sum(rows), "more": [0.5, float(OUTSIDE.read_text())]}

@step
def after(found: dict) -> float:
    return found["more"][1] * 2

@step
def at_last(rows: list) -> int:
    return len(rows)

@step
def told(rows: list) -> str:
    return pathlib.Path("data.txt").read_text()

@pipeline
def sums():
    rows = scale(load())
    after(shaky(rows))
    told(rows)
    at_last(rows, after=["shaky"])
'''


@pytest.fixture
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file outside of the repository that a step reads."""
    path = tmp_path / "outside.txt"
    path.write_text("3.0")
    monkeypatch.setenv("OUTSIDE", str(path))
    return path


@pytest.fixture
def ran(
    git_repo: Path, commit: Callable[..., str], outside: Path, monkeypatch: pytest.MonkeyPatch
) -> SimpleNamespace:
    """A run of `sums`, after which code and data have changed."""
    Repository.init_repo()
    monkeypatch.syspath_prepend(str(git_repo))
    files = {"sums.py": STEPS, "helper.py": "def factor():\n    return 2\n", "data.txt": "then"}
    sha = commit(files)
    importlib.invalidate_caches()
    import sums

    result = sums.sums()
    commit({"helper.py": "def factor():\n    return 3\n", "data.txt": "now", ".x": ""})
    for name in ("sums", "helper"):
        sys.modules.pop(name, None)
    return SimpleNamespace(name=result.name, file=result.file, sha=sha)


def verdicts(found: Reproduction) -> dict[str, str]:
    return {node.node: node.verdict for node in found.nodes}


def why(found: Reproduction, node: str) -> str:
    return next(one.why for one in found.nodes if one.node == node)


def snapshot(root: Path) -> dict[str, bytes]:
    files = [path for path in root.rglob("*") if path.is_file() and path.suffix != ".db"]
    return {str(path): path.read_bytes() for path in files}


def test_identical_at_the_commits_of_the_run_and_nothing_else_changes(
    ran: SimpleNamespace, git_repo: Path
) -> None:
    before = snapshot(git_repo)
    found = reproduce(ran.name)
    assert set(verdicts(found).values()) == {IDENTICAL}
    assert list(verdicts(found)) == ["load", "scale", "shaky", "after", "told", "at_last"]
    assert (found.verdict, found.exit_status) == (IDENTICAL, 0)
    assert snapshot(git_repo) == before
    assert "sums" not in sys.modules


def test_equal_within_the_tolerance(ran: SimpleNamespace, outside: Path) -> None:
    outside.write_text("3.00001")
    found = reproduce(ran.name)
    assert verdicts(found)["shaky"] == verdicts(found)["after"] == CLOSE
    assert "value['more'][1] by 1e-05 (relative 0.0001, absolute 1e-06)" in why(found, "shaky")
    assert found.exit_status == 0


def test_different_names_the_first_difference_and_what_it_comes_from(
    ran: SimpleNamespace, outside: Path
) -> None:
    outside.write_text("4.0")
    found = reproduce(ran.name)
    assert verdicts(found)["scale"] == IDENTICAL
    assert verdicts(found)["shaky"] == verdicts(found)["after"] == DIFFERENT
    assert why(found, "shaky") == "output: value['more'][1]: 3.0 then, 4.0 now"
    assert "it reads `shaky`, which differs" in why(found, "after")
    assert found.exit_status == 1


def test_a_step_that_fails_is_taken_as_recorded_and_the_rest_goes_on(
    ran: SimpleNamespace, outside: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outside.unlink()
    capsys.readouterr()
    found = reproduce(ran.name)
    assert verdicts(found)["shaky"] == NOT_REPRODUCIBLE
    assert "outside.txt" in why(found, "shaky")
    said = capsys.readouterr().out
    assert "shaky    failed" in said
    assert "was not run" not in said
    assert verdicts(found)["after"] == IDENTICAL
    assert found.exit_status == 3


def test_what_needs_a_recorded_result_that_is_gone(
    ran: SimpleNamespace, git_repo: Path, outside: Path
) -> None:
    outside.unlink()
    (folder,) = git_repo.glob(f".zenml/local_store/artifacts/sums/{ran.name}/shaky/output/*")
    shutil.rmtree(folder)
    found = reproduce(ran.name)
    assert verdicts(found)["shaky"] == verdicts(found)["after"] == NOT_REPRODUCIBLE
    assert "what `shaky` made" in why(found, "after")
    assert verdicts(found)["told"] == verdicts(found)["at_last"] == IDENTICAL


def test_an_unpinned_step(
    git_repo: Path, commit: Callable[..., str], outside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Repository.init_repo()
    monkeypatch.syspath_prepend(str(git_repo))
    commit({"sums.py": STEPS, "helper.py": "def factor():\n    return 2\n", "data.txt": "then"})
    (git_repo / "helper.py").write_text("def factor():\n    return 5\n")
    importlib.invalidate_caches()
    import sums

    found = reproduce(sums.sums().name)
    assert set(verdicts(found).values()) == {NOT_REPRODUCIBLE}
    assert why(found, "load").startswith("unpinned step: the code of sums.load")


def test_a_commit_that_the_clone_has_not(ran: SimpleNamespace, git_repo: Path, git) -> None:
    git("checkout", "--quiet", "--orphan", "other")
    git("commit", "--quiet", "-m", "Anew")
    git("branch", "-D", "main")
    git("reflog", "expire", "--expire=now", "--all")
    git("gc", "--quiet", "--prune=now")
    found = reproduce(ran.name)
    assert set(verdicts(found).values()) == {NOT_REPRODUCIBLE}
    assert why(found, "load").startswith("source gone: There is no commit")


def test_another_package_version_accounts_for_a_difference(
    ran: SimpleNamespace, outside: Path
) -> None:
    from zenml.metadata import runs
    from zenml.runtime.environment import ENVIRONMENT
    from zenml.runtime.workspace import Workspace

    store = Workspace.default().store()
    run = runs.by_name(store, ran.name)
    (context,) = store.get_contexts_by_id([run.id])
    recorded = json.loads(run.properties[ENVIRONMENT])
    runs.annotate(store, context, {ENVIRONMENT: json.dumps({**recorded, "python": "3.9.0"})})
    assert reproduce(ran.name).verdict == IDENTICAL
    outside.write_text("4.0")
    found = reproduce(ran.name)
    assert verdicts(found)["shaky"] == NOT_REPRODUCIBLE
    assert why(found, "shaky").startswith("package versions differ (Python 3.9.0 -> ")
    assert found.changes[0].startswith("Python 3.9.0 -> ")


def test_from_the_shell(ran: SimpleNamespace, outside: Path, tmp_path: Path) -> None:
    runner = CliRunner()
    kept = tmp_path / "kept"
    shown = runner.invoke(cli, ["run", "reproduce", ran.name[:6], "--keep", str(kept)])
    assert shown.exit_code == 0, shown.output
    assert "identical" in shown.output
    assert (kept / "metadata.db").is_file()
    outside.write_text("3.1")
    shown = runner.invoke(cli, ["run", "reproduce", ran.name, "--output", "json"])
    assert shown.exit_code == 1
    data = json.loads(shown.stdout)
    assert data["verdict"] == "different"
    shown = runner.invoke(cli, ["run", "reproduce", ran.name, "--tolerance", "0.1"])
    assert shown.exit_code == 0
    shown = runner.invoke(cli, ["run", "reproduce", ran.name, "--keep", str(kept)])
    assert isinstance(shown.exception, RunError)


def test_what_steps_print_does_not_mix_with_the_answer(ran: SimpleNamespace) -> None:
    words = [sys.executable, "-m", "zenml", "run", "reproduce", ran.name, "--output", "json"]
    done = subprocess.run(words, capture_output=True, text=True)
    assert json.loads(done.stdout)["verdict"] == "identical"
    assert "shaky was here" in done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_when_it_is_stopped_nothing_is_left(
    ran: SimpleNamespace,
    git_repo: Path,
    outside: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    before = snapshot(git_repo)
    outside.unlink()
    os.mkfifo(outside)  # so that the step waits
    process = subprocess.Popen(
        [sys.executable, "-m", "zenml", "run", "reproduce", ran.name],
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert process.stderr is not None
    while "shaky was here" not in (line := process.stderr.readline()):
        assert line, "it ended before its step began"
    process.send_signal(number)
    _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130, said
    assert snapshot(git_repo) == before
    assert list(temporary.iterdir()) == []


def test_runs_that_cannot_be(ran: SimpleNamespace) -> None:
    with pytest.raises(RunNotFoundError, match="no run 'nothing'"):
        reproduce("nothing")
    Path(ran.file).unlink()
    with pytest.raises(RunError, match="cannot be rebuilt without the file"):
        reproduce(ran.name)
