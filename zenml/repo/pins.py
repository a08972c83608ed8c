"""The commit that a closure is pinned by: the newest one that touched it."""

from __future__ import annotations

from pathlib import PurePosixPath

from zenml.repo.closure import Closure, digest_of
from zenml.repo.git import GitRepository
from zenml.spec import UNPINNED

_Key = tuple[str, str, str, str]
_pins: dict[_Key, tuple[str, str]] = {}


def pin(closure: Closure, git: GitRepository) -> tuple[str, str]:
    """The version of a closure as it lies in the working tree, and what is not committed of it.

    Returns:
        The sha of the newest commit that touched it, and ""; or "unpinned", and the
        difference from HEAD as text.
    """
    head = git.head_sha()
    absent = digest_of(sorted(closure.absent))
    key = (str(git.root), head or "", digest_of(closure.files), absent)
    if key not in _pins:
        known = git.blobs_at(head, [*closure.files, *sorted(closure.absent)]) if head else {}
        if head is None or known != closure.files:
            _pins[key] = UNPINNED, _difference(closure, known, git)
        else:
            _pins[key] = _newest(closure, git, head), ""
    return _pins[key]


def _difference(closure: Closure, known: dict[str, str], git: GitRepository) -> str:
    """What differs from HEAD, which has `known`: files, and files whose absence is felt."""
    now = {path: blob for path, blob in closure.files.items() if known.get(path) != blob}
    before = {path: blob for path, blob in known.items() if closure.files.get(path) != blob}
    return _nested(list(now), git) + git.difference(before, now)


def _nested(paths: list[str], git: GitRepository) -> str:
    """Says which files belong to a repository within this one, whose commits do not hold them."""
    found = {
        folder.as_posix(): None
        for path in paths
        for folder in PurePosixPath(path).parents
        if folder.name and (git.root / folder / ".git").exists()
    }
    return "".join(
        f"The folder {folder} is a git repository (or submodule) of its own: the commits of this "
        "one do not hold its files, so they cannot be pinned.\n"
        for folder in found
    )


def _newest(closure: Closure, git: GitRepository, head: str) -> str:
    """The newest commit that changed the closure, be it by taking a file away.

    From there to HEAD none of its files changed. But a file that lay there then,
    and is gone now, may have been imported in the place of one of them: it is
    watched as well, which leads to the commit that removed it. All paths that
    could matter are hundreds, and make git slow; the ones that do are few.
    """
    watched = set(closure.files)
    while True:
        sha = git.newest_commit(sorted(watched)) or head
        gone = set(git.blobs_at(sha, sorted(closure.absent))) if sha != head else set()
        if gone <= watched:
            return sha
        watched |= gone
