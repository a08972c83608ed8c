from __future__ import annotations

import os
import subprocess

import pytest

from zenml.errors import GitError
from zenml.repo.git import GitRepository
from zenml.repo.tree import CommitTree, WorkTree, blob_hash


def test_diff_applies_and_gives_the_same_files(git_repo, git, commit, write, tmp_path):
    commit({"a.py": "one\ntwo\n", "gone.py": "x\n", "spaced name.py": "y"})
    write({"a.py": "one\n2\n", "new.py": "no newline", "sub/empty.py": "", "spaced name.py": "z"})
    (git_repo / "gone.py").unlink()
    paths = ["a.py", "gone.py", "new.py", "sub/empty.py", "spaced name.py", "README.md"]
    diff = GitRepository().diff(paths)
    clone = tmp_path / "clone"
    git("clone", "--quiet", str(git_repo), str(clone))
    subprocess.run(["git", "apply", "-"], cwd=clone, input=diff, text=True, check=True)
    assert not (clone / "gone.py").exists()
    for path in ("a.py", "new.py", "sub/empty.py", "spaced name.py"):
        assert (clone / path).read_text() == (git_repo / path).read_text()


def test_diff_before_the_first_commit_and_of_nothing(tmp_path):
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    (tmp_path / "a.py").write_text("x = 1\n")
    repo = GitRepository(tmp_path)
    assert "+x = 1" in repo.diff(["a.py"])
    assert repo.diff([]) == ""


def test_newest_commit_and_log(git_repo, commit):
    first = commit({"a.py": "1"}, "Add a")
    second = commit({"b.py": "1"}, "Add b")
    commit({"c.py": "1"}, "Add c")
    repo = GitRepository()
    assert repo.newest_commit(["a.py"]) == first
    assert repo.newest_commit(["a.py", "b.py"]) == second
    assert repo.newest_commit(["nothing.py"]) is None
    assert [entry.subject for entry in repo.log(["a.py", "b.py"], 5)] == ["Add b", "Add a"]
    assert repo.log(["a.py"], 5)[0].author == "Ada"


def test_paths_are_taken_literally(git_repo, commit):
    sha = commit({"a[1].py": "1", "*.py": "2"})
    commit({"a1.py": "1", "b.py": "1"})
    assert GitRepository().newest_commit(["a[1].py", "*.py"]) == sha


def test_tree_and_blobs_of_a_commit(git_repo, commit):
    sha = commit({"pkg/a.py": "first\n", "ünïcode.py": "x"})
    commit({"pkg/a.py": "second\n"})
    repo = GitRepository()
    assert set(repo.list_tree(sha)) == {"README.md", "pkg/a.py", "ünïcode.py"}
    assert repo.list_tree(sha)["pkg/a.py"].blob == blob_hash(b"first\n")
    blob = repo.blobs_at(sha, ["pkg/a.py", "nothing.py"])["pkg/a.py"]
    assert repo.read_blobs([blob]) == {blob: b"first\n"}


def test_ls_files(git_repo, write):
    write({"new.py": "", "ignored.py": "", ".gitignore": "ignored.py"})
    repo = GitRepository()
    assert repo.ls_files() == ["README.md"]
    assert repo.ls_files(untracked=True) == [".gitignore", "README.md", "new.py"]


def test_revisions_resolve(git_repo, git):
    repo = GitRepository()
    head = git("rev-parse", "HEAD")
    git("tag", "-a", "v1", "-m", "one")
    assert repo.resolve("v1") == repo.resolve(head[:8]) == repo.resolve("main") == head
    assert repo.resolve("f" * 40) is None
    assert repo.resolve("--help") is None
    assert repo.resolve("") is None


@pytest.mark.parametrize(
    "attributes", ["", "* text=auto\n", "*.py text eol=crlf\n", "*.py ident\n"]
)
def test_contents_are_named_as_git_names_them(git_repo, git, commit, attributes):
    (git_repo / ".gitattributes").write_text(attributes)
    (git_repo / "unix.py").write_bytes(b"# $Id$\nx = 1\n")
    (git_repo / "windows.py").write_bytes(b"# $Id$\r\nx = 1\r\n")
    sha = commit()
    git("checkout", "--quiet", "--force", "HEAD", "--", ".")
    repo = GitRepository()
    work, then = WorkTree(repo), CommitTree(repo, sha)
    for name in ("unix.py", "windows.py"):
        assert work.blob(name) == then.blob(name)


def test_line_ends_converted_by_config(git_repo, git, commit):
    git("config", "core.autocrlf", "true")
    (git_repo / "windows.py").write_bytes(b"x = 1\r\n")
    sha = commit()
    repo = GitRepository()
    assert CommitTree(repo, sha).read("windows.py") == b"x = 1\n"
    assert WorkTree(repo).blob("windows.py") == CommitTree(repo, sha).blob("windows.py")
    assert repo.diff(["windows.py"]) == ""


def test_a_sha256_repository(tmp_path):
    root = tmp_path / "sha256"
    subprocess.run(["git", "init", "-q", "--object-format=sha256", str(root)], check=True)
    (root / "a.py").write_text("x = 1\n")
    subprocess.run(["git", "add", "."], cwd=root, check=True)
    subprocess.run(["git", "commit", "-qm", "One"], cwd=root, check=True)
    repo = GitRepository(root)
    sha = repo.head_sha()
    assert sha is not None
    assert len(sha) == 64
    assert WorkTree(repo).blob("a.py") == CommitTree(repo, sha).blob("a.py")


def test_asking_changes_nothing(state_of, git_repo, git, commit, write):
    sha = commit({"a.py": "1", "b.py": "1"})
    write({"a.py": "2", "new.py": "3"})
    git("add", "new.py")
    os.utime(git_repo / "b.py", (1, 1))  # git would like to refresh its index now
    before = state_of(git_repo)
    repo = GitRepository()
    repo.diff(["a.py", "b.py", "new.py"])
    repo.log(["a.py"], 3)
    repo.ls_files(untracked=True)
    repo.hash_files(["a.py"])
    repo.read_blobs([entry.blob for entry in repo.list_tree(sha).values()])
    assert state_of(git_repo) == before


def test_inside_a_hook_the_own_repository_is_asked(git_repo, commit, monkeypatch, tmp_path):
    sha = commit({"a.py": "1"})
    monkeypatch.setenv("GIT_DIR", str(tmp_path))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    assert GitRepository().newest_commit(["a.py"]) == sha
    assert GitRepository().ls_files() == ["README.md", "a.py"]


def test_without_git_the_error_says_so(git_repo, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(GitError, match="Install git"):
        GitRepository().ls_files()


def test_what_git_refuses_is_said(git_repo):
    with pytest.raises(GitError, match="ls-tree"):
        GitRepository().list_tree("f" * 40)


def test_gitpython_is_there_for_those_who_want_it(git_repo, git):
    assert GitRepository().repo.head.commit.hexsha == git("rev-parse", "HEAD")
