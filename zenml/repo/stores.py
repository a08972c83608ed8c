"""The stores that pipelines ran in: `.zenml/stores.yaml`, beside the settings.

A pipeline's file may be on another branch, or deleted; where its runs are recorded
has to be known all the same.
"""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zenml.errors import RepositoryError, SpecError
from zenml.files import write_text
from zenml.metadata.base import metadata_store_from_config
from zenml.repo.settings import FOLDER
from zenml.spec import BackendSpec
from zenml.spec_yaml import dump_yaml, load_yaml

FILE = f"{FOLDER}/stores.yaml"
SCHEMA = "zenml/stores/1"
_HEAD = "# The stores that pipelines of this repository ran in. Paths are relative to its root.\n"


@dataclass(frozen=True)
class Stores:
    """The two stores that a pipeline runs in.

    Attributes:
        artifact_store: Folder of the artifacts.
        metadata_store: Type and arguments of the metadata store, without a password.

    Example:
        >>> import tempfile
        >>> home = Path(tempfile.mkdtemp())
        >>> remember(home, Stores("data", BackendSpec("sqlite", {"uri": "other.db"})))
        >>> [stores.artifact_store for stores in read_stores(home)]
        ['data']
    """

    artifact_store: str
    metadata_store: BackendSpec

    def to_dict(self) -> dict[str, Any]:
        """Plain data for the file."""
        store = self.metadata_store.to_dict()
        return {"artifact_store": self.artifact_store, "metadata_store": store}


def remember(home: Path, stores: Stores) -> None:
    """Adds stores to the file below `home`, once; it is written whole or not at all.

    Raises:
        RepositoryError: The file cannot be read or written.
    """
    if stores in read_stores(home):
        return
    try:
        with _alone(home / FOLDER):
            known = read_stores(home)
            if stores not in known:
                listed = [one.to_dict() for one in (*known, stores)]
                text = _HEAD + dump_yaml({"schema": SCHEMA, "stores": listed})
                write_text(home / FILE, text)
    except OSError as exc:
        raise RepositoryError(f"Cannot write {home / FILE}: {exc}") from exc


def read_stores(home: Path) -> list[Stores]:
    """The stores in the file below `home`; none where nothing ran yet.

    Raises:
        RepositoryError: The file cannot be read, or holds something else.
    """
    path = home / FILE
    try:
        data = load_yaml(path.read_text(encoding="utf-8"), str(path))
        if not isinstance(data, Mapping) or data.get("schema") != SCHEMA:
            raise SpecError(f"{path} holds no stores that this zenml knows: {SCHEMA!r}.")
        return [_read(one, str(path)) for one in data.get("stores") or ()]
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError, SpecError) as exc:
        raise RepositoryError(
            f"Cannot read {path}: {exc} It says where runs are recorded: correct it, or move it "
            "away, and stores that no pipeline's file names are forgotten."
        ) from exc


def move_here(home: Path) -> None:
    """Has what the stores below `home` recorded name the files where they are now.

    Opening a store does so too, but not while a run of the former folder may be going on.

    Raises:
        RepositoryError: The file of stores cannot be read.
        MetadataStoreError: The records cannot be written.
    """
    for one in read_stores(home):
        metadata_store_from_config(one.metadata_store).at(home).move_here()


def _read(data: Any, where: str) -> Stores:
    if not isinstance(data, Mapping) or not isinstance(data.get("artifact_store"), str):
        raise SpecError(f"{where}: each of 'stores' needs an 'artifact_store', a path.")
    spec = BackendSpec.from_dict(data.get("metadata_store"), f"{where}: metadata_store")
    return Stores(data["artifact_store"], spec)


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Of two processes that add to the file at once, neither loses what the other adds."""
    folder.mkdir(exist_ok=True)
    with (folder / "stores.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
