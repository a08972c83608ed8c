"""What a datasource of PostgreSQL and its data step are both made from."""

from __future__ import annotations

from typing import Any, ClassVar

from zenml.keywords import KeywordObject


class PostgresArguments(KeywordObject):
    """Where the rows of a PostgreSQL database are; see `PostgresDatasource`.

    Example:
        >>> PostgresArguments(username="ada", database="air", table="flights").port
        5432
    """

    SECRETS: ClassVar[tuple[str, ...]] = ("password",)

    def __init__(
        self,
        *,
        username: str,
        database: str,
        table: str | None = None,
        query: str | None = None,
        password: str | None = None,
        host: str = "localhost",
        port: int = 5432,
        query_limit: int | None = None,
        **kwargs: Any,
    ) -> None:
        self.username = username
        self.database = database
        self.table = table
        self.query = query
        self.password = password
        self.host = host
        self.port = port
        self.query_limit = query_limit
        super().__init__(**kwargs)
