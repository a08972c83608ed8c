"""Trees: the work trees that nodes run in whose code is not today's."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from zenml.repo import versions
from zenml.repo.checkout import checkout
from zenml.repo.git import GitRepository
from zenml.repo.moment import one_moment
from zenml.repo.roots import inside
from zenml.spec import UNPINNED, PipelineSpec


def commits_of(spec: PipelineSpec) -> dict[str, str]:
    """Node -> commit, of the nodes whose step is at another version than today's code."""
    pinned = [
        (node.name, node.step)
        for node in spec.nodes
        if node.step is not None
        and node.step.version != UNPINNED
        and not node.step.version.startswith(versions.OWN_PREFIX)
    ]
    if not pinned:
        return {}
    git = GitRepository()
    with one_moment():
        return {
            name: step.version
            for name, step in pinned
            if not versions.is_todays(step.source, step.version, git)
        }


class Trees:
    """Work trees of commits, each made when the first node of it runs.

    Args:
        commits: Node -> commit whose files it is to see; the others have today's.

    Example:
        >>> Trees({}).folder("trainer") is None
        True
    """

    def __init__(self, commits: Mapping[str, str]) -> None:
        """Makes none yet."""
        self._commits = commits
        self._folders: dict[str, Path] = {}
        self._stack = ExitStack()

    def folder(self, node: str) -> Path | None:
        """The root of the tree that a node runs in; None is the repository itself.

        Raises:
            VersionNotFoundError: The clone has no such commit.
        """
        sha = self._commits.get(node)
        if sha is None:
            return None
        if sha not in self._folders:
            self._folders[sha] = self._stack.enter_context(checkout(GitRepository(), sha))
        return self._folders[sha]

    def close(self) -> None:
        """Removes them."""
        self._folders.clear()
        self._stack.close()


def moved(path: str, root: Path, tree: Path) -> str:
    """A path in another work tree, if it is the user's own in this one; else as it is.

    Example:
        >>> moved("/usr/lib", Path("/home/ada/project"), Path("/tmp/tree"))
        '/usr/lib'
    """
    own = inside(root, path) if path else None
    return path if own is None else str(tree / own)


def current_folder(root: Path, tree: Path) -> Path:
    """The folder of a work tree that the current one is in another; its root where it has none."""
    there = Path(moved(os.getcwd(), root, tree))
    return there if there.is_relative_to(tree) and there.is_dir() else tree
