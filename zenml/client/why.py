"""StepWhy: why a step ran, or whose result it took."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zenml.metadata import code, parts, producers
from zenml.metadata.earlier import run_of
from zenml.runtime import reasons, why_text
from zenml.runtime.reasons import Reason

if TYPE_CHECKING:
    from zenml.client.step import StepView

_FILE = "diff --git "


@dataclass(frozen=True)
class StepWhy:
    """Why a step ran, as it was recorded when it began.

    Attributes:
        step: Name of the step.
        state: Either "running", "succeeded", "cached" or "failed".
        reasons: What was other than before, the most telling first; none where its
            result was there, or where nothing was recorded.
        since: The run that it was compared with; of a cached step, the run whose
            result it took. "" where there is none.

    Example:
        >>> print(StepWhy("trainer", "succeeded", (Reason("argument", "n", 1, 2),), "p-1"))
        trainer ran because n changed 1 -> 2
    """

    step: str
    state: str
    reasons: tuple[Reason, ...] = ()
    since: str = ""

    @property
    def sentences(self) -> list[str]:
        """Each reason as people read it."""
        return [why_text.sentence(reason) for reason in self.reasons]

    def __str__(self) -> str:
        """All of it in a line."""
        return f"{self.step} {self.verdict}"

    @property
    def verdict(self) -> str:
        """What is to be said of the step."""
        if self.state == "cached":
            return f"was not run: its result of run {self.since} is as good"
        if not self.reasons:
            return "ran; why was not recorded"
        return f"ran because {'; '.join(why_text.sentences(self.reasons))}"


def why_of(step: StepView) -> StepWhy:
    """Why a step of a run ran, or whose result it took."""
    store, execution = step.run.store, step.record
    if step.is_cached:
        original = producers.original_of(store, execution)
        return StepWhy(step.name, step.state, since=run_of(store, original.id))
    found = reasons.recorded(execution)
    if found is None:
        return StepWhy(step.name, step.state)
    since = run_of(store, found.since) if found.since else ""
    return StepWhy(step.name, step.state, found.reasons, since)


def uncommitted(step: StepView, path: str) -> str:
    """What was not committed of a file when a step ran; "" where all was, or it is not known.

    Args:
        step: The step.
        path: Of the file, from the repository's root.
    """
    recorded = parts.of(step.record)
    found = code.read(step.run.store, recorded.code) if recorded else None
    if found is None:
        return ""
    begins = f"a/{path} b/{path}\n"
    return "".join(
        f"{_FILE}{file}"
        for file in f"\n{found.diff}".split(f"\n{_FILE}")
        if file.startswith(begins)
    )
