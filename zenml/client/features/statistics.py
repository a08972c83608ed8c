"""Features out of the statistics that TensorFlow Data Validation writes."""

from __future__ import annotations

from typing import Any

from zenml.client.features.distances import Histogram
from zenml.client.features.feature import NUMBER, TEXT, Feature

_FIGURES = {
    "mean": "mean",
    "std": "std_dev",
    "min": "min",
    "median": "median",
    "max": "max",
    "zeros": "num_zeros",
}

_TENTHS = 10
_COUNTED = 1_024  # different texts that TFDV counts one by one; of more it keeps a sketch


def features_of(statistics: Any) -> dict[str, Feature]:
    """Column -> what its values are like.

    Args:
        statistics: A `DatasetFeatureStatisticsList` of one split.
    """
    from zenml.records.tables import feature_name

    features = [feature for dataset in statistics.datasets for feature in dataset.features]
    return {feature_name(one): _feature(feature_name(one), one) for one in features}


def rows_of(statistics: Any) -> int:
    """The number of rows of the split."""
    return sum(int(dataset.num_examples) for dataset in statistics.datasets)


def _feature(name: str, feature: Any) -> Feature:
    if feature.WhichOneof("stats") == "num_stats":
        return _numbers(name, feature.num_stats, feature.type == feature.INT)
    from zenml.records.tables import text_name

    texts = getattr(feature, feature.WhichOneof("stats") or "string_stats")
    common = texts.common_stats
    counts: dict[str, float] = {}
    if hasattr(texts, "rank_histogram"):
        for bucket in texts.rank_histogram.buckets:
            label = text_name(bucket.label)
            counts[label] = counts.get(label, 0.0) + bucket.sample_count
    figures = {"unique": float(texts.unique)} if hasattr(texts, "unique") else {}
    rows, missing = int(common.num_non_missing), int(common.num_missing)
    return Feature(
        name,
        TEXT,
        rows,
        missing,
        figures,
        counts=counts,
        values=int(common.tot_num_values) or rows,
        is_approximate=figures.get("unique", 0.0) > _COUNTED,
    )


def _quantiles(numbers: Any) -> dict[str, float]:
    """The first and the last tenth, where TFDV's ten quantiles were recorded."""
    found = next((one for one in numbers.histograms if one.type == one.QUANTILES), None)
    if found is None or len(found.buckets) != _TENTHS:
        return {}
    return {"p10": float(found.buckets[0].high_value), "p90": float(found.buckets[-1].low_value)}


def _numbers(name: str, numbers: Any, is_whole: bool) -> Feature:
    common = numbers.common_stats
    standard = next((one for one in numbers.histograms if one.type == one.STANDARD), None)
    figures = dict[str, float]()
    if common.num_non_missing:  # else TFDV's zeros are of no number
        figures = {key: float(getattr(numbers, field)) for key, field in _FIGURES.items()}
    figures.update(_quantiles(numbers))
    histogram = None
    if standard is not None:
        figures["nans"] = float(standard.num_nan)
        buckets = tuple((b.low_value, b.high_value, b.sample_count) for b in standard.buckets)
        histogram = Histogram(buckets)
    return Feature(
        name,
        NUMBER,
        int(common.num_non_missing),
        int(common.num_missing),
        figures,
        histogram,
        is_whole=is_whole,
    )
