"""The datasources that this repository knows: one YAML file each, in the pipelines folder."""

from __future__ import annotations

import dataclasses
import hashlib
import logging
import re
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from zenml.errors import (
    AlreadyExistsException,
    DatasourceError,
    DatasourceNotFoundError,
    SpecError,
)
from zenml.files import write_text
from zenml.hints import did_you_mean
from zenml.repo.repository import Repository
from zenml.spec import UNPINNED, DatasourceSpec
from zenml.spec_values import canonical_json
from zenml.spec_yaml import dump_yaml, load_yaml

if TYPE_CHECKING:
    from zenml.datasources.base import BaseDatasource

SCHEMA = "zenml/datasource/1"
_OWN = re.compile(r"datasource_(.+)_[0-9a-f]{16}\.yaml")
_HEAD = "# A datasource of this repository, written when it was committed.\n"
_log = logging.getLogger("zenml")


def register_datasource(spec: DatasourceSpec) -> Path:
    """Writes down what a datasource is, so that it can be found by its name.

    Declared again with other arguments, it gets a second file, and the newest
    counts.

    Raises:
        AlreadyExistsException: The name belongs to a datasource of another class.
    """
    other = refuse_taken_name(spec)
    path = Repository.get_instance().get_default_pipelines_dir() / _file_name(spec)
    if other is None or _identity(other) != _identity(spec) or not path.is_file():
        body = {key: value for key, value in spec.to_dict().items() if key != "commit"}
        written = datetime.now(timezone.utc).isoformat(timespec="microseconds")
        envelope = {"schema": SCHEMA, "written": written}
        write_text(path, _HEAD + dump_yaml({**envelope, **body}))
    return path


def refuse_taken_name(spec: DatasourceSpec) -> DatasourceSpec | None:
    """Refuses a name that is another datasource's; nothing is written.

    Returns:
        What the repository knows by that name.

    Raises:
        AlreadyExistsException: The name belongs to a datasource of another class.
    """
    other = known_spec(spec.name)
    if other is not None and other.source != spec.source:
        raise AlreadyExistsException(
            f"There is already a datasource {spec.name!r} in this repository, a {other.source}. "
            f"Give this {spec.source} another name."
        )
    return other


def datasource_specs() -> list[DatasourceSpec]:
    """Every datasource of the repository around the current folder; see `specs_of`."""
    return specs_of(Repository.get_instance())


def datasource_spec(name: str) -> DatasourceSpec:
    """The datasource of that name in the repository around the current folder; see `spec_of`."""
    return spec_of(Repository.get_instance(), name)


def known_spec(name: str) -> DatasourceSpec | None:
    """The datasource of that name, or None; of the files of the others, none is read."""
    return _read_one(Repository.get_instance(), name)


def specs_of(repo: Repository) -> list[DatasourceSpec]:
    """Every datasource, by name, at the code of today.

    What a datasource was at an earlier time stands in the pipelines that used it.
    """
    found = _read_all(repo.get_default_pipelines_dir())
    return [dataclasses.replace(found[name], version=UNPINNED) for name in sorted(found)]


def spec_of(repo: Repository, name: str) -> DatasourceSpec:
    """The datasource of that name.

    Raises:
        DatasourceNotFoundError: There is none; names those there are.
    """
    found = _read_one(repo, name)
    if found is not None:
        return found
    names = [spec.name for spec in specs_of(repo)]
    have = ", ".join(names) or "none yet; a datasource is known once it was committed"
    raise DatasourceNotFoundError(
        f"There is no datasource {name!r} here.{did_you_mean(name, names)} There are: {have}."
    )


def load_datasource(spec: DatasourceSpec) -> BaseDatasource:
    """Brings a datasource back to life from its declaration.

    Raises:
        DatasourceError: Its class is no datasource.
    """
    from zenml.datasources.base import BaseDatasource
    from zenml.repo.loading import load_class

    cls = load_class(spec.source, spec.version)
    if not issubclass(cls, BaseDatasource):
        raise DatasourceError(f"{spec.source} is no datasource.")
    return cls.from_config(spec)


def _identity(spec: DatasourceSpec) -> str:
    return canonical_json([spec.name, spec.source, spec.args])


def _slug(name: str) -> str:
    return re.sub(r"[^\w.-]+", "-", name)


def _file_name(spec: DatasourceSpec) -> str:
    digest = hashlib.sha256(_identity(spec).encode()).hexdigest()[:16]
    return f"datasource_{_slug(spec.name)}_{digest}.yaml"


def _read_one(repo: Repository, name: str) -> DatasourceSpec | None:
    found = _read_all(repo.get_default_pipelines_dir(), name).get(name)
    return found and dataclasses.replace(found, version=UNPINNED)


def _read_all(folder: Path, name: str | None = None) -> dict[str, DatasourceSpec]:
    """Name -> its newest declaration, by what the files say: a clone makes them all anew.

    Args:
        folder: The pipelines folder.
        name: Only the files that can be of this one are read; None reads all.
    """
    read: list[tuple[str, int, str, DatasourceSpec]] = []
    for path in folder.glob("datasource_*.yaml"):
        own = _OWN.fullmatch(path.name)  # a file may have been given another name
        if name is not None and own and own[1] != _slug(name):
            continue
        if not path.is_file():
            continue
        try:
            written, spec = _read(path)
        except SpecError as exc:
            _log.warning("A file that is left out: %s", exc)
            continue
        read.append((written, path.stat().st_mtime_ns, path.name, spec))
    return {spec.name: spec for *_, spec in sorted(read, key=lambda entry: entry[:3])}


def _read(path: Path) -> tuple[str, DatasourceSpec]:
    """When a file was written, "" where it does not say, and what it declares."""
    try:
        data = load_yaml(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as exc:
        raise SpecError(f"Cannot read {path}: {exc}") from exc
    if not isinstance(data, dict) or data.pop("schema", None) != SCHEMA:
        raise SpecError(f"{path} is no datasource of zenml: its 'schema' is not {SCHEMA!r}.")
    written = str(data.pop("written", ""))
    return written, DatasourceSpec.from_dict(data, str(path))
