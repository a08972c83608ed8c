"""SQLiteMetadataStore: one file, nothing to start."""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from zenml.errors import MetadataStoreError
from zenml.metadata.base import RETRIES, MetadataStore


class SQLiteMetadataStore(MetadataStore):
    """Metadata in a SQLite file.

    Args:
        uri: Path of the file; relative paths are taken from the repository.

    Example:
        >>> SQLiteMetadataStore(uri="metadata.db").to_config().type
        'sqlite'
    """

    TYPE = "sqlite"

    def __init__(self, *, uri: str) -> None:
        """Stores the path."""
        self.uri = uri

    @property
    def path(self) -> Path:
        """Absolute path of the file."""
        path = Path(self.uri)
        return path if path.is_absolute() or self.root is None else self.root / path

    def connection_config(self) -> Any:
        """See `MetadataStore`."""
        from ml_metadata.proto import metadata_store_pb2

        config = metadata_store_pb2.ConnectionConfig()
        config.sqlite.filename_uri = str(self.path)
        config.sqlite.connection_mode = (
            metadata_store_pb2.SqliteMetadataSourceConfig.READWRITE_OPENCREATE
        )
        config.retry_options.max_num_retries = RETRIES
        return config

    def prepare(self) -> None:
        """Makes the folder and, one process at a time, the tables."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as exc:
            raise MetadataStoreError(f"Cannot make the folder of {self.path}: {exc}") from exc
        if self._has_content():
            return
        from ml_metadata import metadata_store

        with _locked(self.path.with_name(self.path.name + ".lock")):
            metadata_store.MetadataStore(self.connection_config())

    def settle(self, store: Any) -> None:
        """See `MetadataStore`."""
        if (folder := self._home) is not None:
            from zenml.metadata import home

            home.follow(store, self.path, folder)

    def refuse_moved(self) -> None:
        """See `MetadataStore`."""
        if (folder := self._home) is not None:
            from zenml.metadata import home

            home.refuse_moved(self.open(), self.path, folder)

    def move_here(self) -> None:
        """See `MetadataStore`."""
        if (folder := self._home) is not None and self._has_content():
            from zenml.metadata import moving

            moving.move(self.path, folder)

    def _has_content(self) -> bool:
        """Whether anything was written: a file without a byte has no tables yet."""
        return self.path.is_file() and self.path.stat().st_size > 0

    @property
    def _home(self) -> Path | None:
        """The repository, where the file lies in it and goes where that goes."""
        from zenml.metadata.moving import place_in

        return self.home if self.home and place_in(self.path, self.home) else None


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Holds a lock file: two processes that make the same database at once would race."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)
