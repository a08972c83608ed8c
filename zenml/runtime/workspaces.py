"""Every place that pipelines of this repository keep their records and artifacts in."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

from zenml.errors import MetadataStoreError
from zenml.repo import Repository
from zenml.repo.stores import read_stores
from zenml.runtime.workspace import Workspace

_log = logging.getLogger("zenml")


def workspaces() -> list[Workspace]:
    """The repository's own stores, then every other one that a pipeline of it named or ran in.

    A pipeline may be given a metadata store or an artifact store of its own, and its
    file may be gone since.
    """
    own = Workspace.default()
    found = {_places(own): own}
    specs = [record.spec for record in Repository.get_instance().pipeline_records()]
    found_in = [*specs, *read_stores(own.home)]
    named = {(repr(one.metadata_store), one.artifact_store): one for one in found_in}
    for spec in named.values():
        workspace = Workspace.of(spec)
        found.setdefault(_places(workspace), workspace)
    return list(found.values())


def _places(workspace: Workspace) -> tuple[str, str]:
    return repr(workspace.metadata_config()), workspace.artifacts_config()


def open_stores(*, strict: bool = False) -> Iterator[Any]:
    """Every metadata store, open; one that cannot be opened is named in a warning.

    The repository's own store has to open.

    Args:
        strict: All of them have to, and to name the files of artifacts where they lie now.

    Raises:
        MetadataStoreError: One that has to open does not, or names files elsewhere.
    """
    own, *others = _distinct(workspaces())
    if strict:
        own.metadata.refuse_moved()
    yield own.store()
    for workspace in others:
        try:
            store = workspace.store()
            if strict:
                workspace.metadata.refuse_moved()
        except MetadataStoreError as exc:
            if strict:
                raise
            _log.warning("What is recorded in %r is left out: %s", workspace.metadata, exc)
            continue
        yield store


def _distinct(found: list[Workspace]) -> list[Workspace]:
    by_store: dict[str, Workspace] = {}
    for workspace in found:
        by_store.setdefault(repr(workspace.metadata_config()), workspace)
    return list(by_store.values())
