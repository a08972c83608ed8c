"""Columns of numbers without any number, whose types neither rows nor TFDV tell.

A frame or a file may say that a column holds numbers, and have none in it. What it says
goes with the examples, through a split, into the statistics of each split.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
from tensorflow_metadata.proto.v0 import statistics_pb2

from zenml.records.columns import FLOAT, INT
from zenml.records.tables import feature_name

_PROPERTY = "empty_numbers"
_NAMES = {INT: "INT", FLOAT: "FLOAT"}


def record(examples: Any, types: Mapping[str, pa.DataType]) -> None:
    """Writes the types onto the artifact of examples, where there are such columns.

    Args:
        examples: The artifact.
        types: Column -> int64 or float32.
    """
    if types:
        named = {name: _NAMES[kind] for name, kind in sorted(types.items())}
        examples.set_string_custom_property(_PROPERTY, json.dumps(named))


def hand_on(examples: Any, made: Any) -> None:
    """Writes what one artifact of examples says onto another that is made of it."""
    text = examples.get_string_custom_property(_PROPERTY)
    if text:
        made.set_string_custom_property(_PROPERTY, text)


def tell(examples: Any, proto: statistics_pb2.DatasetFeatureStatisticsList) -> None:
    """Makes statistics of numbers of what TFDV takes for text, since it saw no value.

    Args:
        examples: The artifact that the statistics are of.
        proto: The statistics of one split; changed in place.
    """
    named = json.loads(examples.get_string_custom_property(_PROPERTY) or "{}")
    for feature in proto.datasets[0].features:
        kind = named.get(feature_name(feature))
        common = getattr(feature, feature.WhichOneof("stats")).common_stats
        if kind is not None and not common.num_non_missing:
            kept = type(common).FromString(common.SerializeToString())
            feature.num_stats.common_stats.CopyFrom(kept)
            feature.type = statistics_pb2.FeatureNameStatistics.Type.Value(kind)
