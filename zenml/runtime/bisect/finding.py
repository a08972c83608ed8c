"""Finding: what a search found, and how the commit differs from the one before it."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from zenml.repo.git import Commit, GitRepository
from zenml.runtime.bisect.metric import Metric
from zenml.runtime.bisect.trial import GOOD, Limit, Trial, executed

_SECTION = re.compile(rb"^(?=diff --git )", re.MULTILINE)


@dataclass(frozen=True)
class Change:
    """What a commit changed.

    Attributes:
        before: The commit that it is compared with; None of the first one.
        files: That the code of the pipeline is in.
        others: The other files.
        diff: Of the files, those of the pipeline's code first.

    Example:
        >>> Change(None, ["steps.py"], [], "").files
        ['steps.py']
    """

    before: str | None
    files: list[str]
    others: list[str]
    diff: str = field(repr=False)


@dataclass(frozen=True)
class Finding:
    """What a search found.

    Attributes:
        pipeline: Name of the pipeline.
        step: Which gives the metric.
        metric: What was looked at.
        good: The commit that the user named good.
        bad: The commit that the user named bad.
        limit: Which values were good.
        commits: The commit that moved the metric; several where commits were
            skipped, and it can be any of them.
        trials: Every commit that was looked at, in that order.
        change: What the commit changed; None where there are several.

    Example:
        >>> Finding("p", "train", Metric("loss"), "1" * 40, "2" * 40, Limit(0.5)).executed
        {}
    """

    pipeline: str
    step: str
    metric: Metric
    good: str
    bad: str
    limit: Limit
    commits: list[Commit] = field(default_factory=list)
    trials: dict[str, Trial] = field(default_factory=dict)
    change: Change | None = None

    @property
    def commit(self) -> Commit | None:
        """The commit that moved the metric; None where it can be any of several."""
        return self.commits[0] if len(self.commits) == 1 else None

    @property
    def executed(self) -> dict[str, int]:
        """Step -> how many times it really ran."""
        return executed(self.trials.values())

    @property
    def runs(self) -> list[str]:
        """Names of the runs that it took."""
        return [trial.run for trial in self.trials.values() if trial.run]

    @property
    def values(self) -> tuple[float | None, float | None]:
        """The metric before the commit and at it, as far as it is one and they are known."""
        if self.commit is None:
            return None, None
        before = self.trials.get(self.change.before or "") if self.change else None
        at = self.trials.get(self.commit.sha)
        return before.value if before else None, at.value if at else None

    def to_dict(self) -> dict[str, Any]:
        """Plain data, for `--output json`."""
        before, at = self.values
        found = self.commit
        change = self.change
        return {
            "pipeline": self.pipeline,
            "step": self.step,
            "metric": self.metric.name,
            "slice": dict(self.metric.slice),
            "good": self._end(self.good),
            "bad": self._end(self.bad),
            "limit": self.limit.value,
            "lower_is_better": self.limit.lower_is_better,
            "commit": {**vars(found), "before": before, "value": at} if found else None,
            "candidates": [vars(commit) for commit in self.commits],
            "files": change.files if change else [],
            "other_files": change.others if change else [],
            "diff": change.diff if change else "",
            "trials": [vars(trial) for trial in self.trials.values()],
            "executed": self.executed,
            "runs": self.runs,
        }

    def _end(self, sha: str) -> dict[str, Any]:
        trial = self.trials.get(sha)
        return {"sha": sha, "value": trial.value if trial else None}


def change_of(
    git: GitRepository, sha: str, code: Collection[str], trials: dict[str, Trial]
) -> Change:
    """What a commit changed, as against a parent that was good.

    Args:
        git: The repository.
        sha: The commit.
        code: The files that the pipeline's code is in.
        trials: What was looked at.
    """
    parents = git.ask("rev-list", "--parents", "-1", sha).decode("ascii").split()[1:]
    good = [parent for parent in parents if parent in trials and trials[parent].verdict == GOOD]
    before = next(iter([*good, *parents]), None)
    trees = ["--root", sha] if before is None else [before, sha]
    words = ["-r", "--no-renames", "--no-commit-id", "--no-ext-diff", "--no-textconv", *trees]
    names = git.ask("diff-tree", "--name-only", "-z", *words).decode("utf-8", errors="replace")
    paths = names.split("\0")[:-1]
    sections = _SECTION.split(git.ask("diff-tree", "-p", *words))[-len(paths) :] if paths else []
    parts = dict(zip(paths, sections, strict=False))
    files = [path for path in paths if path in code]
    others = [path for path in paths if path not in code]
    diff = b"".join(parts.get(path, b"") for path in [*files, *others])
    return Change(before, files, others, diff.decode("utf-8", errors="replace"))
