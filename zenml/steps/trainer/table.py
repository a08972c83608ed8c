"""Table: what an estimator is fitted to."""

from __future__ import annotations

from typing import Any, NamedTuple


class Table(NamedTuple):
    """The rows of some splits in memory.

    Attributes:
        features: float32, of shape (rows, numbers).
        labels: int64 or float32, of shape (rows,), or (rows, values) for several a row.

    Example:
        >>> features, labels = Table([[0.5]], [1])
        >>> labels
        [1]
    """

    features: Any
    labels: Any
