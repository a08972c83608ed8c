"""PostgresDatasource: a table of a PostgreSQL database, or what a query gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zenml.datasources.base import BaseDatasource
from zenml.keywords import arguments_for
from zenml.records.postgres_arguments import PostgresArguments

if TYPE_CHECKING:
    from zenml.steps.data.postgres import PostgresDataStep


class PostgresDatasource(PostgresArguments, BaseDatasource):
    """Rows of a PostgreSQL table, view or query.

    Attributes:
        name: Unique in the repository.
        username: Whom to log in as.
        database: Name of the database.
        table: Table or view, "flights" or "schema.flights"; upper and lower case as
            the database has them.
        query: A SELECT instead of a table.
        password: A reference, "${env:NAME}" or "${file:PATH}"; never the password
            itself. None leaves it to PostgreSQL's own variable PGPASSWORD, or its
            password file.
        host: Name or address of the server, or the folder of its socket.
        port: Its TCP port.
        query_limit: How many rows at most; those that come first by the primary key.
        schema: Types of columns that are not to be as the database has them; see
            `PostgresDataStep`.

    Example:
        >>> PostgresDatasource(
        ...     name="flights", username="ada", database="air", table="flights",
        ...     password="${env:AIR_PASSWORD}",
        ... )
        PostgresDatasource(name='flights', username='ada', database='air', table='flights', \
query=None, password='${env:AIR_PASSWORD}', host='localhost', port=5432, query_limit=None, \
schema=None)
    """

    # Written out, though PostgresArguments has them: editors and type checkers show no others,
    # and the name comes first. A test compares the two.
    def __init__(
        self,
        name: str,
        *,
        username: str,
        database: str,
        table: str | None = None,
        query: str | None = None,
        password: str | None = None,
        host: str = "localhost",
        port: int = 5432,
        query_limit: int | None = None,
        schema: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            name=name,
            username=username,
            database=database,
            table=table,
            query=query,
            password=password,
            host=host,
            port=port,
            query_limit=query_limit,
            schema=schema,
            **kwargs,
        )

    def get_data_step(self) -> PostgresDataStep:
        """The step that reads the rows."""
        from zenml.steps.data.postgres import PostgresDataStep

        return PostgresDataStep(**arguments_for(PostgresDataStep, self))
