"""Search: looks at commits until the one is found that moved a metric."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from zenml.errors import BisectError
from zenml.repo.git import GitRepository
from zenml.runtime.bisect.history import History, merge_bases
from zenml.runtime.bisect.laboratory import Laboratory
from zenml.runtime.bisect.metric import Metric
from zenml.runtime.bisect.template import Template
from zenml.runtime.bisect.trial import BAD, GOOD, SKIPPED, Limit, Listener, Trial
from zenml.runtime.bisect.wire import Answer, Question

_TRIES = 3  # of the same code: that it does not run may be for want of a file


@dataclass(frozen=True)
class Wanted:
    """What counts as good, as the user said it.

    Attributes:
        threshold: The limit itself, or None.
        drop: How far from the good commit's value the limit is, or None. Where
            neither is given the limit is in the middle between the two commits.
        lower_is_better: Whether smaller values are better.

    Example:
        >>> Wanted(drop=0.02).limit(0.9, 0.5).value
        0.88
    """

    threshold: float | None = None
    drop: float | None = None
    lower_is_better: bool = False

    def limit(self, good: float, bad: float) -> Limit:
        """The limit, for the values at the two commits."""
        value = (good + bad) / 2
        if self.threshold is not None:
            value = self.threshold
        elif self.drop is not None:
            value = good + self.drop if self.lower_is_better else good - self.drop
        return Limit(value, self.lower_is_better)


class Search:
    """The search for one commit.

    Args:
        git: The repository.
        template: What runs at each commit.
        metric: What it gives.
        listener: Hears of every trial.
        laboratory: Asks the commits.

    Attributes:
        trials: What was looked at, in that order.
        files: Of the repository, that the code was in at any of them.
        limit: Which values are good.
    """

    def __init__(
        self,
        git: GitRepository,
        template: Template,
        metric: Metric,
        listener: Listener,
        laboratory: Laboratory,
    ) -> None:
        """Looks at nothing yet."""
        self._git = git
        self._template = template
        self._metric = metric
        self._listener = listener
        self._laboratory = laboratory
        self._known: dict[str, Trial] = {}  # by fingerprint
        self.trials: dict[str, Trial] = {}
        self.files: dict[str, frozenset[str]] = {}
        self.limit = Limit(0.0)

    def run(self, good: str, bad: str, wanted: Wanted) -> list[str]:
        """The commit that moved the metric, or those among which it is.

        Args:
            good: Sha of a commit before it.
            bad: Sha of a commit after it.
            wanted: Which values are good.

        Raises:
            BisectError: The two commits do not differ so that one between them can be named.
        """
        bases = merge_bases(self._git, good, bad)
        self._refuse_order(good, bad, bases)
        self._set_limit(good, bad, wanted)
        for base in bases:
            if base != good:
                self._check_base(base, good, bad)
        history = History(self._git, good, bad)
        while True:
            history.touched_by(set().union(*self.files.values()))
            sha = self._next(history)
            if sha is None:
                return list(history)
            verdict = self._try(sha).verdict
            if verdict == GOOD:
                history.is_good(sha)
            elif verdict == BAD:
                history.is_bad(sha)

    def _next(self, history: History) -> str | None:
        """The commit to look at; the same code is not tried for ever."""
        skipped = {sha for sha, trial in self.trials.items() if trial.verdict == SKIPPED}
        tries = Counter(history.label(sha) for sha in skipped)
        hopeless = {sha for sha in history if tries[history.label(sha)] >= _TRIES}
        return history.next(skipped | hopeless, tries)

    def _refuse_order(self, good: str, bad: str, bases: Iterable[str]) -> None:
        if bad in bases:
            same = " the same as" if good == bad else " behind"
            raise BisectError(
                f"The bad commit {bad[:12]} is{same} the good one {good[:12]}, and it has to come "
                "after it. Did you swap them?"
            )
        if not bases:
            raise BisectError(
                f"The commits {good[:12]} and {bad[:12]} have no history in common here. A clone "
                "may lack commits: `git fetch --unshallow` brings them."
            )

    def _set_limit(self, good: str, bad: str, wanted: Wanted) -> None:
        """Looks at both ends, and makes sure that one is better."""
        better, worse = self._value_at(good, "good"), self._value_at(bad, "bad")
        self.limit = wanted.limit(better, worse)
        told = (
            f"{self._metric} is {better:.6g} at the good commit {good[:12]} and {worse:.6g} at the "
            f"bad one {bad[:12]}"
        )
        if better == worse:
            raise BisectError(f"{told}: nothing moved it.{self._hint()}")
        if (better < worse) != wanted.lower_is_better:
            hint = (
                "leave --lower-is-better out"
                if wanted.lower_is_better
                else ("add --lower-is-better, if small values are good")
            )
            raise BisectError(f"{told}, which is better. Swap the two, or {hint}.")
        if not self.limit.allows(better) or self.limit.allows(worse):
            raise BisectError(f"{told}: the limit {self.limit.value:.6g} does not part them.")
        self._say(good)
        self._say(bad)

    def _hint(self) -> str:
        template = self._template
        if template.is_called or template.built_by:
            return ""
        return (
            f" The steps have the arguments of run {template.run} at every commit. If commits "
            "changed these, name what puts the pipeline together: --from MODULE.NAME"
        )

    def _value_at(self, sha: str, word: str) -> float:
        trial = self._look(sha)
        if trial.value is None:
            raise BisectError(
                f"The pipeline gives no {self._metric} at the {word} commit {sha[:12]}: "
                f"{trial.reason}. A checkout has no files but git's, and no submodules. Name "
                f"another {word} commit, at which it runs."
            )
        return trial.value

    def _check_base(self, base: str, good: str, bad: str) -> None:
        if self._try(base).verdict == BAD:
            raise BisectError(
                f"The histories of {good[:12]} and {bad[:12]} part at {base[:12]}, which is bad "
                "as well: the metric was moved before it, and moved back on the way to the good "
                f"commit. Name a good commit that {base[:12]} has behind it."
            )

    def _try(self, sha: str) -> Trial:
        self._look(sha)
        return self._say(sha)

    def _say(self, sha: str) -> Trial:
        """Judges a trial, and tells of it."""
        trial = self.trials[sha]
        if trial.value is not None:
            verdict = GOOD if self.limit.allows(trial.value) else BAD
            trial = self.trials[sha] = dataclasses.replace(trial, verdict=verdict)
        self._listener.ended(trial)
        return trial

    def _look(self, sha: str) -> Trial:
        """Asks a commit, unless one with the same code was asked."""
        if sha not in self.trials:
            self._listener.begins(sha)
            question = Question(self._template, self._metric, frozenset(self._known))
            answer = self._laboratory.ask(sha, question)
            self.files[sha] = answer.files
            self.trials[sha] = self._trial(sha, answer)
            if answer.mark and self.trials[sha].value is not None:
                self._known.setdefault(answer.mark, self.trials[sha])
        return self.trials[sha]

    def _trial(self, sha: str, answer: Answer) -> Trial:
        known = self._known.get(answer.mark)
        if known is not None:
            return Trial(sha, known.verdict, known.value, known.reason, same_as=known.sha)
        verdict = SKIPPED if answer.value is None else ""
        return Trial(
            sha, verdict, answer.value, answer.error, run=answer.run, executed=answer.executed
        )
