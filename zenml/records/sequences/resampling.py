"""The values of a step to one value: a function for each resampling, and the table of them.

A function takes the number of the step and the value of each row that has one, the number
of steps, and the parameters.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from zenml.records.columns import Vector

# What a column may hold -> NumPy's type of its values while sequences are made.
VALUE_TYPES: dict[str, type] = {"integer": np.int64, "float": np.float64, "string": object}


@dataclass(frozen=True)
class Steps:
    """A column of a series.

    Attributes:
        values: One a step: int64, float64, or objects that are bytes.
        there: Which steps have a value; what stands elsewhere means nothing.

    Example:
        >>> mean(np.array([0, 0, 2]), np.array([1, 2, 5]), 3)
        Steps(values=array([1.5, 0. , 5. ]), there=array([ True, False,  True]))
    """

    values: Vector
    there: Vector

    def part(self, first: int, end: int) -> Steps:
        """Some of the steps: the first, and the one after the last."""
        return Steps(self.values[first:end], self.there[first:end])

    def then(self, others: Steps) -> Steps:
        """These steps, and others after them."""
        values = np.concatenate([self.values, others.values])
        return Steps(values, np.concatenate([self.there, others.there]))


def _spread(steps: Vector, values: Vector, count: int) -> Steps:
    there = np.zeros(count, bool)
    there[steps] = True
    empty = np.full(count, b"", object) if values.dtype == object else np.zeros(count, values.dtype)
    empty[steps] = values
    return Steps(empty, there)


def mean(steps: Vector, values: Vector, count: int) -> Steps:
    """The mean of the step's values; none where it is no number: that of inf and -inf."""
    found = pd.Series(values.astype(np.float64)).groupby(steps).mean().dropna()
    return _spread(found.index.to_numpy(), found.to_numpy(), count)


def median(steps: Vector, values: Vector, count: int) -> Steps:
    """The median of the step's values."""
    found = pd.Series(values.astype(np.float64)).groupby(steps).median().dropna()
    return _spread(found.index.to_numpy(), found.to_numpy(), count)


def mode(steps: Vector, values: Vector, count: int) -> Steps:
    """The most frequent of the step's values; the smallest of several."""
    codes, unique = pd.factorize(values, sort=True)
    pairs, counts = np.unique(steps * max(1, len(unique)) + codes, return_counts=True)
    of_step, code = np.divmod(pairs, max(1, len(unique)))
    order = np.lexsort((code, -counts, of_step))
    first = order[np.unique(of_step[order], return_index=True)[1]]
    return _spread(of_step[first], np.asarray(unique)[code[first]], count)


def threshold(
    steps: Vector,
    values: Vector,
    count: int,
    cond: str,
    c_value: Any,
    threshold: float,
    set_value: Any,
) -> Steps:
    """`set_value` where more than `threshold` of the step's values meet the condition.

    Elsewhere 0, or '' where `set_value` is text.
    """
    meets = CONDITIONS[cond](values, c_value)
    met = np.bincount(steps, meets, minlength=count)
    there = np.bincount(steps, minlength=count) > 0
    kind: type = float if isinstance(set_value, float) else int
    if isinstance(set_value, str):
        kind, set_value = object, set_value.encode()
    found = np.full(count, b"", object) if kind is object else np.zeros(count, kind)
    found[met > threshold] = set_value
    return Steps(found, there)


def _stored(c_value: Any) -> Any:
    return c_value.encode() if isinstance(c_value, str) else c_value


def _equal(values: Vector, c_value: Any) -> Vector:
    return np.asarray(values == _stored(c_value), bool)


def _includes(values: Vector, c_value: Any) -> Vector:
    """Whether text contains the text; with a list, whether the value is one of it."""
    if isinstance(c_value, (list, tuple)):
        return np.asarray(pd.Series(values).isin([_stored(one) for one in c_value]))
    codes, unique = pd.factorize(values)
    contains = [_stored(c_value) in value for value in unique]
    return np.array(contains, bool)[codes]


CONDITIONS: dict[str, Callable[[Vector, Any], Vector]] = {
    "greater": lambda values, c_value: values > c_value,
    "greater_or_equal": lambda values, c_value: values >= c_value,
    "equal": _equal,
    "less_or_equal": lambda values, c_value: values <= c_value,
    "less": lambda values, c_value: values < c_value,
    "includes": _includes,
}
RESAMPLINGS: dict[str, Callable[..., Steps]] = {
    "mean": mean,
    "median": median,
    "mode": mode,
    "threshold": threshold,
}
