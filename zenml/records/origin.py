"""Where rows come from, as errors say it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Origin:
    """The source of some rows.

    Attributes:
        name: Of the source, e.g. "MySource.read()".
        place: Number of a row, from 0, -> where it stands; None counts the rows.

    Example:
        >>> Origin("read()").at(0)
        'read(), row 1'
    """

    name: str
    place: Callable[[int], str] | None = None

    @classmethod
    def of(cls, given: str | Origin) -> Origin:
        """What was given, by its name or as it is."""
        return given if isinstance(given, Origin) else cls(given)

    def at(self, row: int) -> str:
        """Where a row stands."""
        return self.place(row) if self.place else f"{self.name}, row {row + 1}"

    def __str__(self) -> str:
        return self.name
