"""Times in cells: unix seconds, or text in ISO 8601."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from zenml.errors import DataError
from zenml.records.columns import Vector
from zenml.records.values import instants

MICROS = 1_000_000
_WHOLE = 2**24  # from here on floats of 32 bits are more than 1 apart


def order_keys(values: pa.Array, what: str) -> tuple[Vector, Vector]:
    """Whole numbers in the order of the times.

    Args:
        values: One a row: numbers, which are their own order, or dates in ISO 8601.
        what: Names the column in errors.

    Returns:
        int64 keys, and which rows have one: seconds as they are, microseconds since
        1970 for dates, and for floats whole numbers in their order.

    Raises:
        DataError: Text that is no date; numbers in 32 bits so large that those of several
            seconds are the same.

    Example:
        >>> order_keys(pa.array([3, None, 1]), "t")[1].tolist()
        [True, False, True]
    """
    there = np.asarray(values.is_valid())
    keys = np.zeros(len(values), np.int64)
    known = values.drop_null()
    if not len(known):
        return keys, there
    if pa.types.is_integer(known.type):
        keys[there] = known.to_numpy(zero_copy_only=False)
    elif pa.types.is_floating(known.type):
        numbers = known.to_numpy(zero_copy_only=False)
        if pa.types.is_float32(known.type) and (abs(numbers[np.isfinite(numbers)]) >= _WHOLE).any():
            raise coarse_times(what)
        keys[there] = _ordered_bits(numbers.astype(np.float64))
    else:
        keys[there] = micros_of_text(known, what)
    return keys, there


def _ordered_bits(numbers: Vector) -> Vector:
    """The bits of 64-bit floats as integers that are in the order of the floats."""
    bits = (numbers + 0.0).view(np.int64)  # + 0.0 makes of the negative zero the other one
    return np.where(bits < 0, np.int64(-(2**63)) - bits, bits)


def micros_of_text(texts: pa.Array, what: str) -> Vector:
    """Microseconds since 1970 of dates in ISO 8601; UTC where they name no zone.

    Args:
        texts: Bytes without nulls.
        what: Names the column in errors.

    Raises:
        DataError: Names the first that is no date.
    """
    try:
        found = instants(texts.cast(pa.large_string()))
    except pa.ArrowInvalid as exc:
        raise DataError(
            f"{what} has to hold times, and {_first_wrong(texts)!r} is none: unix seconds, or "
            "dates like 2024-01-31 or 2024-01-31T12:00:00Z, do."
        ) from exc
    return np.asarray(found.cast(pa.int64()))


def _first_wrong(texts: pa.Array) -> str:
    """The first text that is no date; where each is one by itself, the first of another kind."""
    for cell in texts.to_pylist():
        try:
            instants(pa.array([cell.decode(errors="replace")], pa.large_string()))
        except pa.ArrowInvalid:
            return str(cell.decode(errors="replace"))
    words = texts.cast(pa.large_string())
    zoned = np.asarray(pc.match_substring_regex(words, r"(Z|[+-]\d\d:?\d\d)$"))
    return str(words[int(np.argmax(zoned != zoned[0]))].as_py())


def names_zone(texts: pa.Array) -> bool:
    """Whether the dates of a column name a zone, `Z` or `+02:00`; all do, or none.

    Example:
        >>> names_zone(pa.array([None, b"2024-01-31T12:00:00+0200"], pa.large_binary()))
        True
    """
    first = texts.drop_null().slice(0, 1)
    return len(first) > 0 and instants(first.cast(pa.large_string())).type.tz is not None


def coarse_times(where: str) -> DataError:
    """The error for unix seconds in 32 bits.

    Args:
        where: Names the column.
    """
    return DataError(
        f"{where} holds numbers of 32 bits, which are minutes apart from the unix seconds they "
        "stand for. Declare the column in the schema of the datasource, as TIMESTAMP."
    )
