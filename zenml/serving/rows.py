"""Rows as JSON has them, by the names of their columns, to serialised `tf.train.Example`s."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zenml.errors import RequestError
from zenml.hints import did_you_mean
from zenml.models.parsed_columns import RawColumn

_Where = Callable[[int, str], str]
_NONE = type(None)
_ACCEPTED: dict[str, tuple[type, ...]] = {
    "int64": (int,),
    "float32": (float, int),
    "string": (str,),
}
# Integers below are stored by Arrow as they are.
_LIMIT = {"int64": 2**63, "float32": 2**24}


def is_b64(value: Any) -> bool:
    """Whether it is the object `{"b64": "..."}`, which stands for bytes."""
    return isinstance(value, dict) and len(value) == 1 and isinstance(value.get("b64"), str)


def decoded(value: Mapping[str, str], where: str) -> bytes:
    """The bytes that `{"b64": "..."}` stands for.

    Raises:
        RequestError: It is no base64.
    """
    try:
        return base64.b64decode(value["b64"], validate=True)
    except (binascii.Error, ValueError) as exc:
        raise RequestError(f"{where}: the value of 'b64' is no base64: {exc}.") from exc


def whole(value: float) -> int | None:
    """A number as int64; None where it is no whole one, or too large."""
    if isinstance(value, float) and not value.is_integer():
        return None
    return int(value) if -(2**63) <= value < 2**63 else None


def real(value: float) -> float | None:
    """A number as a float; None of an integer that is too large for one."""
    try:
        return float(value)
    except OverflowError:
        return None


@dataclass(frozen=True)
class Rows:
    """Rows of a request, checked, by column; serialised together with those of others.

    Attributes:
        count: How many.
        columns: Column -> a value for each row, or a list of values for each, or None.
        plain: The columns in which no cell is a list.

    Example:
        >>> Rows(2, {"n": [1, 2]}, frozenset(["n"])).count
        2
    """

    count: int
    columns: Mapping[str, list[Any]]
    plain: frozenset[str]


def rows_of(
    given: Sequence[Mapping[str, Any]],
    columns: Mapping[str, RawColumn],
    ignored: Sequence[str],
    key: str,
) -> Rows:
    """Checks rows.

    Args:
        given: Objects of values by column; one that is missing is left out, or null.
        columns: What the model reads.
        ignored: Columns that the rows may have besides: labels, and what it does not read.
        key: Of the rows in the request, said in errors.

    Raises:
        RequestError: Names the row and the column that does not fit.
    """
    known = columns.keys() | set(ignored)
    for number, row in enumerate(given):
        if not isinstance(row, dict):
            raise RequestError(
                f"{key}[{number}] is {as_json(row)}; a row is an object of values by column, like "
                f"the others of the request."
            )
        if not row.keys() <= known:
            _unknown(next(name for name in row if name not in known), known, f"{key}[{number}]")
    return _checked(
        {name: [row.get(name) for row in given] for name in columns},
        columns,
        len(given),
        lambda number, name: f"{key}[{number}]: column {name!r}",
    )


def rows_of_columns(
    given: Mapping[str, Any], columns: Mapping[str, RawColumn], ignored: Sequence[str], key: str
) -> Rows:
    """Checks columns, each a list of one value for each row; see `rows_of`."""
    known = columns.keys() | set(ignored)
    for name, values in given.items():
        if name not in known:
            _unknown(name, known, key)
        if not isinstance(values, list):
            raise RequestError(
                f"{key}: column {name!r} is {as_json(values)}; it takes a list, a value a row."
            )
    lengths = {name: len(values) for name, values in given.items()}
    if len(set(lengths.values())) != 1 or not next(iter(lengths.values())):
        told = ", ".join(f"{name} has {length}" for name, length in lengths.items())
        raise RequestError(
            f"{key}: columns are of the same length, at least 1: {told or 'none is there'}."
        )
    count = next(iter(lengths.values()))
    return _checked(
        {name: given.get(name, [None] * count) for name in columns},
        columns,
        count,
        lambda number, name: f"{key}: column {name!r}, row {number}",
    )


def serialised(parts: Sequence[Rows], columns: Mapping[str, RawColumn]) -> list[bytes]:
    """The rows of several requests as `tf.train.Example`s, in one go.

    They become one Arrow column for each, and tfx_bsl writes the rows in C++.
    """
    import pyarrow as pa
    from tfx_bsl.coders.example_coder import RecordBatchToExamplesEncoder

    arrays = [_array(parts, column) for column in columns.values()]
    batch = pa.RecordBatch.from_arrays(arrays, list(columns))
    found: list[bytes] = RecordBatchToExamplesEncoder().encode(batch)
    return found


def _unknown(name: str, known: Any, where: str) -> None:
    raise RequestError(
        f"{where}: the model has no column {name!r}.{did_you_mean(name, known)} "
        f"It has: {', '.join(sorted(known))}."
    )


def _checked(
    values: Mapping[str, list[Any]], columns: Mapping[str, RawColumn], count: int, where: _Where
) -> Rows:
    """The cells as they are stored: those of most columns as they came."""
    found: dict[str, list[Any]] = {}
    plain = set()
    for name, column in columns.items():
        accepted = _ACCEPTED[column.dtype]
        if not column.required:
            accepted = (*accepted, _NONE)
        limit = _LIMIT.get(column.dtype, 0)
        if column.size in (None, 1) and all(
            type(value) in accepted and (type(value) is not int or -limit < value < limit)
            for value in values[name]
        ):
            found[name] = values[name]
            plain.add(name)
        else:
            found[name] = [_cell(v, column, where, at) for at, v in enumerate(values[name])]
    return Rows(count, found, frozenset(plain))


def _array(parts: Sequence[Rows], column: RawColumn) -> Any:
    """A column of lists; a value that is missing becomes a null list."""
    import pyarrow as pa

    from zenml.records.columns import list_column

    kind = {"int64": pa.int64(), "float32": pa.float32()}.get(column.dtype, pa.large_binary())
    name = column.name
    if all(name in part.plain for part in parts):
        values = [value for part in parts for value in part.columns[name]]
        if column.dtype == "string":
            values = [None if value is None else value.encode() for value in values]
        # A number that is none counts as missing, as it does where rows are read to train.
        return list_column(pa.array(values, kind, from_pandas=not column.required))
    lists: list[Any] = []
    for part in parts:
        cells = part.columns[name]
        if name in part.plain:
            cells = [None if cell is None else [_stored(cell, column)] for cell in cells]
        lists += cells
    return pa.array(lists, pa.large_list(kind))


def _stored(value: Any, column: RawColumn) -> Any:
    return value.encode() if column.dtype == "string" else value


def _cell(value: Any, column: RawColumn, where: _Where, number: int) -> list[Any] | None:
    """The values of one cell."""
    if value is None or value != value:
        if column.required:
            raise RequestError(f"{where(number, column.name)} is missing; every row needs it.")
        return None
    found = _flat(value) if isinstance(value, list) else [value]
    if column.size is not None and len(found) != column.size:
        raise RequestError(
            f"{where(number, column.name)} has {len(found)} values; it takes {column.size}."
        )
    return [_value(one, column, where, number) for one in found]


def _flat(value: list[Any]) -> list[Any]:
    flat: list[Any] = []
    for item in value:
        flat += _flat(item) if isinstance(item, list) else [item]
    return flat


def _value(value: Any, column: RawColumn, where: _Where, number: int) -> Any:
    if column.dtype == "string":
        if isinstance(value, str):
            return value.encode()
        if is_b64(value):
            return decoded(value, where(number, column.name))
    elif isinstance(value, bool):
        return int(value)
    elif isinstance(value, (int, float)):
        number_of = whole if column.dtype == "int64" else real
        if (found := number_of(value)) is not None:
            return found
    raise RequestError(f"{where(number, column.name)} takes {column.kind}, not {as_json(value)}.")


def as_json(value: Any) -> str:
    """A value in an error, short."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."
