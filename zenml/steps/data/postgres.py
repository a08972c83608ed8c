"""PostgresDataStep: rows of a PostgreSQL table or query."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from zenml.errors import DataError, StepArgumentError
from zenml.extras import load_extra
from zenml.records.postgres_arguments import PostgresArguments
from zenml.secrets import reveal
from zenml.steps.data.base import DataStep

if TYPE_CHECKING:
    import pyarrow as pa


class PostgresDataStep(PostgresArguments, DataStep):
    """Reads a table, view or query through a server-side cursor.

    All rows are of one moment: one read-only transaction of isolation level
    repeatable read, fetched some megabytes at a time. A table has no order, so the
    rows are put into one that their content decides; the same rows give the same
    commit, however the server hands them out.

    Whole numbers and booleans become int64; `numeric`, `real` and `double precision`
    float32 (`numeric(n, 0)` of up to 18 digits int64); dates and timestamps ISO 8601
    text, in UTC where they have a zone; text, `uuid`, `json` and enumerations text;
    `bytea` bytes; arrays the values of the row. NULL is a missing value.

    Attributes:
        username: Whom to log in as.
        database: Name of the database.
        table: Table or view, with or without its schema.
        query: A SELECT instead of a table.
        password: A reference; see `zenml.secrets`. None leaves it to PGPASSWORD.
        host: Name or address of the server, or the folder of its socket.
        port: Its TCP port.
        query_limit: How many rows at most.
        schema: Types of columns, as `DataStep` has them.

    Example:
        >>> step = PostgresDataStep(username="ada", database="air", table="flights", port=0)
        >>> step.check()
        Traceback (most recent call last):
        zenml.errors.StepArgumentError: PostgresDataStep: port is 0; it must be a TCP port, \
1 to 65535.
    """

    PACKAGES: ClassVar[tuple[str, ...]] = ("pyarrow", "psycopg")

    def check(self) -> None:
        """Checks the arguments; the server is asked only when the step runs.

        Raises:
            StepArgumentError: Names the argument, and what would do.
        """
        super().check()
        self.check_secrets()
        for name in ("username", "database", "host"):
            value = getattr(self, name)
            if not isinstance(value, str) or not value.strip():
                raise self.fail(name, value, "text that is not empty")
        if type(self.port) is not int or not 0 < self.port < 65536:
            raise self.fail("port", self.port, "a TCP port, 1 to 65535")
        self._check_limit("query_limit", self.query_limit)
        self._check_source()

    def _check_source(self) -> None:
        if (self.table is None) == (self.query is None):
            raise StepArgumentError(
                f"{type(self).__name__} reads a table or a query: give one of table and query."
            )
        if self.query is None:
            parts = self.table.split(".") if isinstance(self.table, str) else []
            if len(parts) not in (1, 2) or not all(parts):
                would_do = "'table' or 'schema.table'; a name with a dot in it takes a query"
                raise self.fail("table", self.table, would_do)
        elif not isinstance(self.query, str) or not self.query.strip():
            raise self.fail("query", self.query, "the text of a SELECT")

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yields the rows as canonical batches: lists of int64, float32 or bytes.

        Raises:
            DataError: Says what the server refused: the connection, the table, a
                column, a permission; or that the connection was lost.
        """
        load_extra("psycopg", "postgres", "PostgreSQL", DataError)
        from zenml.records.content_order import in_content_order
        from zenml.records.postgres_table import PostgresTable

        self.check()
        where = f"{self.username}@{self.host}:{self.port}/{self.database}"
        login = {"host": self.host, "port": self.port, "dbname": self.database}
        login["user"] = self.username
        if self.password:
            what = f"The password of the PostgreSQL database {where}"
            login["password"] = reveal(self.password, what, DataError)
        table = PostgresTable(
            login, where, table=self.table, query=self.query, limit=self.query_limit
        )
        yield from in_content_order(table.batches(self.schema or {}))
