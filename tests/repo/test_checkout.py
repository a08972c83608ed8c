from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from zenml.errors import VersionNotFoundError
from zenml.repo.checkout import checkout
from zenml.repo.git import GitRepository
from zenml.repo.repository import Repository


@pytest.fixture(autouse=True)
def temporary(tmp_path, monkeypatch):
    """A folder for temporary files of the test's own."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return folder


def snapshot(root: Path) -> dict[str, tuple[int, bytes]]:
    """Every file below a folder, with its time and content."""
    files = [path for path in sorted(root.rglob("*")) if path.is_file()]
    return {str(path): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}


def test_holds_the_files_of_the_commit_and_leaves_the_repository_alone(
    git_repo, git, commit, write, temporary
):
    old = commit({"a.py": "old\n", "pkg/b.py": "b\n", "run.sh": "#!/bin/sh\n"})
    (git_repo / "run.sh").chmod(0o755)
    (git_repo / "link.py").symlink_to("a.py")
    old = commit()
    commit({"a.py": "new\n", "later.py": "x\n"})
    write({"a.py": "stashed\n"})
    git("stash")
    write({"a.py": "edited\n", "staged.py": "x\n"})
    git("add", "staged.py")
    before = snapshot(git_repo)
    with checkout(GitRepository(), old) as tree:
        assert (tree / "a.py").read_text() == "old\n"
        assert sorted(path.name for path in tree.iterdir()) == [
            ".git", "README.md", "a.py", "link.py", "pkg", "run.sh"
        ]  # fmt: skip
        assert os.access(tree / "run.sh", os.X_OK)
        assert (tree / "link.py").is_symlink()
        assert not tree.is_relative_to(git_repo)
        assert git("status", "--porcelain", folder=tree) == ""
        inside = GitRepository(tree / "pkg")
        assert inside.root == tree
        assert inside.head_sha() == old
        assert inside.newest_commit(["a.py"]) != GitRepository().newest_commit(["a.py"])
        (tree / "a.py").write_text("edited there\n")
        git("rm", "--cached", "pkg/b.py", folder=tree)
    assert snapshot(git_repo) == before
    assert list(temporary.iterdir()) == []
    assert git("worktree", "list").count("\n") == 0


def test_names_of_commits_and_none(git_repo, commit, git):
    sha = commit({"a.py": "1\n"})
    git("tag", "first")
    for name in (sha[:8], "first", "HEAD"):
        with checkout(GitRepository(), name) as tree:
            assert GitRepository(tree).head_sha() == sha
    with (
        pytest.raises(VersionNotFoundError, match="There is no commit 'ffff"),
        checkout(GitRepository(), "f" * 40),
    ):
        pass


def test_uses_the_stores_of_the_repository_also_from_a_linked_work_tree(
    git_repo, git, commit, tmp_path
):
    sha = commit({"a.py": "1\n"})
    Repository.init_repo()
    linked = tmp_path / "linked"
    git("worktree", "add", "--quiet", str(linked))
    for root in (git_repo, linked):
        with checkout(GitRepository(root), sha) as tree:
            repo = Repository.get_instance(tree)
            assert repo.home == git_repo
            assert Path(repo.path) == tree
            store = repo.get_default_artifact_store().uri
            assert Path(store) == git_repo / ".zenml/local_store/artifacts"
            with checkout(GitRepository(tree), sha) as again:
                assert Repository.get_instance(again).home == git_repo


def test_config_hooks_and_an_outer_git_command_do_not_matter(git_repo, git, commit, monkeypatch):
    sha = commit({"a.py": "1\n", "sub/b.py": "1\n"})
    for name in ("post-checkout", "reference-transaction", "post-index-change"):
        hook = git_repo / ".git" / "hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text('#!/bin/sh\ntouch "$(git rev-parse --git-common-dir)/called"\n')
        hook.chmod(0o755)
    git("config", "core.sparseCheckout", "true")
    git("config", "core.splitIndex", "true")
    git("config", "core.worktree", str(git_repo))
    git("config", "submodule.recurse", "true")
    monkeypatch.setenv("GIT_INDEX_FILE", str(git_repo / "other-index"))
    monkeypatch.setenv("GIT_DIR", str(git_repo / ".git"))
    before = snapshot(git_repo)
    with checkout(GitRepository(git_repo), sha) as tree:
        assert (tree / "sub/b.py").is_file()
    assert snapshot(git_repo) == before


def test_within_a_submodule(git_repo, git, commit, tmp_path):
    inner = tmp_path / "inner"
    git("init", "--quiet", str(inner))
    (inner / "a.py").write_text("inner\n")
    git("add", ".", folder=inner)
    git("commit", "--quiet", "-m", "One", folder=inner)
    git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner), "sub")
    outer = commit()
    before = snapshot(git_repo)
    with checkout(GitRepository("sub"), "HEAD") as tree:
        assert (tree / "a.py").read_text() == "inner\n"
        assert GitRepository(tree).ls_files() == ["a.py"]
    with checkout(GitRepository(), outer) as tree:
        assert list((tree / "sub").iterdir()) == []
    assert snapshot(git_repo) == before


def test_what_a_killed_process_left_is_removed_by_the_next(git_repo, commit, temporary):
    sha = commit({"a.py": "1\n"})
    script = (
        "import os, sys\n"
        "from zenml.repo.checkout import checkout\n"
        "from zenml.repo.git import GitRepository\n"
        f"with checkout(GitRepository(), {sha!r}) as tree:\n"
        "    print(tree, flush=True)\n"
        "    sys.stdin.read()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    left = Path(process.stdout.readline().strip())
    with checkout(GitRepository(), sha):
        assert left.is_dir()  # somebody works in it
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert left.is_dir()
    with checkout(GitRepository(), sha):
        assert not left.exists()
    assert list(temporary.iterdir()) == []
