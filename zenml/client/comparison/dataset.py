"""Dataset: rows that a run worked on, and where they can be read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from zenml.client.artifact import ArtifactView
from zenml.client.comparison.columns import feature_of_array, features_of_parquet
from zenml.client.comparison.side import Side
from zenml.client.features.feature import Feature
from zenml.client.features.statistics import features_of, rows_of
from zenml.errors import DataError

_STATISTICS = "ExampleStatistics"
_TABLES = ("pandas.", "pyarrow.", "polars.")
_PARQUET = "data.parquet"


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


def datasets_of(side: Side) -> Iterator[Dataset]:
    """The datasets of a run, none of them read yet."""
    for name, step in side.steps.items():
        for key, view in step.outputs.items():
            if view.type == _STATISTICS:
                yield from _splits(name, view)
            elif is_table(view):
                yield Dataset(f"{name}.{key}", _content(view), partial(_table, view))
            elif view.data_type.startswith("numpy.") and "shape" in view.metadata:
                yield Dataset(f"{name}.{key}", _content(view), partial(_array, view))


def is_table(view: ArtifactView) -> bool:
    """Whether the columns of what a step made are known."""
    return view.data_type.startswith(_TABLES) and "statistics" in view.metadata


def _splits(node: str, view: ArtifactView) -> Iterator[Dataset]:
    from zenml.records.folders import list_splits

    splits = json.loads(view.properties.get("split_names") or "[]") or list_splits(view.uri)
    for split in splits:
        content = _content(view) and f"{_content(view)} {split}"
        yield Dataset(f"{node} {split}", content, partial(_statistics, view, split))


def _content(view: ArtifactView) -> str:
    return str(view.properties.get("content_hash") or "")


def _statistics(view: ArtifactView, split: str) -> tuple[int, dict[str, Feature]]:
    from zenml.records.folders import split_folder
    from zenml.records.tables import read_statistics

    with _readable(split_folder(view.uri, split)):
        statistics = read_statistics(view.uri, split)
    return rows_of(statistics), features_of(statistics)


def _table(view: ArtifactView) -> tuple[int, dict[str, Feature]]:
    """A table of pandas, of Arrow or of polars, as its materializer wrote it."""
    path = Path(view.uri, _PARQUET)
    if not path.is_file():
        raise DataError(f"The table {view.uri} is kept in no parquet file that is there.")
    names = [str(one.get("name")) for one in view.metadata["statistics"]]
    with _readable(path):
        found = features_of_parquet(path, names)
    if found is None:
        raise DataError(f"The table {path} is too large to be compared column by column.")
    return int(view.metadata.get("rows", 0)), found


def _array(view: ArtifactView) -> tuple[int, dict[str, Feature]]:
    """An array of numpy: all its values as one column."""
    path = Path(view.uri, "data.npy")
    if not path.is_file():
        raise DataError(f"The array {view.uri} is kept in no file of numpy that is there.")
    with _readable(path):
        feature = feature_of_array(path, "values")
    shape = view.metadata["shape"]
    if feature is None:
        raise DataError(f"The array {path} is too large, or holds no numbers.")
    return int(shape[0]) if shape else 1, {feature.name: feature}


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Translates what the readers of files say of one that is broken."""
    from google.protobuf.message import DecodeError

    try:
        yield
    except (OSError, ValueError, DecodeError) as exc:  # Arrow's errors are of both kinds
        raise DataError(f"{path} cannot be read ({exc}).") from exc
