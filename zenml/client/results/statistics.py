"""SplitStatistics: what the columns of each split are like."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from zenml.records.folders import list_splits

if TYPE_CHECKING:
    from zenml.client.features.feature import Feature

_USUAL = ("train", "eval", "test")


class SplitStatistics:
    """The statistics of every split of an artifact.

    Args:
        uri: Folder of the artifact.

    Example:
        >>> SplitStatistics("/nowhere").uri
        '/nowhere'
    """

    def __init__(self, uri: str) -> None:
        """Reads nothing yet."""
        self.uri = uri

    @functools.cached_property
    def splits(self) -> list[str]:
        """Names of the splits: train, eval and test first.

        Raises:
            DataError: The files are gone.
        """
        order = {name: place for place, name in enumerate(_USUAL)}
        return sorted(list_splits(self.uri), key=lambda name: (order.get(name, len(order)), name))

    def proto(self, split: str) -> Any:
        """The `DatasetFeatureStatisticsList` of a split.

        Raises:
            DataError: It is not there.
        """
        from zenml.records.tables import read_statistics

        return read_statistics(self.uri, split)

    @functools.cached_property
    def features(self) -> dict[str, dict[str, Feature]]:
        """Split -> column -> what its values are like."""
        from zenml.client.features.statistics import features_of

        return {split: features_of(proto) for split, proto in self._protos.items()}

    @functools.cached_property
    def rows(self) -> dict[str, int]:
        """Split -> number of rows."""
        from zenml.client.features.statistics import rows_of

        return {split: rows_of(proto) for split, proto in self._protos.items()}

    @property
    def columns(self) -> list[str]:
        """Names of the columns of any split, sorted."""
        return sorted({name for found in self.features.values() for name in found})

    def table(self) -> list[dict[str, Any]]:
        """A row for each column of each split, `present` and `missing` values among its fields."""
        from zenml.records.tables import statistics_rows

        found = [
            {"split": split, **row}
            for split in self.splits
            for row in statistics_rows(self.uri, split)
        ]
        order = {split: place for place, split in enumerate(self.splits)}
        return sorted(found, key=lambda row: (row["column"], order[row["split"]]))

    @functools.cached_property
    def _protos(self) -> dict[str, Any]:
        return {split: self.proto(split) for split in self.splits}
