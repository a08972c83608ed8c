"""The times at which splits end, as users write them."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

    from zenml.steps.split.base import SplitStep

_MICROS = 1_000_000
_WOULD_DO = "a number, or a date like '2024-01-31' or '2024-01-31T12:00:00Z'"


def check_until(step: SplitStep, until: Any) -> None:
    """Checks a dict of names of splits to the times at which they end.

    Raises:
        StepArgumentError: Names the split, what was given and what would do.
    """
    if not isinstance(until, dict) or len(until) < 2:
        raise step.fail("until", until, "a dict of two names of splits or more to times")
    *ends, last = until.items()
    if last[1] is not None:
        raise step.fail(f"until[{last[0]!r}]", last[1], "None, for the last split has no end")
    for name, end in ends:
        if not _is_time(end):
            raise step.fail(f"until[{name!r}]", end, _WOULD_DO)
    kinds = {isinstance(end, str) for _, end in ends}
    if len(kinds) > 1:
        raise step.fail("until", until, "a dict of either numbers or dates")
    times = [micros_of(end) if isinstance(end, str) else end for _, end in ends]
    for (name, end), one, other in zip(ends[1:], times, times[1:], strict=False):
        if one >= other:
            raise step.fail(f"until[{name!r}]", end, "a time after that of the split before it")


def _is_time(end: Any) -> bool:
    if isinstance(end, str):
        try:
            micros_of(end)
        except ValueError:
            return False
        return True
    number = isinstance(end, (int, float)) and not isinstance(end, bool)
    return number and math.isfinite(end)


def micros_of(date: str) -> int:
    """Microseconds since 1970 of a date in ISO 8601; UTC where it names no zone.

    Raises:
        ValueError: It is no date.

    Example:
        >>> micros_of("1970-01-01T00:00:01Z")
        1000000
    """
    import pyarrow as pa

    from zenml.records.values import instants

    # As the dates of a column are read; what Arrow raises is a ValueError.
    (micros,) = instants(pa.array([date], pa.large_string())).cast(pa.int64()).to_pylist()
    return int(micros)


def bound_key(end: Any, kind: pa.DataType) -> int:
    """The time at which a split ends, on the scale of the keys of a column.

    Args:
        end: As the user wrote it.
        kind: Of the values of the column; see `zenml.records.times.order_keys`.

    Returns:
        The bound, at most 64 bits: no key lies beyond.
    """
    import pyarrow as pa

    from zenml.records.times import order_keys

    is_date = isinstance(end, str)
    if pa.types.is_floating(kind):
        number = micros_of(end) / _MICROS if is_date else float(end)
        return int(order_keys(pa.array([number]), "")[0][0])
    if pa.types.is_integer(kind):
        bound = -(-micros_of(end) // _MICROS) if is_date else math.ceil(end)
    else:
        bound = micros_of(end) if is_date else math.ceil(Fraction(end) * _MICROS)
    return max(-(2**63), min(bound, 2**63 - 1))
