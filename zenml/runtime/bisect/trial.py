"""Trial: one commit that was looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

GOOD, BAD, SKIPPED = "good", "bad", "skipped"


@dataclass(frozen=True)
class Trial:
    """What a commit showed.

    Attributes:
        sha: The commit.
        verdict: "good", "bad", or "skipped": the pipeline cannot run there.
        value: The metric; None where it was skipped.
        reason: Why it was skipped.
        same_as: A commit looked at before whose result it has, for it has the same
            code; "" where there is none.
        run: Name of the run that gave the metric; "" where an earlier run had.
        executed: Steps that really ran.

    Example:
        >>> Trial("1a2b" * 10, GOOD, 0.9).verdict
        'good'
    """

    sha: str
    verdict: str
    value: float | None = None
    reason: str = ""
    same_as: str = ""
    run: str = ""
    executed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Limit:
    """Which values are good.

    Attributes:
        value: The limit; it is good itself.
        lower_is_better: Whether smaller values are good, and not larger ones.

    Example:
        >>> Limit(0.9).allows(0.95), Limit(0.3, lower_is_better=True).allows(0.5)
        (True, False)
    """

    value: float
    lower_is_better: bool = False

    def allows(self, value: float) -> bool:
        """Whether a value is good."""
        return value <= self.value if self.lower_is_better else value >= self.value


class Listener:
    """Hears how a search gets on; this one keeps it to itself.

    Example:
        >>> Listener().ended(Trial("1a2b" * 10, GOOD, 0.9))
    """

    def begins(self, sha: str) -> None:
        """A commit is looked at."""

    def ended(self, trial: Trial) -> None:
        """A commit is judged."""


def executed(trials: Iterable[Trial]) -> dict[str, int]:
    """Step -> how many times it really ran."""
    return dict(Counter(step for trial in trials for step in trial.executed))
