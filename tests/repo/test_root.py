from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from zenml.errors import NotAGitRepositoryError
from zenml.repo.git import GitRepository
from zenml.repo.root import find_root, main_root, read_head


def test_root_is_found_from_any_folder_and_file(git_repo, write):
    write({"a/b/c.py": ""})
    assert find_root(git_repo / "a" / "b") == git_repo
    assert find_root(git_repo / "a" / "b" / "c.py") == git_repo
    assert find_root() == git_repo


def test_root_is_found_through_a_symbolic_link(git_repo, tmp_path):
    (tmp_path / "link").symlink_to(git_repo)
    assert find_root(tmp_path / "link") == git_repo


def test_a_folder_called_git_that_is_no_repository_is_passed_by(git_repo):
    inner = git_repo / "inner"
    (inner / ".git").mkdir(parents=True)
    assert find_root(inner) == git_repo


def test_outside_git_the_error_says_how_to_go_on(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        sys.modules["__main__"], "__file__", str(tmp_path / "run.py"), raising=False
    )
    with pytest.raises(NotAGitRepositoryError, match=r"git init.*zenml init"):
        GitRepository()


def test_a_script_run_from_elsewhere_finds_its_own_repository(git_repo, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        sys.modules["__main__"], "__file__", str(git_repo / "run.py"), raising=False
    )
    assert GitRepository().root == git_repo


def test_head_before_the_first_commit(tmp_path):
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    repo = GitRepository(tmp_path)
    assert repo.head_sha() is None
    assert repo.log(["a.py"], 3) == []


def test_head_on_a_branch_packed_and_detached(git_repo, git, commit):
    first = git("rev-parse", "HEAD")
    second = commit({"a.py": "1"})
    assert read_head(git_repo) == second
    git("pack-refs", "--all")
    assert read_head(git_repo) == second
    git("checkout", "--quiet", "--detach", first)
    assert read_head(git_repo) == first


def test_head_in_a_linked_work_tree(git_repo, git, commit, tmp_path):
    other = tmp_path / "other"
    git("worktree", "add", "--quiet", "-b", "topic", str(other))
    commit({"a.py": "1"})
    assert find_root(other) == other
    assert read_head(other) == git("rev-parse", "topic")
    assert read_head(other) != read_head(git_repo)
    assert main_root(other) == git_repo
    assert main_root(git_repo) is None


def test_head_in_a_submodule(git_repo, git, tmp_path):
    inner = tmp_path / "inner"
    subprocess.run(["git", "clone", "--quiet", str(git_repo), str(inner)], check=True)
    allow = ("-c", "protocol.file.allow=always")
    git(*allow, "submodule", "--quiet", "add", str(inner), "sub")
    assert find_root(git_repo / "sub") == git_repo / "sub"
    assert read_head(git_repo / "sub") == git("rev-parse", "HEAD", folder=git_repo / "sub")
    assert main_root(git_repo / "sub") is None


def test_finding_the_root_starts_no_process_and_imports_no_gitpython(git_repo):
    code = (
        "import sys, subprocess\n"
        "subprocess.Popen = None\n"
        "from zenml.repo.git import GitRepository\n"
        "print(GitRepository().head_sha(), 'git' in sys.modules)\n"
    )
    project = str(Path(__file__).resolve().parents[2])
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": project, "PATH": "/nowhere"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [read_head(git_repo), "False"]


def test_a_folder_that_the_environment_cannot_read_is_told(git_repo: Path) -> None:
    folder = git_repo.rename(git_repo.with_name("Ordner-ä"))
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = subprocess.run(
        [sys.executable, "-m", "zenml", "init"],
        cwd=folder,
        env={**os.environ, **ascii_only},
        capture_output=True,
        text=True,
        check=False,
    )
    (said,) = done.stderr.splitlines()
    assert said.startswith("Error: The path of the repository, ")
    assert "Set PYTHONUTF8=1" in said
    assert done.returncode == 1
