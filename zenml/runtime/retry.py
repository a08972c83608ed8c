"""Retry: how often a step that failed is tried again, and after how long."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Retry:
    """How often, and after how long.

    Attributes:
        max_retries: Attempts after the first.
        delay: Seconds before the first of them.
        backoff: What the delay grows by from one to the next.

    Example:
        >>> [Retry(3, delay=1, backoff=2).pause(attempt) for attempt in (1, 2, 3)]
        [1.0, 2.0, 4.0]
    """

    max_retries: int = 0
    delay: float = 0.0
    backoff: float = 1.0

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Retry:
        """The retry of a node's settings; none where they say nothing."""
        given = settings.get("retry") or {}
        return cls(
            int(given.get("max_retries") or 0),
            float(given.get("delay") or 0),
            float(given.get("backoff") or 1),
        )

    @property
    def attempts(self) -> int:
        """How many attempts there are at most."""
        return 1 + max(0, self.max_retries)

    def pause(self, attempt: int) -> float:
        """Seconds between that attempt, counted from 1, and the next."""
        return float(self.delay * self.backoff ** (attempt - 1))
