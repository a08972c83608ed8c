"""Types of PostgreSQL: the text that the server is asked for, and the values in it."""

from __future__ import annotations

import binascii
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
import psycopg
import pyarrow as pa
import pyarrow.compute as pc
from psycopg import sql

from zenml.errors import DataError
from zenml.records.columns import BYTES, DOUBLE, INT, list_column, with_values

_WORDS = pa.large_string()
_SEPARATOR = ","  # between the values of an array, which are numbers or hexadecimal
_NULL = "NULL"  # in the place of a value of an array that is missing
_WHOLE_DIGITS = 18  # a numeric of so many digits, none of them after the point, is an int64

# What a column of SQL becomes; the text of each kind is that of every locale and time zone.
_KINDS = {
    "bool": "{}::int",
    "int": "{}",
    "whole": "NULLIF({}, 'NaN')",  # a numeric without digits after the point
    "exact": "(CASE WHEN {0} = trunc({0}) THEN trunc({0}) ELSE {0} END)::text",
    "float": "{}",
    "money": "{}::numeric",
    "text": "{}::text",
    "instant": "{}::text",
    "zoned": "({0} AT TIME ZONE 'UTC')::text || CASE WHEN isfinite({0}) THEN 'Z' ELSE '' END",
    "bytes": "encode({}, 'hex')",
}
_STORED = {"bool": INT, "int": INT, "whole": INT, "float": DOUBLE, "money": DOUBLE}
_TYPES = {
    **dict.fromkeys(("int2", "int4", "int8", "oid"), "int"),
    **dict.fromkeys(("float4", "float8", "numeric"), "float"),
    **dict.fromkeys(
        (
            "text", "varchar", "bpchar", "char", "name", "citext", "uuid", "json", "jsonb", "xml",
            "date", "time", "timetz", "interval", "inet", "cidr", "macaddr", "macaddr8", "bit",
            "varbit",
        ),
        "text",
    ),
    "bool": "bool",
    "money": "money",
    "timestamp": "instant",
    "timestamptz": "zoned",
    "bytea": "bytes",
}  # fmt: skip
_LOOK_UP = """
SELECT t.oid, t.typname, t.typtype, e.typname, e.typtype, format_type(t.oid, NULL)
FROM pg_type t LEFT JOIN pg_type e ON e.oid = t.typelem AND t.typcategory = 'A'
WHERE t.oid = ANY(%s)
"""


class PostgresColumn(NamedTuple):
    """A column of a source.

    Attributes:
        name: As the database has it.
        expression: What is selected for it: text, numbers, or NULL.
        kind: What the values are; a key of the table in this module.
        is_array: Whether a row holds several.
    """

    name: str
    expression: sql.Composable
    kind: str
    is_array: bool

    @property
    def stored(self) -> pa.DataType:
        """Type of the values: int64, float64 or large_binary."""
        return _STORED.get(self.kind, BYTES)

    @property
    def parsed(self) -> pa.DataType:
        """Type that the text is parsed as."""
        if self.is_array or self.kind == "bytes":
            return _WORDS
        return self.stored

    def lists(self, cells: pa.Array) -> pa.Array:
        """Cells of type `parsed` as a column of lists."""
        if not self.is_array:
            return list_column(self._decoded(cells))
        listed = pc.split_pattern(cells, _SEPARATOR)
        words = listed.flatten().cast(_WORDS)
        missing = pc.equal(words, _NULL)
        if self.kind in _STORED:
            words = pc.if_else(missing, pa.scalar(None, _WORDS), words)
            return with_values(listed, words.cast(self.stored))
        words = pc.if_else(missing, pa.scalar("", _WORDS), words)  # all of it hexadecimal
        values = self._decoded(_from_hex(words))
        return with_values(listed, pc.if_else(missing, pa.scalar(None, values.type), values))

    def _decoded(self, values: pa.Array) -> pa.Array:
        if self.kind == "bytes" and values.type == _WORDS:
            return _from_hex(values)
        if self.kind in ("instant", "zoned"):
            return _iso(values)
        return values


