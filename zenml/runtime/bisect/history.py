"""The commits among which the one is that moved a metric, and which to look at next.

The commits are halved as `git bisect` does it: on what each of them has behind it,
so merges count. Of the commits that touch the code of the pipeline each half gets as
many as the other, before all commits count: the others hardly move anything.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from zenml.errors import GitError
from zenml.repo.git import GitRepository
from zenml.repo.history import COMMAND as CHANGES

_HEAD = re.compile(r"([0-9a-f]{40,64})(?: [0-9a-f]{40,64})*(?: \(from ([0-9a-f]+)\))?(?: |$)")


class History:
    """The commits that lead to a bad one, and not to a good one.

    Args:
        git: The repository.
        good: Sha of a commit before the change.
        bad: Sha of a commit after it.

    Attributes:
        commits: The shas, each after its parents.

    Example:
        >>> import subprocess, tempfile
        >>> folder = tempfile.mkdtemp()
        >>> def git(*words):
        ...     who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"]
        ...     call = ["git", "-C", folder, *who, *words]
        ...     return subprocess.run(call, capture_output=True, text=True).stdout.strip()
        >>> done = [git("init")] + [git("commit", "--allow-empty", "-m", str(n)) for n in range(9)]
        >>> shas = git("log", "--format=%H").split()
        >>> history = History(GitRepository(folder), shas[-1], shas[0])
        >>> len(history), history.next() == shas[4]
        (8, True)
    """

    def __init__(self, git: GitRepository, good: str, bad: str) -> None:
        """Asks git for the commits."""
        self._git = git
        self._good, self._bad = good, bad
        lines = git.ask("rev-list", "--topo-order", "--reverse", "--parents", bad, f"^{good}")
        self._parents = {
            words[0]: words[1:] for words in map(str.split, lines.decode("ascii").splitlines())
        }
        self.commits = list(self._parents)
        self._index = {sha: index for index, sha in enumerate(self.commits)}
        self._behind = self._reached()
        self._files = self._changes()
        self._touching = 0
        self._labels: dict[str, str] = {}
        self._candidates = (1 << len(self.commits)) - 1
        self.touched_by(())

    def __len__(self) -> int:
        return self._candidates.bit_count()

    def __iter__(self) -> Iterator[str]:
        """The candidates, the oldest first."""
        return (sha for index, sha in enumerate(self.commits) if self._candidates >> index & 1)

    @property
    def touching(self) -> int:
        """How many candidates touch the code."""
        return (self._candidates & self._touching).bit_count()

    def is_good(self, sha: str) -> None:
        """Takes a commit, and all that it has behind it, from the candidates."""
        if sha in self._index:
            self._candidates &= ~self._behind[self._index[sha]]

    def is_bad(self, sha: str) -> None:
        """Leaves a commit and what it has behind it."""
        self._bad = sha
        self._candidates &= self._behind[self._index[sha]]

    def touched_by(self, paths: Iterable[str]) -> None:
        """Learns which files the code is in: they tell the commits that touch it.

        A merge touches them where it differs in them from each of its parents.
        """
        known = set(paths)
        self._touching = 0
        for index, sha in enumerate(self.commits):
            same = self._same_parent(sha, known)
            self._labels[sha] = sha if same is None else self._labels.get(same, same)
            self._touching |= (same is None) << index

    def label(self, sha: str) -> str:
        """The commit that a commit has its code from: those of one label have the same."""
        return self._labels.get(sha, sha)

    def next(self, skipped: Collection[str] = (), labels: Collection[str] = ()) -> str | None:
        """The candidate that is to be looked at next; None if none is left but the bad one.

        Args:
            skipped: Commits that tell nothing.
            labels: Those of a label that told nothing are taken only where nothing else
                is left, and then far from those that were.
        """
        free = [sha for sha in self if sha != self._bad and sha not in skipped]
        others = [sha for sha in free if self.label(sha) not in labels]
        if free and not others:
            return max(free, key=lambda sha: self._distance(sha, skipped))
        sides = (sha for sha in self._sides() if sha in others)
        return next(sides, None) or max(others, key=self._halves, default=None)

    def _distance(self, sha: str, others: Collection[str]) -> int:
        """How far a commit is from the nearest of others."""
        places = (self._index[other] for other in others if other in self._index)
        return min((abs(self._index[sha] - place) for place in places), default=0)

    def _sides(self) -> list[str]:
        """Where one candidate is left that touches the code: that one, and then its parents."""
        if self.touching != 1:
            return []
        sha = self.commits[(self._candidates & self._touching).bit_length() - 1]
        return [sha] if sha != self._bad else self._parents[sha]

    def _halves(self, sha: str) -> tuple[int, int]:
        behind = self._behind[self._index[sha]] & self._candidates
        touching, count = (behind & self._touching).bit_count(), behind.bit_count()
        return min(touching, self.touching - touching), min(count, len(self) - count)

    def _reached(self) -> list[int]:
        """For each commit the set of those behind it, itself too, as bits of a number."""
        found: list[int] = []
        for index, sha in enumerate(self.commits):
            behind = 1 << index
            for parent in self._parents[sha]:
                if parent in self._index:
                    behind |= found[self._index[parent]]
            found.append(behind)
        return found

    def _changes(self) -> dict[str, dict[str, set[str]]]:
        """For each commit the files in which it differs from each of its parents.

        A parent from which it differs in nothing is missing.
        """
        raw = self._git.ask(*CHANGES, self._bad, f"^{self._good}")
        found: dict[str, dict[str, set[str]]] = {}
        files: set[str] = set()
        for line in raw.decode("utf-8", errors="replace").splitlines():
            head = _HEAD.match(line)
            if head is None:
                files.add(line)
                continue
            parent = head[2] or next(iter(self._parents[head[1]]), "")
            files = found.setdefault(head[1], {}).setdefault(parent, set())
        return found

    def _same_parent(self, sha: str, paths: set[str]) -> str | None:
        """The first parent that has the same in these files; None where none has."""
        changes = self._files.get(sha, {})
        for parent in self._parents[sha]:
            if not changes.get(parent, set()) & paths:
                return parent
        return None


def merge_bases(git: GitRepository, good: str, bad: str) -> list[str]:
    """Where the histories of two commits part; the good one alone if it is behind the bad one."""
    try:
        return git.ask("merge-base", "--all", good, bad).decode("ascii").split()
    except GitError:  # it says nothing, and ends with 1
        return []
