"""ChangedCode: which files of a step's code changed, and the commits that did it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from zenml.errors import GitError
from zenml.metadata import code
from zenml.metadata.code import Code
from zenml.repo.git import Commit, GitRepository
from zenml.runtime.reasons import CODE, Reason
from zenml.spec import UNPINNED

_MOST = 20  # files whose commits are looked for: each costs some milliseconds


class ChangedCode:
    """Compares the code behind two digests; the same question is answered once in a run.

    Args:
        store: The open metadata store.
        today: Digest -> code, of what runs now.

    Example:
        >>> ChangedCode(None, {}).reasons("", "", UNPINNED)
        ()
    """

    def __init__(self, store: Any, today: Mapping[str, Code]) -> None:
        """Asks nothing yet."""
        self._store = store
        self._today = today
        self._folder = os.getcwd()  # a step may change it
        self._known: dict[tuple[str, str, str], tuple[Reason, ...]] = {}

    def reasons(self, old: str, new: str, version: str) -> tuple[Reason, ...]:
        """A reason for each file that differs; none where that is not known.

        Args:
            old: Digest of the code as it was.
            new: Digest of the code as it is.
            version: Of the code as it is: a commit or "unpinned".
        """
        key = old, new, version
        if key not in self._known:
            before, after = code.read(self._store, old), self._today.get(new)
            found = () if before is None or after is None else self._compare(before, after, version)
            self._known[key] = found
        return self._known[key]

    def _compare(self, before: Code, after: Code, version: str) -> tuple[Reason, ...]:
        old, new = before.counted, after.counted
        paths = sorted(path for path in {*old, *new} if old.get(path) != new.get(path))
        end = (self._git.head_sha() or "") if version == UNPINNED else version
        committed = self._git.blobs_at(end, paths) if end else {}
        found = []
        for number, path in enumerate(paths):
            facts: dict[str, Any] = _change(path, old, new)
            there, now = committed.get(path), after.files.get(path)
            if there != now and (now is not None or version == UNPINNED):
                facts["uncommitted"] = True
            elif there == now and number < _MOST:  # else it is there, and not imported any more
                facts |= self._commit(path, end)
            found.append(Reason(CODE, path, before.files.get(path), now, facts))
        return tuple(found)

    @cached_property
    def _git(self) -> GitRepository:
        return GitRepository(self._folder)

    def _commit(self, path: str, end: str) -> dict[str, Any]:
        """The newest commit up to `end` that touched a file."""
        try:
            commits = self._git.log([path], limit=1, start=end)
        except GitError:  # a shallow clone, or history that was rewritten, lacks it
            return {}
        return {"commit": _told(commits[0])} if commits else {}


def _change(path: str, old: dict[str, str], new: dict[str, str]) -> dict[str, str]:
    if path not in old:
        return {"change": "new"}
    return {} if path in new else {"change": "gone"}


def _told(commit: Commit) -> dict[str, str]:
    return {
        "sha": commit.sha,
        "author": commit.author,
        "date": commit.date,
        "subject": commit.subject,
    }