def columns_of(
    connection: psycopg.Connection[Any],
    description: Iterable[psycopg.Column],
    declared: Mapping[str, str],
    where: str,
) -> list[PostgresColumn]:
    """The columns of a result.

    Args:
        connection: Asked for the names of the types.
        description: Of the cursor that the result is of.
        declared: Column -> type that a schema declares; text is asked for as such, and
            a whole number with all its digits.
        where: Names the source in errors.

    Raises:
        DataError: Names a column whose type is not read, or that stands there twice.
    """
    found = list(description)
    types = {
        row[0]: row[1:]
        for row in connection.execute(_LOOK_UP, [[column.type_code for column in found]])
    }
    columns: dict[str, PostgresColumn] = {}
    for column in found:
        if column.name in columns:
            raise DataError(f"{where} has two columns {column.name!r}: name one of them anew (AS).")
        name, sort, element, element_sort, title = types[column.type_code]
        kind = _kind(element or name, element_sort or sort)
        if kind is None:
            raise DataError(
                f"{where}: column {column.name!r} is of type {title}, which is not read. Select it "
                f'as another type in a query: SELECT "{column.name}"::text ...'
            )
        is_array = element is not None
        if kind == "float" and column.scale == 0 and (column.precision or 99) <= _WHOLE_DIGITS:
            kind = "whole"
        if name == "numeric" or element == "numeric":
            kind = "exact" if declared.get(column.name) in ("INTEGER", "TIMESTAMP") else kind
        as_text = declared.get(column.name) in ("STRING", "BYTES") and not is_array
        if as_text and kind not in ("bytes", "instant", "zoned"):
            kind = "text"
        expression = (_array if is_array else _scalar)(sql.Identifier(column.name), kind)
        columns[column.name] = PostgresColumn(column.name, expression, kind, is_array)
    return list(columns.values())


def _kind(name: str, sort: str) -> str | None:
    return "text" if sort == "e" else _TYPES.get(name)


def _scalar(value: sql.Composable, kind: str) -> sql.Composable:
    return sql.SQL(_KINDS[kind]).format(value)


def _array(value: sql.Composable, kind: str) -> sql.Composable:
    """The values one after the other; an array of several dimensions row by row."""
    if kind in _STORED:
        cast = {"bool": "::int[]", "money": "::numeric[]"}.get(kind, "")
        text = "NULLIF(array_to_string({}" + cast + ", {}, {}), '')"
        return sql.SQL(text).format(value, _SEPARATOR, _NULL)
    element = _scalar(sql.Identifier("e"), kind)
    coded = element if kind == "bytes" else sql.SQL("convert_to({}, 'UTF8')").format(element)
    if kind != "bytes":
        coded = sql.SQL("encode({}, 'hex')").format(coded)
    return sql.SQL(
        "(SELECT string_agg(COALESCE({}, {}), {} ORDER BY n) "
        "FROM unnest({}) WITH ORDINALITY AS u(e, n))"
    ).format(coded, _NULL, _SEPARATOR, value)


def _from_hex(words: pa.Array) -> pa.Array:
    """Hexadecimal text as bytes, a whole column at once."""
    _, offsets, data = words.buffers()
    places = np.frombuffer(offsets, np.int64)[words.offset :][: len(words) + 1]
    text = memoryview(data or b"")[int(places[0]) : int(places[-1])]
    starts = pa.py_buffer(np.ascontiguousarray((places - places[0]) // 2))
    content = pa.py_buffer(binascii.unhexlify(text))
    values = pa.Array.from_buffers(BYTES, len(words), [None, starts, content])
    if not words.null_count:
        return values
    return pc.if_else(words.is_valid(), values, pa.scalar(None, BYTES))


def _iso(texts: pa.Array) -> pa.Array:
    """Timestamps as ISO 8601: a T in the middle, no fraction or one of six digits."""
    texts = pc.replace_substring(texts, " ", "T", max_replacements=1)
    if not pc.any(pc.match_substring(texts, ".")).as_py():
        return texts
    texts = pc.replace_substring_regex(texts, r"\.(\d+)", r".\100000")
    return pc.replace_substring_regex(texts, r"\.(\d{6})\d*", r".\1")
