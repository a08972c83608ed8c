"""What goes into a missing cell: one function a filling, and the table of them.

A function takes the column (a SparseTensor with at most one value a row) and the
parameters, and returns the scalar for the cells that are empty. It is computed over
the training splits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

NUMBER = ("integer", "float", "boolean")
ANY = (*NUMBER, "string")


@dataclass(frozen=True)
class Parameter:
    """A parameter of a method: the types it takes, and its default if it has one."""

    types: tuple[type, ...]
    would_do: str
    default: Any = ...
    accepts: Callable[[Any], bool] = lambda value: True

    def fits(self, value: Any) -> bool:
        """Whether a value can be this parameter; True is no number."""
        if isinstance(value, bool) and bool not in self.types:
            return False
        return isinstance(value, self.types) and self.accepts(value)


@dataclass(frozen=True)
class Filling:
    """A filling: the columns it can fill, its parameters, its function."""

    takes: tuple[str, ...]
    apply: Callable[..., Any]
    parameters: dict[str, Parameter] = field(default_factory=dict)


def _smallest(column: Any) -> Any:
    import tensorflow_transform as tft

    return tft.min(column)


def _largest(column: Any) -> Any:
    import tensorflow_transform as tft

    return tft.max(column)


def _mean(column: Any) -> Any:
    import tensorflow as tf
    import tensorflow_transform as tft

    return tft.mean(tf.cast(column, tf.float64))  # single would round large integers


def _custom(column: Any, custom_value: Any) -> Any:
    import tensorflow as tf

    if column.dtype == tf.int64 and isinstance(custom_value, float):
        return tf.constant(custom_value, tf.float64)  # single would round large integers
    return tf.constant(custom_value, column.dtype)


FILLINGS: dict[str, Filling] = {
    "min": Filling(NUMBER, _smallest),
    "max": Filling(NUMBER, _largest),
    "mean": Filling(NUMBER, _mean),
    "custom": Filling(
        ANY,
        _custom,
        {"custom_value": Parameter((int, float, str), "a number or a string, as the column is")},
    ),
}


def fill(column: Any, value: Any) -> Any:
    """Puts `value` into the rows that have none.

    Args:
        column: SparseTensor `[batch, width]` with at most one value a row.
        value: Scalar tensor; a float one makes an integer column float.

    Returns:
        Tensor `[batch]`.
    """
    import tensorflow as tf

    values = tf.cast(column.values, value.dtype) if value.dtype != column.dtype else column.values
    one_wide = tf.SparseTensor(column.indices, values, tf.stack([column.dense_shape[0], 1]))
    return tf.reshape(tf.sparse.to_dense(one_wide, default_value=value), [-1])


def fill_nan(column: Any, filling: Callable[[Any], Any]) -> Any:
    """Puts what a filling makes of the numbers of a column in the place of NaN.

    Args:
        column: Tensor or SparseTensor of floats.
        filling: From a tensor `[values]` without NaN to a scalar.

    Returns:
        The column, of the same shape.
    """
    import tensorflow as tf

    is_sparse = isinstance(column, tf.SparseTensor)
    values = column.values if is_sparse else column
    missing = tf.math.is_nan(values)
    value = tf.cast(filling(tf.boolean_mask(values, tf.logical_not(missing))), values.dtype)
    whole = tf.where(missing, value, values)
    return tf.SparseTensor(column.indices, whole, column.dense_shape) if is_sparse else whole


def zero_of(column: Any) -> Any:
    """The scalar that stands where nothing can be missing: 0 or ''."""
    import tensorflow as tf

    return tf.constant("" if column.dtype == tf.string else 0, column.dtype)
