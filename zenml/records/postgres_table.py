"""Rows of PostgreSQL as record batches, through a server-side cursor.

The server writes each row as one text, the record's own notation, which is a line of
CSV but for its backslashes; Arrow parses a few megabytes of such lines at a time. No
cell is ever a Python object.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
from psycopg import sql

from zenml.errors import DataError
from zenml.hints import did_you_mean
from zenml.records.columns import WithinError, batch_of
from zenml.records.postgres_errors import connecting, reading
from zenml.records.postgres_types import PostgresColumn, columns_of
from zenml.records.spool import settle_typed
from zenml.records.threads import ahead

_FEW, _MANY = 100, 20_000  # rows at once: the first time, and at most
_BYTES = 4 << 20  # what is asked for at once: the bound on memory
# Within the transaction: texts that are the same whatever the server's settings are.
_SETTINGS = """
SELECT set_config('TimeZone', 'UTC', true), set_config('DateStyle', 'ISO, YMD', true),
       set_config('IntervalStyle', 'iso_8601', true), set_config('extra_float_digits', '1', true)
"""
_PRIMARY_KEY = """
SELECT a.attname FROM pg_index i
JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey)
WHERE i.indrelid = %s::regclass AND i.indisprimary
ORDER BY array_position(i.indkey::int2[], a.attnum)
"""
_NAMES = """
SELECT CASE WHEN pg_table_is_visible(c.oid) THEN '' ELSE n.nspname || '.' END || c.relname
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = ANY('{r,v,m,f,p}') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
"""


class PostgresTable:
    """The rows of a table or of a query.

    Attributes:
        where: The database, as errors name it: user@host:port/database.
        what: The table or query, as errors name it.

    Example:
        >>> PostgresTable({}, "ada@db:5432/air", table="flights").what
        "table 'flights' of ada@db:5432/air"
    """

    def __init__(
        self,
        login: Mapping[str, Any],
        where: str,
        *,
        table: str | None = None,
        query: str | None = None,
        limit: int | None = None,
    ) -> None:
        """Connects to nothing yet.

        Args:
            login: What psycopg connects with.
            where: Names the database in errors.
            table: "table" or "schema.table".
            query: A SELECT, instead of a table.
            limit: How many rows at most.
        """
        self.where = where
        self.what = f"table {table!r} of {where}" if table else f"the query of {where}"
        self._login = dict(login)
        self._table, self._query, self._limit = table, query, limit
        self._rows = 0

    def batches(self, declared: Mapping[str, str]) -> Iterator[pa.RecordBatch]:
        """Yields the rows as canonical batches, in the order in which the server gives them.

        Args:
            declared: Column -> type that a schema declares.

        Raises:
            DataError: Says what the server refused, or what cannot be stored.
        """
        # In a thread: the server works while rows are stored; and pyarrow.csv called
        # from the main thread walks all objects for its signal handling.
        found = ahead(lambda: self._read(declared))
        columns = next(found)
        types = {column.name: column.stored for column in columns}
        yield from settle_typed(found, types, declared, self.what)

    def _read(self, declared: Mapping[str, str]) -> Iterator[Any]:
        """The columns, then the rows in batches."""
        with self._connected() as connection, reading(self.where, self.what, lambda: self._rows):
            connection.execute(_SETTINGS)
            source = self._source(connection)
            empty = connection.execute(sql.SQL("SELECT * FROM {} LIMIT 0").format(source))
            columns = columns_of(connection, empty.description or (), declared, self.what)
            if not columns:
                raise DataError(f"{self.what[0].upper()}{self.what[1:]} has no columns.")
            yield columns
            yield from self._fetched(connection, source, columns)

    def _connected(self) -> psycopg.Connection[Any]:
        with connecting(self.where):
            connection = psycopg.connect(
                **self._login, client_encoding="utf8", connect_timeout=15, application_name="zenml"
            )
        connection.read_only = True
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        return connection

    def _source(self, connection: psycopg.Connection[Any]) -> sql.Composable:
        if self._query is not None:
            # On lines of its own: the query may end in a comment.
            text = sql.SQL(self._query.rstrip().rstrip(";"))
            inner = sql.SQL("SELECT * FROM (\n{}\n) AS rows").format(text)
        else:
            name = sql.Identifier(*str(self._table).split("."))
            inner = sql.SQL("SELECT * FROM {}").format(name) + self._order(connection, name)
        if self._limit is not None:
            inner += sql.SQL(" LIMIT {}").format(self._limit)
        return sql.SQL("({}) AS source").format(inner)

    def _order(self, connection: psycopg.Connection[Any], name: sql.Identifier) -> sql.Composable:
        """By the primary key, if not all rows are read: the first rows are the same ones then."""
        quoted = name.as_string(connection)
        try:
            found = connection.execute(_PRIMARY_KEY, [quoted]).fetchall()
        except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName) as exc:
            connection.rollback()
            names = [row[0] for row in connection.execute(_NAMES)]
            hint = did_you_mean(str(self._table), names)
            few = f" There are {', '.join(sorted(names)[:10])}." if names and not hint else ""
            raise DataError(
                f"There is no table or view {self._table!r} in {self.where}, or the user may not "
                f"use its schema.{hint}{few}"
            ) from exc
        if self._limit is None or not found:
            return sql.SQL("")
        return sql.SQL(" ORDER BY {}").format(
            sql.SQL(", ").join(sql.Identifier(row[0]) for row in found)
        )

    def _fetched(
        self,
        connection: psycopg.Connection[Any],
        source: sql.Composable,
        columns: list[PostgresColumn],
    ) -> Iterator[pa.RecordBatch]:
        expressions = sql.SQL(", ").join(column.expression for column in columns)
        # NULL at both ends: the brackets of a record stand alone there.
        line = sql.SQL("SELECT ROW(NULL, {}, NULL)::text FROM {}").format(expressions, source)
        asked = _FEW
        with connection.cursor(name="zenml_rows", scrollable=False) as cursor:
            cursor.execute(line)
            while rows := cursor.fetchmany(asked):
                text = "\n".join([row[0] for row in rows]).encode()
                asked = max(1, min(_MANY, len(rows) * _BYTES // len(text)))
                batch = self._parsed(text, columns)
                self._rows += len(rows)
                yield batch

    def _parsed(self, text: bytes, columns: list[PostgresColumn]) -> pa.RecordBatch:
        """Records in the server's notation, one a line, as columns of lists."""
        found = {}
        for column, cells in zip(columns, _cells(text, columns, self.what), strict=True):
            try:
                found[column.name] = column.lists(cells)
            except WithinError as exc:
                where = f"{self.what}, row {self._rows + exc.row + 1}"
                raise exc.told(where, column.name) from exc
            except pa.ArrowInvalid as exc:
                raise _unread(self.what, column, exc) from exc
        return batch_of(found)


