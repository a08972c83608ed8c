"""How long two runs took."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from zenml.client.comparison.side import Side


@dataclass(frozen=True)
class TimeDifference:
    """How long a step took in two runs.

    Attributes:
        step: Its name.
        a: Seconds in the first run; None where it did not run there.
        b: Seconds in the second run.
        states: How it ended in the first and in the second run, "" where it did not begin.

    Example:
        >>> TimeDifference("fit", 2.0, 0.0, ("succeeded", "cached")).to_dict()["states"]
        ['succeeded', 'cached']
    """

    step: str
    a: float | None
    b: float | None
    states: tuple[str, str]

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {**vars(self), "states": list(self.states)}


def compare_times(a: Side, b: Side) -> tuple[TimeDifference, ...]:
    """Every step of either run."""
    names = dict.fromkeys([*a.names, *b.names])
    return tuple(
        TimeDifference(
            name, _seconds(a, name), _seconds(b, name), (_state(a, name), _state(b, name))
        )
        for name in names
    )


def _seconds(side: Side, name: str) -> float | None:
    return side.steps[name].seconds if name in side.steps else None


def _state(side: Side, name: str) -> str:
    return side.steps[name].state if name in side.steps else ""
