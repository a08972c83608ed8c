"""Where kept tables lie, rows that were in memory: in the repository's artifact store."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from zenml.artifacts.store import ArtifactStore
from zenml.errors import DatasourceNotFoundError
from zenml.records.kept_tables import table_file, write_table
from zenml.repo.repository import Repository
from zenml.repo.stores import read_stores

if TYPE_CHECKING:
    import pyarrow as pa

FOLDER = ".tables"  # no pipeline can be called so


def keep(batches: Iterable[pa.RecordBatch]) -> str:
    """Writes rows into the artifact store; the same rows are kept once.

    Returns:
        The name of the kept table.

    Raises:
        RepositoryError: There is no repository here.
    """
    return write_table(_folders()[0], batches)


def is_kept(name: str) -> bool:
    """Whether the artifact store has a kept table."""
    return table_file(_folders()[0], name).is_file()


def find(name: str) -> Path:
    """The file of a kept table, in the artifact store of today or in one that was used before.

    Raises:
        DatasourceNotFoundError: It is in none of them.
    """
    files = [table_file(folder, name) for folder in _folders()]
    for file in files:
        if file.is_file():
            return file
    raise DatasourceNotFoundError(
        f"The kept table {name[:19]}, rows that were in memory, is not in the artifact store any "
        f"more ({files[0]} is not there). Make the datasource again from what was in memory."
    )


def _folders() -> list[Path]:
    repo = Repository.get_instance()
    paths = [stores.artifact_store for stores in read_stores(repo.home)]
    others = [ArtifactStore(path, root=repo.home).uri for path in paths]
    uris = dict.fromkeys([repo.get_default_artifact_store().uri, *others])
    return [Path(uri, FOLDER) for uri in uris]
