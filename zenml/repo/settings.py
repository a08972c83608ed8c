"""Settings of a repository: `.zenml/settings.yaml`, its paths relative to the repository."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from zenml.errors import RepositoryError, RepositoryNotFoundError, SpecError
from zenml.files import write_bytes, write_text
from zenml.metadata.base import metadata_store_from_config
from zenml.repo.root import main_root, origin_root
from zenml.spec import BackendSpec
from zenml.spec_yaml import dump_yaml, load_yaml

FOLDER = ".zenml"
FILE = f"{FOLDER}/settings.yaml"
SCHEMA = "zenml/settings/1"
_STORE = f"{FOLDER}/local_store"
_HEAD = "# Settings of zenml in this repository. Paths are relative to its root.\n"


def _sqlite() -> BackendSpec:
    return BackendSpec("sqlite", {"uri": f"{_STORE}/metadata.db"})


@dataclass(frozen=True)
class Settings:
    """Where a repository keeps things.

    Attributes:
        pipelines_dir: Folder of the pipelines' YAML files.
        artifact_store: Folder of the artifacts.
        metadata_store: Type and arguments of the metadata store. A password is
            the name of an environment variable, such as "$MYSQL_PASSWORD".

    Example:
        >>> Settings().pipelines_dir, Settings().artifact_store
        ('pipelines', '.zenml/local_store/artifacts')
    """

    pipelines_dir: str = "pipelines"
    artifact_store: str = f"{_STORE}/artifacts"
    metadata_store: BackendSpec = field(default_factory=_sqlite)

    def to_yaml(self) -> str:
        """The text of the settings file."""
        store = {"type": self.metadata_store.type, **self.metadata_store.args}
        data = {**dataclasses.asdict(self), "metadata_store": store}
        return _HEAD + dump_yaml({"schema": SCHEMA, **data})

    @classmethod
    def from_yaml(cls, text: str, where: str) -> Settings:
        """The inverse of `to_yaml`.

        Raises:
            RepositoryError: Names the file and the key that is wrong.
        """
        try:
            data = load_yaml(text, where)
        except SpecError as exc:
            raise RepositoryError(f"{exc} Correct it, or delete it and run `zenml init`.") from exc
        if not isinstance(data, Mapping) or data.get("schema") != SCHEMA:
            raise RepositoryError(
                f"{where} holds no settings that this zenml knows (it reads {SCHEMA!r}). Install "
                "the zenml that wrote it, or delete it and run `zenml init`."
            )
        values: dict[str, Any] = {key: value for key, value in data.items() if key != "schema"}
        known = {item.name for item in dataclasses.fields(cls)}
        for key in values:
            if key not in known:
                raise RepositoryError(
                    f"{where}: unknown key {key!r}; known are {', '.join(sorted(known))}."
                )
        for key in ("pipelines_dir", "artifact_store"):
            if not isinstance(values.get(key, "x"), str) or not values.get(key, "x"):
                raise RepositoryError(f"{where}: {key!r} is {values[key]!r}; it must be a path.")
        if "metadata_store" in values:
            values["metadata_store"] = _read_store(values["metadata_store"], where)
        return cls(**values)


def _read_store(data: Any, where: str) -> BackendSpec:
    if not isinstance(data, Mapping) or not isinstance(data.get("type"), str):
        raise RepositoryError(f"{where}: 'metadata_store' needs a 'type': sqlite or mysql.")
    spec = BackendSpec(data["type"], {key: data[key] for key in data if key != "type"})
    metadata_store_from_config(spec).to_config()  # refuses what no store of that type takes
    return spec


def settings_home(root: Path) -> Path | None:
    """The folder whose `.zenml/` counts for a work tree.

    That is its own; a linked work tree without one shares that of the main work
    tree, for `.zenml/` is not committed and the results of one repository are
    worth as much in all of its work trees. So does a checkout that zenml makes of it.
    """
    origin = origin_root(root)
    if origin is not None:
        return settings_home(origin)
    if (root / FILE).is_file():
        return root
    main = main_root(root)
    return main if main is not None and (main / FILE).is_file() else None


def read_settings(home: Path) -> Settings:
    """Reads the settings file below `home`.

    Raises:
        RepositoryNotFoundError: It is not there any more.
        RepositoryError: It is no settings file.
    """
    path = home / FILE
    try:
        return Settings.from_yaml(path.read_text(encoding="utf-8"), str(path))
    except FileNotFoundError as exc:
        raise not_initialised(home) from exc
    except (OSError, UnicodeDecodeError) as exc:
        raise RepositoryError(f"Cannot read {path}: {exc}") from exc


def write_settings(home: Path, settings: Settings) -> None:
    """Writes the settings file below `home`, whole or not at all.

    Raises:
        MetadataStoreError: The metadata store has a password in plain text.
        RepositoryError: The file cannot be written.
    """
    metadata_store_from_config(settings.metadata_store).to_config()
    try:
        write_text(home / FILE, settings.to_yaml())
    except OSError as exc:
        raise RepositoryError(f"Cannot write {home / FILE}: {exc}") from exc


def ignore_folder(root: Path) -> None:
    """Puts `.zenml/` into the repository's .gitignore, once; the rest of it stays."""
    path = Path(os.path.realpath(root / ".gitignore"))
    text = path.read_bytes() if path.is_file() else b""
    known = {line.strip().strip(b"/") for line in text.splitlines()}
    if FOLDER.encode() in known:
        return
    end = b"\r\n" if b"\r\n" in text else b"\n"
    gap = end if text and not text.endswith(b"\n") else b""
    new = text + gap + FOLDER.encode() + b"/" + end
    try:
        write_bytes(path, new)
    except OSError as exc:
        raise RepositoryError(f"Cannot write {path}: {exc}") from exc


def not_initialised(root: Path) -> RepositoryNotFoundError:
    """The error for a git repository that zenml does not know yet."""
    return RepositoryNotFoundError(
        f"{root} is a git repository, but none of zenml's yet. Run `zenml init` there."
    )
