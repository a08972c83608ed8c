"""A work tree of a commit, made for a while outside the user's.

It has a git folder of its own, which shares the objects, the branches and the config
of the repository and is registered nowhere in it: index, HEAD, stashes, config and
work tree of the repository stay byte for byte as they are.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from zenml.errors import GitError, VersionNotFoundError
from zenml.repo.git import GitRepository, environment
from zenml.repo.root import ORIGIN, git_folder, shared_git_folder
from zenml.temporary import temporary_folder

# What the user's config may ask for, and what would write beside the new index, or leave files out.
_CONFIG = {
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "core.sparseCheckout": "false",
    "core.splitIndex": "false",
    "core.untrackedCache": "false",
}


@contextmanager
def checkout(git: GitRepository, sha: str) -> Iterator[Path]:
    """A folder with the files of a commit, as a work tree of its own.

    Git and zenml work in it as in any work tree: HEAD is detached at the commit, and
    the stores are those of the repository. It is removed at the end; one that a
    killed process left behind is removed by the next.

    Args:
        git: The repository.
        sha: Name of the commit: a sha, whole or abbreviated, a branch or a tag.

    Yields:
        The root of the work tree, in the folder for temporary files.

    Raises:
        VersionNotFoundError: There is no such commit.
        GitError: Its files cannot be written; says what git said.

    Example:
        >>> import subprocess, tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> def run(*words):
        ...     who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"]
        ...     return subprocess.run(["git", "-C", folder, *who, *words], capture_output=True)
        >>> done = run("init"), (folder / "a.py").write_text("x = 1"), run("add", ".")
        >>> done = run("commit", "-m", "One"), (folder / "a.py").write_text("x = 2")
        >>> with checkout(GitRepository(folder), "HEAD") as tree:
        ...     (tree / "a.py").read_text()
        'x = 1'
    """
    commit = git.resolve(sha)
    if commit is None:
        raise VersionNotFoundError(
            f"There is no commit {sha!r} in {git.root}. A clone may lack commits: `git fetch "
            "--unshallow` or `git fetch --all` brings them."
        )
    with temporary_folder("checkout") as folder:
        yield _make(git, commit, folder)


def _make(git: GitRepository, commit: str, folder: Path) -> Path:
    own = git_folder(git.root)
    assert own is not None  # else there would be no commit
    private, tree = folder / "git", folder / "tree"
    private.mkdir()
    tree.mkdir()
    (private / "commondir").write_text(f"{shared_git_folder(own).absolute()}\n", encoding="utf-8")
    (private / "HEAD").write_text(f"{commit}\n", encoding="utf-8")
    (private / ORIGIN).write_text(f"{git.root}\n", encoding="utf-8")
    (tree / ".git").write_text(f"gitdir: {private}\n", encoding="utf-8")
    config = [word for key, value in _CONFIG.items() for word in ("-c", f"{key}={value}")]
    reading = ["read-tree", "--reset", "-u", "--no-recurse-submodules", commit]
    done = subprocess.run(
        ["git", "-C", str(tree), *config, *reading],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env=environment(),
        check=False,
    )
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", errors="replace").strip()
        raise GitError(f"The files of commit {commit[:12]} of {git.root} cannot be had: {said}")
    return tree
