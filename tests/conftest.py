"""Fixtures that tests of every folder use."""

from __future__ import annotations

import multiprocessing
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True)
def _own_git_config(monkeypatch: pytest.MonkeyPatch) -> None:
    """Git as on a machine where nobody configured it, with somebody who commits."""
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "Ada",
        "GIT_AUTHOR_EMAIL": "ada@example.com",
        "GIT_COMMITTER_NAME": "Ada",
        "GIT_COMMITTER_EMAIL": "ada@example.com",
    }.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="session")
def _first_commit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What every `git_repo` begins as: copying it is quicker than asking git each time."""
    root = tmp_path_factory.mktemp("first") / "repository"
    root.mkdir()
    (root / "README.md").write_text("A repository for tests.\n")
    _git(root, "init", "--quiet", "--initial-branch=main", "--template=")
    _git(root, "add", ".")
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "commit.gpgsign=0")
    _git(root, *who, "commit", "--quiet", "--message=First commit")
    return root


@pytest.fixture
def git_repo(
    _first_commit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """A git repository of its own with a first commit; the current folder is its root.

    Modules that are imported from it are forgotten afterwards.
    """
    root = tmp_path.resolve() / "repository"
    shutil.copytree(_first_commit, root, symlinks=True)
    monkeypatch.chdir(root)
    monkeypatch.setattr(sys, "path", list(sys.path))
    # Python trusts a compiled file of the same second and size as the edited source.
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    yield root
    for name, module in list(sys.modules.items()):
        if str(getattr(module, "__file__", None) or "").startswith(str(root)):
            del sys.modules[name]


@pytest.fixture
def git(git_repo: Path) -> Callable[..., str]:
    """Runs git in `git_repo` and gives what it prints: `git("log", "--oneline")`."""
    return lambda *words, folder=git_repo: _git(folder, *words)


@pytest.fixture
def write(git_repo: Path) -> Callable[[Mapping[str, str]], None]:
    """Writes files of `git_repo`: `write({"pkg/mod.py": "x = 1"})`."""

    def write_files(files: Mapping[str, str]) -> None:
        for path, text in files.items():
            file = git_repo / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)

    return write_files


@pytest.fixture
def commit(
    git: Callable[..., str], write: Callable[[Mapping[str, str]], None]
) -> Callable[..., str]:
    """Writes files of `git_repo`, commits all that changed, and gives the sha."""

    def commit_files(files: Mapping[str, str] | None = None, message: str = "Change") -> str:
        write(files or {})
        git("add", "--all")
        git("commit", "--quiet", "--allow-empty", f"--message={message}")
        return git("rev-parse", "HEAD")

    return commit_files


@pytest.fixture
def penguins() -> Path:
    """The CSV file of the Palmer penguins: 344 rows, some cells empty."""
    return PROJECT / "examples" / "quickstart" / "data" / "penguins.csv"


@pytest.fixture
def race() -> Callable[..., list[Any]]:
    """Calls a function in several processes at once: `race(f, [(1,), (2,)])`.

    It gets a barrier to wait at and a queue for its result after its own arguments.
    """

    def run(target: Callable[..., None], arguments: list[tuple[Any, ...]]) -> list[Any]:
        context = multiprocessing.get_context("fork")
        barrier, results = context.Barrier(len(arguments)), context.Queue()
        processes = [context.Process(target=target, args=(*a, barrier, results)) for a in arguments]
        for process in processes:
            process.start()
        found = [results.get(timeout=30) for _ in processes]
        for process in processes:
            process.join()
        return found

    return run


def _git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.rstrip("\n")