def _unread(what: str, column: PostgresColumn, why: Exception) -> DataError:
    return DataError(
        f"{what}: a value of the column {column.name!r} cannot be read ({why}). Select it as text "
        "in a query, or declare it STRING in the schema."
    )


def _cells(text: bytes, columns: list[PostgresColumn], what: str) -> Iterator[pa.Array]:
    """The columns, as the types that they are parsed as."""
    names = [str(number) for number in range(len(columns))]
    types = {name: column.parsed for name, column in zip(names, columns, strict=True)}
    try:
        table = pyarrow.csv.read_csv(
            pa.BufferReader(text),
            pyarrow.csv.ReadOptions(
                column_names=["(", *names, ")"], block_size=len(text) + 1, use_threads=False
            ),
            pyarrow.csv.ParseOptions(newlines_in_values=True),
            pyarrow.csv.ConvertOptions(
                column_types=types,
                include_columns=names,
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,  # NULL has no quotes, the empty text has
            ),
        )
    except pa.ArrowInvalid as exc:
        number = re.search(r"column #(\d+): (.*)", str(exc))
        if number is None:
            raise DataError(f"{what} cannot be read: {exc}") from exc
        raise _unread(what, columns[int(number[1]) - 1], exc) from exc
    for name, column in zip(names, columns, strict=True):
        cells = table.column(name).combine_chunks()
        cells = cells.chunk(0) if isinstance(cells, pa.ChunkedArray) else cells
        if column.parsed == column.stored and not pa.types.is_primitive(cells.type):
            cells = _unescaped(cells)
        yield cells


def _unescaped(texts: pa.Array) -> pa.Array:
    """A record doubles its backslashes."""
    if not pc.any(pc.match_substring(texts, "\\")).as_py():
        return texts
    return pc.replace_substring(texts, "\\\\", "\\")
