"""The code that the steps of two runs stood on, file by file."""

from __future__ import annotations

import difflib
import functools
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

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


@dataclass(frozen=True)
class StepCode:
    """The files that a step stood on.

    Attributes:
        files: Path -> name of the content in git.
        gone: Paths that only a commit had, and the working tree of then had not.
        is_whole: Whether these are all; else those that were not committed.
        unknown: Why it is not known, or "".

    Example:
        >>> StepCode({"steps.py": "0123456789"}).is_whole
        True
    """

    files: dict[str, str] = field(default_factory=dict)
    gone: frozenset[str] = frozenset()
    is_whole: bool = True
    unknown: str = ""


@dataclass(frozen=True)
class FileDifference:
    r"""One file of the code in two runs.

    Attributes:
        path: From the repository's root.
        a: Name of its content in the first run; None where the steps did not stand on it.
        b: The same in the second run.
        steps: Names of the steps that stand on it.
        diff: The difference as text, in unified form.
        unknown: Why there is none, or "".

    Example:
        >>> FileDifference("a.py", "1", "2", ("fit",), "--- a\n+++ b\n+x\n+y\n-z\n").counts
        (2, 1)
    """

    path: str
    a: str | None
    b: str | None
    steps: tuple[str, ...]
    diff: str = ""
    unknown: str = ""

    @property
    def counts(self) -> tuple[int, int]:
        """The number of lines that are new, and of those that are gone."""
        lines = [line for line in self.diff.splitlines() if not line.startswith(("+++", "---"))]
        signs = [line[:1] for line in lines]
        return signs.count("+"), signs.count("-")

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        plain = {"path": self.path, "a": self.a, "b": self.b, "steps": list(self.steps)}
        return {**plain, "diff": self.diff, **({"unknown": self.unknown} if self.unknown else {})}


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

    def difference(
        self, files: dict[tuple[str, str | None, str | None], list[str]], *sides: Side
    ) -> tuple[FileDifference, ...]:
        """The difference of each file: path and names of its contents -> steps."""
        read = functools.partial(_text, self._contents(files, sides))
        return tuple(
            _file_difference(path, a, b, tuple(steps), read(a), read(b))
            for (path, a, b), steps in sorted(files.items(), key=lambda item: item[0][0])
        )

    def _contents(
        self, files: Iterable[tuple[str, str | None, str | None]], sides: Iterable[Side]
    ) -> dict[str, bytes]:
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


def changed_files(a: StepCode, b: StepCode) -> list[tuple[str, str | None, str | None]]:
    """Path and names of its two contents, of each file that differs."""
    whole = a.is_whole and b.is_whole
    paths = {*a.files, *b.files} if whole else _comparable(a, b)
    pairs = ((path, a.files.get(path), b.files.get(path)) for path in sorted(paths))
    return [pair for pair in pairs if pair[1] != pair[2]]


def _comparable(a: StepCode, b: StepCode) -> set[str]:
    """The paths that can be compared where not all files are known."""
    return {path for one in (a, b) if not one.is_whole for path in {*one.files, *one.gone}}


def _not_committed(side: Side, name: str) -> StepCode:
    mine = [patch for patch in side.patches if name in patch.nodes]
    if not mine:
        return StepCode(is_whole=False, unknown=_NOT_RECORDED)
    files = {patch.path: patch.after for patch in mine if not patch.is_removed}
    gone = frozenset(patch.path for patch in mine if patch.is_removed)
    return StepCode(files, gone, is_whole=False)


def _text(contents: dict[str, bytes], blob: str | None) -> str | None:
    if blob is None:
        return ""
    content = contents.get(blob)
    return None if content is None else content.decode("utf-8", errors="replace")


def _file_difference(
    path: str,
    a: str | None,
    b: str | None,
    steps: tuple[str, ...],
    old: str | None,
    new: str | None,
) -> FileDifference:
    if old is None or new is None:
        which = "first" if old is None else "second"
        return FileDifference(
            path, a, b, steps, unknown=f"git does not have what the {which} run used"
        )
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    left, right = f"a/{path}" if a else "/dev/null", f"b/{path}" if b else "/dev/null"
    lines = difflib.unified_diff(before, after, left, right)
    diff = "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)
    return FileDifference(path, a, b, steps, diff)
