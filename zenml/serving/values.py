"""Values as JSON has them: bytes, whole numbers, and the cells of rows."""

from __future__ import annotations

import base64
import binascii
import json
import string
from collections.abc import Callable, Mapping
from typing import Any

from zenml.errors import RequestError
from zenml.models.parsed_columns import RawColumn
from zenml.models.row_words import missing_value, other_kind, other_size

INFINITE = 2.0**128 - 2.0**103  # least number that is rounded to infinity in 32 bits
# Base64 is also written with the letters of URLs, and with whitespace between.
_USUAL_LETTERS = str.maketrans("-_", "+/", string.whitespace)
Where = Callable[[int, str], str]  # number of the row, name of the column -> where it is


def is_b64(value: Any) -> bool:
    """Whether it is the object `{"b64": "..."}`, which stands for bytes."""
    return isinstance(value, dict) and len(value) == 1 and isinstance(value.get("b64"), str)


def decoded(value: Mapping[str, str], where: str) -> bytes:
    """The bytes that `{"b64": "..."}` stands for, in the usual letters or those of URLs.

    Raises:
        RequestError: It is no base64.
    """
    text = value["b64"].translate(_USUAL_LETTERS).rstrip("=")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError) as exc:
        raise RequestError(f"{where}: the value of 'b64' is no base64: {exc}.") from exc


def as_utf8(text: str, where: str) -> bytes:
    """Text as it is stored.

    Raises:
        RequestError: It holds half of a surrogate pair, which UTF-8 has not.
    """
    try:
        return text.encode()
    except UnicodeEncodeError as exc:
        raise RequestError(f"{where} takes text that UTF-8 has, not {as_json(text)}.") from exc


def whole(value: float) -> int | None:
    """A number as int64; None where it is no whole one, or too large."""
    if isinstance(value, float) and not value.is_integer():
        return None
    return int(value) if -(2**63) <= value < 2**63 else None


def real(value: float) -> float | None:
    """A number as a float of 32 bits takes it; None of one that is infinite, or would be there."""
    try:
        found = float(value)
    except OverflowError:
        return None
    return None if abs(found) >= INFINITE else found


def as_json(value: Any) -> str:
    """A value in an error, short."""
    text = json.dumps(value, ensure_ascii=False).encode(errors="backslashreplace").decode()
    return text if len(text) <= 60 else f"{text[:57]}..."


def to_cell(value: Any, column: RawColumn, where: Where, number: int) -> list[Any] | None:
    """The values of one cell, as they are stored; None of one that is missing.

    Args:
        value: A number, text, bytes, null, or a list of these.
        column: That it is in.
        where: Says where it is, for errors.
        number: Of the row.

    Raises:
        RequestError: It does not fit the column.
    """
    if value is None or value != value:  # NaN is missing, as where rows are read to train
        if column.required:
            raise RequestError(missing_value(where(number, column.name)))
        return None
    found = _flat(value) if isinstance(value, list) else [value]
    if column.is_single and len(found) > 1:
        raise RequestError(
            f"{where(number, column.name)} has {len(found)} values; it takes 1, or none."
        )
    if column.size is not None and len(found) != column.size:
        raise RequestError(other_size(where(number, column.name), column, len(found)))
    return [_value(one, column, where, number) for one in found]


def _flat(value: list[Any]) -> list[Any]:
    flat: list[Any] = []
    for item in value:
        flat += _flat(item) if isinstance(item, list) else [item]
    return flat


def _value(value: Any, column: RawColumn, where: Where, number: int) -> Any:
    if column.dtype == "string":
        if isinstance(value, str):
            return as_utf8(value, where(number, column.name))
        if is_b64(value):
            return decoded(value, where(number, column.name))
    elif isinstance(value, bool):
        return int(value)
    elif isinstance(value, (int, float)):
        number_of = whole if column.dtype == "int64" else real
        if (found := number_of(value)) is not None:
            return found
        if column.dtype != "int64":
            raise RequestError(
                f"{where(number, column.name)} takes a number of 32 bits, not {as_json(value)}."
            )
    raise RequestError(other_kind(where(number, column.name), column, as_json(value)))
