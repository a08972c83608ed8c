"""The data of two runs: statistics of splits, tables and arrays that steps made."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from zenml.client.comparison.dataset import Dataset, datasets_of
from zenml.client.comparison.features import FeatureDifference, compare_feature
from zenml.client.comparison.side import Side
from zenml.errors import DataError


@dataclass(frozen=True)
class DataDifference:
    """A dataset of two runs.

    Attributes:
        name: Of the node, and of the split or the output.
        rows: In the first and in the second run.
        features: The columns that both have, those that drifted most first.
        only_a: Columns that only the first run has.
        only_b: Columns that only the second run has.

    Example:
        >>> DataDifference("split_statistics train", (240, 204)).differs
        True
    """

    name: str
    rows: tuple[int, int]
    features: tuple[FeatureDifference, ...] = field(default=(), repr=False)
    only_a: tuple[str, ...] = ()
    only_b: tuple[str, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether anything that is recorded of it does."""
        apart = self.only_a or self.only_b or any(not one.is_equal for one in self.features)
        return bool(apart or self.rows[0] != self.rows[1])

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "data": self.name,
            "rows": list(self.rows),
            "features": [one.to_dict() for one in self.features],
            "only_a": list(self.only_a),
            "only_b": list(self.only_b),
        }


@dataclass(frozen=True)
class Data:
    """The data of two runs.

    Attributes:
        compared: The datasets that may differ.
        equal: Names of those whose content is the same.
        unread: Names of those that could not be read, and why.
        only_a: Names of those that only the first run has.
        only_b: Names of those that only the second run has.

    Example:
        >>> Data(equal=("split_statistics eval",)).differs
        False
    """

    compared: tuple[DataDifference, ...] = ()
    equal: tuple[str, ...] = ()
    unread: tuple[tuple[str, str], ...] = ()
    only_a: tuple[str, ...] = ()
    only_b: tuple[str, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether any does, or may."""
        return bool(self.compared or self.unread or self.only_a or self.only_b)

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "compared": [one.to_dict() for one in self.compared],
            "equal": list(self.equal),
            "unread": [{"data": name, "why": why} for name, why in self.unread],
            "only_a": list(self.only_a),
            "only_b": list(self.only_b),
        }


def compare_data(a: Side, b: Side) -> Data:
    """The datasets of two runs, by name."""
    old, new = ({one.name: one for one in datasets_of(side)} for side in (a, b))
    compared: list[DataDifference] = []
    equal: list[str] = []
    unread: list[tuple[str, str]] = []
    for name in (name for name in old if name in new):
        if old[name].content and old[name].content == new[name].content:
            equal.append(name)
            continue
        try:
            difference = _compare(old[name], new[name])
        except DataError as exc:
            unread.append((name, str(exc)))
            continue
        if difference.differs:
            compared.append(difference)
        else:
            equal.append(name)
    return Data(
        tuple(compared),
        tuple(equal),
        tuple(unread),
        tuple(name for name in old if name not in new),
        tuple(name for name in new if name not in old),
    )


def _compare(a: Dataset, b: Dataset) -> DataDifference:
    (rows_a, old), (rows_b, new) = a.read(), b.read()
    found = [compare_feature(old[name], new[name]) for name in old if name in new]
    found.sort(key=lambda one: (-(one.drift or 0.0), one.name))
    return DataDifference(
        a.name,
        (rows_a, rows_b),
        tuple(found),
        tuple(name for name in old if name not in new),
        tuple(name for name in new if name not in old),
    )
