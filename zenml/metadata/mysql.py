"""MySQLMetadataStore: one database for many people."""

from __future__ import annotations

from typing import Any

from zenml.errors import MetadataStoreError
from zenml.metadata.base import RETRIES, MetadataStore
from zenml.secrets import is_reference, reveal


class MySQLMetadataStore(MetadataStore):
    """Metadata in a MySQL or MariaDB database.

    Args:
        host: Name or address of the server.
        port: Its TCP port.
        database: Name of the database. It must exist, and tell "Data" from "data":
            `CREATE DATABASE ml CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`.
        username: Whom to log in as.
        password: Name of an environment variable in the form "$NAME" whose value
            is the password, or "${file:PATH}" for a file that holds it. A password
            itself is refused: it would end up in files that are committed.

    Example:
        >>> MySQLMetadataStore(database="ml", username="me", password="secret").check()
        Traceback (most recent call last):
        zenml.errors.MetadataStoreError: MySQLMetadataStore: password must be the name of an \
environment variable, such as "$MYSQL_PASSWORD", and never the password itself.
    """

    TYPE = "mysql"
    HINT = (
        "Check that the server answers there, that the database exists, and that the user may "
        "log in with that password."
    )

    def __init__(
        self,
        *,
        database: str,
        username: str,
        password: str = "",
        host: str = "127.0.0.1",
        port: int = 3306,
    ) -> None:
        """Stores the arguments."""
        self.database = database
        self.username = username
        self.password = password
        self.host = host
        self.port = port

    def check(self) -> None:
        """Refuses a password in plain text."""
        if self.password and not is_reference(self.password):
            raise MetadataStoreError(
                "MySQLMetadataStore: password must be the name of an environment variable, "
                'such as "$MYSQL_PASSWORD", and never the password itself.'
            )

    def connection_config(self) -> Any:
        """See `MetadataStore`."""
        from ml_metadata.proto import metadata_store_pb2

        self.check()
        config = metadata_store_pb2.ConnectionConfig()
        config.mysql.host = self.host
        config.mysql.port = self.port
        config.mysql.database = self.database
        config.mysql.user = self.username
        config.mysql.password = self._secret()
        config.retry_options.max_num_retries = RETRIES
        return config

    def to_config(self) -> Any:
        """See `MetadataStore`."""
        self.check()
        return super().to_config()

    def _secret(self) -> str:
        if not self.password:
            return ""
        return reveal(self.password, "The password of the MySQL metadata store", MetadataStoreError)

    def __repr__(self) -> str:
        """Never shows a password."""
        return f"MySQLMetadataStore({self.username}@{self.host}:{self.port}/{self.database})"
