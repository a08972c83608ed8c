"""VersionPolicy: which of the versions in a folder are served."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zenml.errors import ServingError

LATEST, ALL = "latest", "all"


@dataclass(frozen=True)
class VersionPolicy:
    """Which of the versions in a folder are served.

    Attributes:
        kind: "latest", "all" or "only".
        numbers: Those of "only".

    Example:
        >>> VersionPolicy.parse("2,5").groups([1, 2, 5, 7])
        [[2], [5]]
    """

    kind: str = LATEST
    numbers: tuple[int, ...] = ()

    @classmethod
    def parse(cls, text: str | int) -> VersionPolicy:
        """Reads "latest", "all", a number, or numbers with commas between them.

        Raises:
            ServingError: It is nothing of these.
        """
        words = [word.strip() for word in str(text).split(",")]
        if words in ([LATEST], [ALL]):
            return cls(words[0])
        if all(word.isdecimal() for word in words):
            return cls("only", tuple(sorted({int(word) for word in words})))
        raise ServingError(
            f"The versions to serve are {text!r}; it takes latest, all, a number such as 3, or "
            "numbers such as 2,5."
        )

    def groups(self, there: Sequence[int]) -> list[list[int]]:
        """The versions to serve: of each group the first that loads.

        Args:
            there: The versions that the folder holds.
        """
        if self.kind == LATEST:
            newest_first = sorted(there, reverse=True)
            return [newest_first] if newest_first else []
        return [[n] for n in sorted(there) if self.kind == ALL or n in self.numbers]
