"""The data of two runs: statistics of splits, and tables that steps made."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from zenml.client.artifact import ArtifactView
from zenml.client.comparison.columns import features_of_parquet
from zenml.client.comparison.features import Feature, FeatureDifference, compare_feature
from zenml.client.comparison.side import Side
from zenml.client.comparison.statistics import features_of, rows_of
from zenml.errors import DataError

_STATISTICS = "ExampleStatistics"
_PARQUET = ("data.parquet", "series.parquet")


@dataclass(frozen=True)
class Dataset:
    """Rows that a run worked on.

    Attributes:
        name: Of the node, and of the split or the output.
        content: Hash of what it was read from, "" where none was recorded.
        read: Gives the number of rows and the features.

    Example:
        >>> Dataset("load.penguins", "ab12", lambda: (344, {})).read()
        (344, {})
    """

    name: str
    content: str
    read: Callable[[], tuple[int, dict[str, Feature]]]


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
    old, new = ({one.name: one for one in _datasets(side)} for side in (a, b))
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


def _datasets(side: Side) -> Iterator[Dataset]:
    for name, step in side.steps.items():
        for key, view in step.outputs.items():
            if view.type == _STATISTICS:
                yield from _splits(name, view)
            elif "statistics" in view.metadata:
                yield Dataset(f"{name}.{key}", _content(view), partial(_table, view))


def _splits(node: str, view: ArtifactView) -> Iterator[Dataset]:
    from zenml.records.folders import list_splits

    splits = json.loads(view.properties.get("split_names") or "[]") or list_splits(view.uri)
    for split in splits:
        content = _content(view) and f"{_content(view)} {split}"
        yield Dataset(f"{node} {split}", content, partial(_statistics, view, split))


def _content(view: ArtifactView) -> str:
    return str(view.properties.get("content_hash") or "")


def _statistics(view: ArtifactView, split: str) -> tuple[int, dict[str, Feature]]:
    from zenml.records.tables import read_statistics

    statistics = read_statistics(view.uri, split)
    return rows_of(statistics), features_of(statistics)


def _table(view: ArtifactView) -> tuple[int, dict[str, Feature]]:
    """A table of pandas, of Arrow or of polars, as its materializer wrote it."""
    path = next((p for p in (Path(view.uri, name) for name in _PARQUET) if p.is_file()), None)
    if path is None:
        raise DataError(f"The table {view.uri} is kept in no parquet file that is there.")
    names = [str(one.get("name")) for one in view.metadata["statistics"]]
    found = features_of_parquet(path, names)
    if found is None:
        raise DataError(f"The table {path} is too large to be compared column by column.")
    return int(view.metadata.get("rows", 0)), found
