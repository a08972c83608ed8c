"""Features out of what a step made: the columns of a parquet file, the values of an array."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from zenml.client.features.distances import Histogram
from zenml.client.features.feature import NUMBER, TEXT, Feature

_BUCKETS = 10  # as many as TFDV makes
_LIMIT = 20_000_000  # cells; a larger table would take longer than one waits for
_MOST_TEXTS = 1000  # different ones, as many as TFDV counts


def features_of_parquet(path: Path, names: list[str]) -> dict[str, Feature] | None:
    """Column -> what its values are like; None of a table that is too large to be read here.

    Args:
        path: The parquet file.
        names: Of its first columns, in their order; the others are left out.
    """
    from pyarrow import parquet

    with parquet.ParquetFile(path) as file:
        if file.metadata.num_rows * len(names) > _LIMIT:
            return None
        kept = file.schema_arrow.names[: len(names)]
        found = {}
        for name, column in zip(names, kept, strict=False):
            values = file.read(columns=[column], use_threads=False).column(0)
            feature = _feature(name, values)
            if feature is not None:
                found[name] = feature
    return found


def feature_of_array(path: Path, name: str) -> Feature | None:
    """What the values of an array are like; None of one that is too large, or of no numbers.

    Args:
        path: The file of numpy.
        name: Of the feature.
    """
    import numpy as np

    values = np.load(path, mmap_mode="r", allow_pickle=False)
    if values.dtype.kind not in "biuf" or values.size > _LIMIT:
        return None
    numbers = np.asarray(values, dtype=np.float64).ravel()
    return _of_numbers(name, numbers, values.dtype.kind != "f")


def _feature(name: str, values: Any) -> Feature | None:
    """None of a column that holds neither numbers nor texts."""
    import pyarrow as pa

    kind = values.type
    if pa.types.is_dictionary(kind):
        values = values.cast(kind.value_type)
        kind = values.type
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return _numbers(name, values)
    if pa.types.is_boolean(kind) or pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return _texts(name, values)
    return None


def _texts(name: str, values: Any) -> Feature:
    pairs = [(pair["values"], pair["counts"]) for pair in values.value_counts().to_pylist()]
    counts = {str(value): float(count) for value, count in pairs if value is not None}
    kept = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:_MOST_TEXTS]
    missing = int(values.null_count)
    figures = {"unique": float(len(counts))}
    there = len(values) - missing
    return Feature(name, TEXT, there, missing, figures, counts=dict(kept), values=there)


def _numbers(name: str, values: Any) -> Feature:
    import pyarrow as pa

    numbers = values.cast("float64", safe=False).to_numpy()
    return _of_numbers(name, numbers, pa.types.is_integer(values.type))


def _of_numbers(name: str, given: Any, is_whole: bool) -> Feature:
    import numpy as np

    numbers = given[~np.isnan(given)]  # pandas says of a missing number that it is none
    finite = numbers[np.isfinite(numbers)]
    missing = len(given) - len(numbers)
    if not len(finite):
        return Feature(name, NUMBER, len(numbers), missing, {}, Histogram(()))
    heights, edges = np.histogram(finite, _BUCKETS) if np.ptp(finite) else ([len(finite)], None)
    low, high = float(finite.min()), float(finite.max())
    bounds = [low, high] if edges is None else [float(edge) for edge in edges]
    spread = zip(bounds[:-1], bounds[1:], heights, strict=True)
    buckets = [(first, last, float(height)) for first, last, height in spread]
    infinite = len(numbers) - len(finite)
    if infinite:
        buckets.append((high, math.inf, float(infinite)))
    figures = {
        "mean": float(finite.mean()),
        "std": float(finite.std()),
        "min": low,
        "median": float(np.median(finite)),
        "max": high,
        "zeros": float((finite == 0).sum()),
    }
    histogram = Histogram(tuple(buckets))
    return Feature(name, NUMBER, len(numbers), missing, figures, histogram, is_whole=is_whole)
