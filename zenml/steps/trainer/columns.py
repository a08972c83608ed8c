"""Transformed columns as a model sees them: features, labels, and how many classes each has."""

from __future__ import annotations

from typing import Any

from zenml.errors import DataError
from zenml.models.columns import FEATURE, LABEL, OUTPUT, Column

__all__ = [
    "FEATURE",
    "LABEL",
    "OUTPUT",
    "Column",
    "columns_of",
    "multi_hot",
    "parse",
    "split_columns",
]


def columns_of(tf_transform_output: Any) -> dict[str, Column]:
    """Name -> Column, for all that a transform graph puts out."""
    import tensorflow as tf

    domains = tf_transform_output.transformed_domains()
    found = {}
    for name, spec in tf_transform_output.transformed_feature_spec().items():
        fixed = isinstance(spec, tf.io.FixedLenFeature)
        shape = tuple(spec.shape) if fixed else (None,)
        domain = domains.get(name)
        indices = spec.dtype == tf.int64 and getattr(domain, "is_categorical", False)
        classes = int(domain.max) + 1 if indices and domain.max >= 0 else None
        found[name] = Column(name, spec.dtype.name, shape or (1,), classes)
    return found


def split_columns(columns: dict[str, Column]) -> tuple[list[Column], list[Column]]:
    """Features and labels, each in order of their names.

    Raises:
        DataError: There is none of either.
    """
    features = [column for name, column in sorted(columns.items()) if name.endswith(FEATURE)]
    labels = [column for name, column in sorted(columns.items()) if name.endswith(LABEL)]
    for kind, ending, those in (("feature", FEATURE, features), ("label", LABEL, labels)):
        if not those:
            raise DataError(
                f"The transformed examples have no {kind}: none of {', '.join(sorted(columns))} "
                f"ends in {ending!r}. Name the {kind}s in the preprocesser "
                f"(StandardPreprocesser({kind}s=[...]))."
            )
    return features, labels


def parse(serialized: Any, spec: dict[str, Any], columns: dict[str, Column]) -> dict[str, Any]:
    """Parses serialised transformed examples.

    Args:
        serialized: Strings `[batch]`.
        spec: Feature spec of the columns to parse.
        columns: What is known about them.

    Returns:
        Name -> Tensor `[batch, 1]` for one value a row, else of the column's own shape.
        Rows of any number of indices become a float32 `[batch, classes]`, 1.0 at each
        index; rows of any number of other values stay a SparseTensor.
    """
    import tensorflow as tf

    parsed = {}
    for name, value in tf.io.parse_example(serialized, spec).items():
        if isinstance(value, tf.SparseTensor):
            classes = columns[name].classes
            parsed[name] = value if classes is None else multi_hot(value, classes)
        else:
            parsed[name] = value if value.shape.rank > 1 else value[:, tf.newaxis]
    return parsed


def multi_hot(indices: Any, classes: int) -> Any:
    """Rows of indices (a SparseTensor) as float32 `[batch, classes]`, 1.0 at each index."""
    import tensorflow as tf

    known = tf.sparse.retain(indices, tf.logical_and(indices.values >= 0, indices.values < classes))
    where = tf.stack([known.indices[:, 0], known.values], axis=1)
    shape = tf.stack([indices.dense_shape[0], tf.constant(classes, tf.int64)])
    table = tf.tensor_scatter_nd_max(
        tf.zeros(shape), where, tf.ones_like(known.values, dtype=tf.float32)
    )
    return tf.ensure_shape(table, [None, classes])
