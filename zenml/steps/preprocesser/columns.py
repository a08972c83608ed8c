"""Columns as the schema describes them: their kinds, what can be missing, their tensors."""

from __future__ import annotations

from typing import Any

_BY_TYPE = {1: "string", 2: "integer", 3: "float"}


def kinds_of(schema: Any) -> dict[str, str]:
    """Column -> "boolean", "integer", "float" or "string", in the schema's order.

    Args:
        schema: `tensorflow_metadata` Schema.
    """
    return {
        feature.name: "boolean" if feature.HasField("bool_domain") else _BY_TYPE[feature.type]
        for feature in schema.feature
        if feature.type in _BY_TYPE
    }


def may_be_missing(schema: Any, name: str) -> bool:
    """Whether the schema allows a row without a value in that column."""
    return any(
        feature.name == name
        and not (feature.presence.min_fraction == 1 and feature.HasField("shape"))
        for feature in schema.feature
    )


def may_hold_nan(schema: Any, name: str) -> bool:
    """Whether the schema says that lists of that column hold NaN."""
    return any(
        feature.name == name
        and feature.float_domain.HasField("disallow_nan")
        and not feature.float_domain.disallow_nan
        for feature in schema.feature
    )


def has_many_values(schema: Any, name: str) -> bool:
    """Whether a row can have more than one value in that column."""
    return any(
        feature.name == name and feature.HasField("value_count") and feature.value_count.max != 1
        for feature in schema.feature
    )


def prepare(schema: Any, name: str, column: Any) -> Any:
    """Brings a column to its plainest shape.

    Args:
        schema: `tensorflow_metadata` Schema.
        name: Of the column.
        column: Tensor or SparseTensor as TensorFlow Transform hands it over.

    Returns:
        `[batch]` for one value a row; a SparseTensor where it can be missing; anything
        wider as it is. Booleans written as words become 0 and 1.
    """
    import tensorflow as tf

    feature = next(feature for feature in schema.feature if feature.name == name)
    if not isinstance(column, tf.SparseTensor) and column.shape.rank == 2 and column.shape[1] == 1:
        column = tf.reshape(column, [-1])
    if feature.HasField("bool_domain") and column.dtype == tf.string:
        true = feature.bool_domain.true_value or "true"
        if isinstance(column, tf.SparseTensor):
            values = tf.cast(tf.equal(column.values, true), tf.int64)
            return tf.SparseTensor(column.indices, values, column.dense_shape)
        return tf.cast(tf.equal(column, true), tf.int64)
    return column


def find_by_name(column: str, file: str) -> None:
    """Lets TensorFlow Transform find the file of a vocabulary by the name of its column."""
    import tensorflow_transform as tft

    if "/" not in column:  # it would take what follows the slash
        tft.annotate_asset(column, file)


def to_output(column: Any) -> Any:
    """Casts to what `tf.train.Example` can hold: int64, float32 or strings."""
    import tensorflow as tf

    if column.dtype == tf.string:
        return column
    return tf.cast(column, tf.float32 if column.dtype.is_floating else tf.int64)
