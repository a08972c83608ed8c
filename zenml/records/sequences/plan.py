"""What sequences are made of: the arguments of a sequencer, read and checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Call = tuple[str, Mapping[str, Any]]


@dataclass(frozen=True)
class ColumnPlan:
    """What is done to a column, and what it becomes.

    Attributes:
        resampling: Name and parameters.
        filling: Name and parameters.
        resampled: "integer", "float" or "string": what the resampling gives.
        kind: The same of the filling.
    """

    resampling: Call
    filling: Call
    resampled: str
    kind: str


@dataclass(frozen=True)
class Target:
    """The value of a column some steps after the end of a sequence."""

    column: str
    ahead: int


@dataclass(frozen=True)
class Plan:
    """How sequences are made.

    Attributes:
        timestamp: Column of the times.
        category: Column that says which series a row belongs to; None: all to one.
        columns: Column -> what is done to it; neither of those two.
        frequency: How long a step is.
        gap: Seconds without a row that end a session.
        length: Steps of a sequence.
        shift: Steps from the beginning of a sequence to that of the next.
        targets: New column -> what it holds.
    """

    timestamp: str
    category: str | None
    columns: Mapping[str, ColumnPlan]
    frequency: str
    gap: float
    length: int
    shift: int
    targets: Mapping[str, Target] = field(default_factory=dict)

    @property
    def needed(self) -> int:
        """Steps that a session has at least, to give a sequence."""
        return self.length + max((target.ahead for target in self.targets.values()), default=0)


@dataclass
class Counts:
    """What became of the rows.

    Attributes:
        totals: `rows_without_time`, `sessions`, `sessions_too_short`, `sequences`,
            `sequences_with_gaps` and `sequences_without_target`, which were left out.
        gaps: Column -> how many sequences it leaves a gap in.
    """

    totals: Counter[str] = field(default_factory=Counter)
    gaps: Counter[str] = field(default_factory=Counter)
