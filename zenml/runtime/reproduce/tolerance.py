"""How far two numbers may lie apart and still count as equal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class Tolerance:
    """Two numbers are equal within it where `|a - b| <= absolute + relative * |b|`.

    Attributes:
        relative: Share of the recorded number.
        absolute: For numbers near 0.

    Example:
        >>> Tolerance().covers(1.00001, 1.0), Tolerance().covers(1.1, 1.0)
        (True, False)
        >>> str(Tolerance())
        'relative 0.0001, absolute 1e-06'
    """

    relative: float = 1e-4
    absolute: float = 1e-6

    def __str__(self) -> str:
        return f"relative {self.relative:g}, absolute {self.absolute:g}"

    def covers(self, new: Any, recorded: Any) -> bool:
        """Whether two numbers, or all of two arrays of one shape, are equal within it."""
        import numpy as np

        return bool(
            np.allclose(new, recorded, rtol=self.relative, atol=self.absolute, equal_nan=True)
        )

    @staticmethod
    def same(new: np.ndarray[Any, Any], recorded: np.ndarray[Any, Any]) -> bool:
        """Whether two arrays are the same to the bit; one NaN is like another."""
        import numpy as np

        if new.dtype != recorded.dtype or new.shape != recorded.shape:
            return False
        return bool(np.array_equal(new, recorded, equal_nan=new.dtype.kind in "fcmM"))
