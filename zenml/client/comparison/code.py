"""The code that the steps of two runs stood on, file by file."""

from __future__ import annotations

import functools
from collections.abc import Iterable

from zenml.client.comparison.code_difference import (
    FileDifference,
    Place,
    StepCode,
    file_difference,
    text_of,
)
from zenml.client.comparison.patches import Patch, contents_of, read_patches
from zenml.client.comparison.side import Side
from zenml.errors import RepositoryError
from zenml.metadata import code as recorded_code
from zenml.repo import versions
from zenml.repo.git import Commit, GitRepository
from zenml.repo.versions import OWN_PREFIX
from zenml.spec import UNPINNED

_COMMITS = 10
_NOT_RECORDED = "what ran was not committed, and the difference is not beside the run any more"


class CodeReader:
    """Reads code from git's objects, and what was not committed from beside the runs.

    Args:
        git: The repository.

    Example:
        >>> from zenml.repo.git import GitRepository
        >>> CodeReader(GitRepository()).difference({})
        ()
    """

    def __init__(self, git: GitRepository) -> None:
        """Asks nothing yet."""
        self._git = git
        self._patches: list[Patch] = []
        self._known: dict[tuple[str, str], StepCode] = {}
        self._commits: dict[tuple[str, str, frozenset[str]], tuple[Commit, ...]] = {}

    def of_step(self, side: Side, name: str) -> StepCode | None:
        """What a node stood on; None for one without code in the repository."""
        source, version = side.source(name), side.version(name)
        if not source or source.startswith("zenml.") or version.startswith(OWN_PREFIX):
            return None
        parts = side.parts(name)
        if parts is not None and parts.code:
            key = side.run.name, parts.code
            if key not in self._known:
                self._known[key] = self._recorded(side, parts.code) or self._told(side, name)
            return self._known[key]
        if version == UNPINNED:
            return self._told(side, name)
        if (source, version) not in self._known:
            self._known[source, version] = self._told(side, name)
        return self._known[source, version]

    def _recorded(self, side: Side, digest: str) -> StepCode | None:
        """As the run recorded it; None where it did not."""
        found = recorded_code.read(side.run.store, digest)
        if found is None:
            return None
        self._patches += read_patches(found.diff.encode())
        return StepCode(found.files)

    def _told(self, side: Side, name: str) -> StepCode:
        """As its version tells it."""
        source, version = side.source(name), side.version(name)
        if version == UNPINNED:
            return _not_committed(side, name)
        try:
            return StepCode(dict(versions.version_of(source, version, git=self._git).files))
        except RepositoryError as exc:
            return StepCode(unknown=str(exc))

    def commits(self, a: str, b: str, paths: Iterable[str]) -> tuple[Commit, ...]:
        """The newest commits between two that touched any of the paths."""
        key = a, b, frozenset(paths)
        if UNPINNED in (a, b) or a == b:
            return ()
        if key not in self._commits:
            known = all(self._git.resolve(sha) for sha in (a, b))
            log = self._git.log(sorted(key[2]), _COMMITS, f"{a}...{b}") if known else []
            self._commits[key] = tuple(log)
        return self._commits[key]

    def difference(self, files: dict[Place, list[str]], *sides: Side) -> tuple[FileDifference, ...]:
        """The difference of each file: path and names of its contents -> steps."""
        read = functools.partial(text_of, self._contents(files, sides))
        return tuple(
            file_difference(place, tuple(steps), read(place[1]), read(place[2]))
            for place, steps in sorted(files.items(), key=lambda item: item[0][0])
        )

    def _contents(self, files: Iterable[Place], sides: Iterable[Side]) -> dict[str, bytes]:
        patches = [*self._patches, *(patch for side in sides for patch in side.patches)]
        blobs = {blob for _, a, b in files for blob in (a, b) if blob}
        known = self._read({*blobs, *(p.before for p in patches if not p.is_new)})
        return {**contents_of(patches, known), **known}

    def _read(self, blobs: set[str]) -> dict[str, bytes]:
        """The contents that git has."""
        if not blobs:
            return {}
        chosen = sorted(blobs)
        answer = self._git.ask("cat-file", "--batch-check", data="\n".join([*chosen, ""]))
        there = [line.split()[0] for line in answer.decode().splitlines() if " blob " in line]
        return self._git.read_blobs(there)


def _not_committed(side: Side, name: str) -> StepCode:
    mine = [patch for patch in side.patches if name in patch.nodes]
    if not mine:
        return StepCode(is_whole=False, unknown=_NOT_RECORDED)
    files = {patch.path: patch.after for patch in mine if not patch.is_removed}
    gone = frozenset(patch.path for patch in mine if patch.is_removed)
    return StepCode(files, gone, is_whole=False)
