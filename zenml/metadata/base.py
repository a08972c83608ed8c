"""MetadataStore: the database that ML Metadata keeps its records in."""

from __future__ import annotations

import contextlib
import copy
import importlib
import random
import re
import time
from abc import abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from zenml.errors import MetadataStoreError
from zenml.keywords import KeywordObject, restore_arguments
from zenml.spec import BackendSpec

_IMPLEMENTATIONS = {
    "sqlite": "zenml.metadata.sqlite:SQLiteMetadataStore",
    "mysql": "zenml.metadata.mysql:MySQLMetadataStore",
}
# How often ML Metadata tries again while another process writes: about 20 seconds.
RETRIES = 50
_PATIENCE = 30.0
_RACE = re.compile("concurrent connection|deadlock|already exists|is locked", re.IGNORECASE)


class MetadataStore(KeywordObject):
    """A database of ML Metadata.

    Example:
        >>> import tempfile, os
        >>> from zenml.metadata.sqlite import SQLiteMetadataStore
        >>> folder = tempfile.mkdtemp()
        >>> store = SQLiteMetadataStore(uri=os.path.join(folder, "metadata.db"))
        >>> store.open().get_contexts()
        []
    """

    ARGUMENT_ERROR = MetadataStoreError
    TYPE: ClassVar[str]
    HINT: ClassVar[str] = "Check that its file is a database and can be written."
    _store: Any = None
    root: Path | None = None
    home: Path | None = None

    @abstractmethod
    def connection_config(self) -> Any:
        """The `metadata_store_pb2.ConnectionConfig` that ML Metadata and TFX connect with."""

    def prepare(self) -> None:
        """Makes what must exist before the first connection."""

    def at(self, root: Path, home: Path | None = None) -> MetadataStore:
        """The same store in a repository: a copy where that differs.

        Args:
            root: What its relative paths are taken from.
            home: The folder that moves with its stores; None is `root`.
        """
        places = (root, home or root)
        if (self.root, self.home) == places:
            return self
        other = copy.copy(self)
        other.root, other.home = places
        other._store = None  # what is open may be another database
        return other

    def open(self) -> Any:
        """The `ml_metadata.MetadataStore`, opened at the first call.

        Raises:
            MetadataStoreError: When the database cannot be reached.
        """
        if self._store is None:
            from ml_metadata import errors

            self.prepare()
            try:
                store = self._connect(patience=_PATIENCE)
            except (errors.StatusError, RuntimeError) as exc:
                raise MetadataStoreError(
                    f"Cannot open the metadata store {self!r}: {exc}. {self.HINT}"
                ) from exc
            with translated(f"have the records of {self!r} follow its files"):
                self.settle(store)
            self._store = store
        return self._store

    def settle(self, store: Any) -> None:
        """Has the records follow the files, where both were moved since they were written.

        Args:
            store: The open `ml_metadata.MetadataStore`.
        """

    def refuse_moved(self) -> None:
        """Refuses a store whose records do not follow its files, though both were moved.

        Raises:
            MetadataStoreError: Says what to do.
        """

    def move_here(self) -> None:
        """As `settle`, also while a run that knows the former places may be going on."""

    def _connect(self, patience: float) -> Any:
        from ml_metadata import errors, metadata_store

        deadline = time.monotonic() + patience
        while True:
            try:
                return metadata_store.MetadataStore(self.connection_config())
            except (errors.StatusError, RuntimeError) as exc:
                # Another process is making the tables at this very moment.
                if not _RACE.search(str(exc)) or time.monotonic() > deadline:
                    raise
            time.sleep(random.uniform(0.1, 0.5))

    def to_config(self) -> BackendSpec:
        """The store as it stands in the YAML; never with a password."""
        return BackendSpec(self.TYPE, self.plain_arguments())


def metadata_store_from_config(spec: BackendSpec) -> MetadataStore:
    """The inverse of `MetadataStore.to_config`.

    Raises:
        MetadataStoreError: For a type that does not exist.
    """
    return metadata_store_class(spec.type)(**restore_arguments(spec.args))


def metadata_store_class(kind: str) -> type[MetadataStore]:
    """The class of the stores of a type, such as "sqlite".

    Raises:
        MetadataStoreError: For a type that does not exist.
    """
    if kind not in _IMPLEMENTATIONS:
        known = ", ".join(sorted(_IMPLEMENTATIONS))
        raise MetadataStoreError(f"There is no metadata store {kind!r}; there are {known}.")
    module, _, name = _IMPLEMENTATIONS[kind].partition(":")
    found: type[MetadataStore] = getattr(importlib.import_module(module), name)
    return found


@contextlib.contextmanager
def translated(doing: str) -> Iterator[None]:
    """Turns ML Metadata's errors into ours.

    Args:
        doing: What was being done, after "Cannot".
    """
    from ml_metadata import errors

    try:
        yield
    except errors.StatusError as exc:
        raise MetadataStoreError(f"Cannot {doing}: {exc}") from exc
