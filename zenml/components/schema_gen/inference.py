"""A schema out of statistics, by TFDV's inference and the types that the user declared."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from tensorflow_data_validation.api.validation_api import infer_schema, update_schema
from tensorflow_metadata.proto.v0 import schema_pb2, statistics_pb2

from zenml.errors import DataError
from zenml.records.tables import feature_name

_TYPES = {
    "INTEGER": schema_pb2.INT,
    "TIMESTAMP": schema_pb2.INT,
    "FLOAT": schema_pb2.FLOAT,
    "STRING": schema_pb2.BYTES,
    "DATETIME": schema_pb2.BYTES,
    "BYTES": schema_pb2.BYTES,
}
_NUMBERS = {
    statistics_pb2.FeatureNameStatistics.INT: schema_pb2.INT,
    statistics_pb2.FeatureNameStatistics.FLOAT: schema_pb2.FLOAT,
}


def make_schema(
    statistics: Sequence[statistics_pb2.DatasetFeatureStatisticsList], declared: Mapping[str, str]
) -> schema_pb2.Schema:
    """One schema that the rows of all splits fit.

    A column with the same number of values in every row of every split has a fixed
    shape, as TFDV infers it of one split. One in which lists hold NaN says
    `disallow_nan: false`.

    Args:
        statistics: Of each split.
        declared: Column -> type that the user declared of the source; of a column with
            values of another type, the values count.

    Raises:
        DataError: A column without any value whose type is neither told nor declared.
    """
    schema = infer_schema(statistics[0], infer_feature_shape=False)
    for other in statistics[1:]:
        schema = update_schema(schema, other, infer_feature_shape=False)
    common, with_nan = _common_statistics(statistics), _columns_with_nan(statistics)
    numbers = _columns_of_numbers(statistics)
    _refuse_empty(schema, {*declared, *numbers}, common)
    for feature in schema.feature:
        if feature.name in numbers and feature.type == schema_pb2.BYTES:
            _forget_values(schema, feature)
            feature.type = numbers[feature.name]
        of_splits = common.get(feature.name, [])
        said = declared.get(feature.name)
        is_empty = not any(one.num_non_missing for one in of_splits)
        # What made these rows of the declared ones may have made other values, such as means.
        if said is not None and (is_empty or feature.type == _TYPES[said]):
            feature.type = _TYPES[said]
            if said == "BYTES":
                _forget_values(schema, feature)
        _fix_shape(feature, of_splits, len(statistics))
        # TFDV takes a column that has no value in one split for one that is no longer there.
        feature.ClearField("lifecycle_stage")
        if any(one.num_missing for one in of_splits):
            feature.presence.ClearField("min_fraction")
        if feature.type == schema_pb2.FLOAT and feature.name in with_nan:
            feature.float_domain.disallow_nan = False  # said, so that it is looked for
    return schema


def _refuse_empty(
    schema: schema_pb2.Schema, known: Collection[str], common: Mapping[str, Any]
) -> None:
    """Refuses columns whose types nothing tells, all at once."""
    names = [feature.name for feature in schema.feature if feature.name not in known]
    empty = [n for n in names if not any(one.num_non_missing for one in common.get(n, []))]
    if empty:
        several = len(empty) > 1
        raise DataError(
            f"{'Columns' if several else 'Column'} {', '.join(map(repr, empty))} "
            f"{'have' if several else 'has'} no value in any row, so no type can be told. "
            f"Declare what {'they are' if several else 'it is'}, such as "
            f"schema={dict.fromkeys(empty, 'STRING')}, or leave out what is empty."
        )


def _columns_of_numbers(
    statistics: Sequence[statistics_pb2.DatasetFeatureStatisticsList],
) -> dict[str, Any]:
    """The types of columns that hold numbers in every split in which they have a value.

    Of a split in which a column has none, TFDV says that it holds strings; statistics that
    say it holds numbers have it from the source.
    """
    told: dict[str, set[Any]] = {}
    for of_split in statistics:
        for feature in of_split.datasets[0].features:
            kind = feature.WhichOneof("stats")
            if getattr(feature, kind).common_stats.num_non_missing or feature.type in _NUMBERS:
                told.setdefault(feature_name(feature), set()).add(_NUMBERS.get(feature.type))
    single = {name: types.pop() for name, types in told.items() if len(types) == 1}
    return {name: kind for name, kind in single.items() if kind is not None}


def _columns_with_nan(
    statistics: Sequence[statistics_pb2.DatasetFeatureStatisticsList],
) -> set[str]:
    return {
        feature_name(feature)
        for of_split in statistics
        for feature in of_split.datasets[0].features
        if any(histogram.num_nan for histogram in feature.num_stats.histograms)
    }


def _common_statistics(
    statistics: Sequence[statistics_pb2.DatasetFeatureStatisticsList],
) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for of_split in statistics:
        for feature in of_split.datasets[0].features:
            kind = feature.WhichOneof("stats")
            common = getattr(feature, kind).common_stats
            found.setdefault(feature_name(feature), []).append(common)
    return found


def _fix_shape(feature: schema_pb2.Feature, of_splits: list[Any], splits: int) -> None:
    sizes = {(one.min_num_values, one.max_num_values) for one in of_splits}
    complete = len(of_splits) == splits and not any(one.num_missing for one in of_splits)
    if not complete or len(sizes) != 1:
        return
    smallest, largest = sizes.pop()
    if smallest == largest and smallest > 0:
        feature.shape.Clear()
        feature.shape.dim.add(size=smallest)


def _forget_values(schema: schema_pb2.Schema, feature: schema_pb2.Feature) -> None:
    """Takes away the list of values that TFDV took the bytes to be strings of."""
    kept = [domain for domain in schema.string_domain if domain.name != feature.domain]
    if feature.WhichOneof("domain_info") == "domain":
        feature.ClearField("domain")
        del schema.string_domain[:]
        schema.string_domain.extend(kept)
