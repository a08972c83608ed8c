"""What lies in the artifact stores and is of use to nothing."""

from __future__ import annotations

import functools
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zenml.artifacts import store as artifact_files
from zenml.errors import MetadataStoreError
from zenml.metadata import contexts, deletion, runs
from zenml.metadata.artifacts import Artifact
from zenml.metadata.runs import Run
from zenml.runtime.deletion import artifact_roots, deployed, remove, run_folder, runs_named, take
from zenml.runtime.unused_tables import unused_tables
from zenml.runtime.workspace import Workspace
from zenml.runtime.workspaces import open_stores

SAVED_FOLDER = ".saved"  # of what is saved by hand: no pipeline can be called so
_LOGS = "logs"
_WRITING = 3600.0  # seconds in which saving a value by hand is over


@dataclass(frozen=True)
class Unused:
    """A folder, or the file of a kept table, that nothing uses.

    Attributes:
        uri: The folder or file.
        bytes: Size of its files.
        artifact: The record of it; None where no record names it.
        store: The open metadata store of that record.
        is_table: Whether it is the file of a kept table.

    Example:
        >>> Unused("/store/p/p-1/split/examples/3", 1024).artifact is None
        True
    """

    uri: str
    bytes: int
    artifact: Artifact | None = None
    store: Any = None
    is_table: bool = False


def find_unused() -> list[Unused]:
    """Artifacts that no run and no commit uses, and folders and kept tables that nothing names.

    What runs now is left alone, and so is what was saved by hand or is deployed. In
    an artifact store outside of `.zenml/`, which others may use too, only folders of
    runs that are recorded here are looked at.

    Raises:
        MetadataStoreError: A metadata store does not open, or names files of this repository
            in another folder: what it uses here is unknown.
    """
    roots = artifact_roots()
    folders = [folder for root in roots for folder in _run_folders(Path(root))]
    # Read after the folders: a run that began meanwhile is not among them.
    stores = _all_stores()
    found, live = [], []
    for store in stores:
        recorded = deletion.live_artifacts(store)
        there = [artifact for artifact in recorded if run_folder(artifact.uri, roots)]
        ours = {artifact.id for artifact in there}
        _refuse_elsewhere(folders, [a for a in recorded if a.id not in ours])
        unused = deletion.unused(store, there)
        served = deployed(store, unused)
        gone = [a for a in unused if a.id not in served and not a.is_external]
        found += [_unused(artifact.uri, artifact, store) for artifact in gone]
        live += there
    strays = _strays(folders, _Recorded(stores), _Named(live))
    found += [_unused(str(stray)) for stray in strays]
    tables = unused_tables(roots, stores)
    return found + [Unused(str(file), size, is_table=True) for file, size in tables]


def prune(found: Sequence[Unused]) -> list[Unused]:
    """Removes what `find_unused` found; the records come first.

    Returns:
        What was removed: what something uses by now stays.
    """
    asked = {_key(one) for one in found}
    gone = [one for one in find_unused() if _key(one) in asked]
    gone = _take(gone)
    roots = artifact_roots()
    for one in gone:
        remove(one.uri, roots)
    return gone


def _take(found: Sequence[Unused]) -> list[Unused]:
    """Marks the artifacts as deleted; without those that came into use at this moment."""
    taken: set[tuple[int, int]] = set()
    for store in {id(one.store): one.store for one in found if one.artifact}.values():
        there = [one.artifact for one in found if one.artifact and one.store is store]
        gone = take(store, there, functools.partial(deletion.unused, store))
        taken |= {(id(store), artifact.id) for artifact in gone}
    return [o for o in found if o.artifact is None or (id(o.store), o.artifact.id) in taken]


def _key(one: Unused) -> tuple[str, int | None]:
    return one.uri, one.artifact.id if one.artifact else None


def _all_stores() -> list[Any]:
    try:
        return list(open_stores(strict=True))
    except MetadataStoreError as exc:
        raise MetadataStoreError(
            "Nothing is pruned, for what a metadata store names cannot be told from what "
            f"nothing uses: {exc}"
        ) from exc


def _refuse_elsewhere(folders: Iterable[Path], recorded: Iterable[Artifact]) -> None:
    """Refuses to call unused what a store records under another folder: both were moved or copied.

    Args:
        folders: Those of runs.
        recorded: Artifacts outside of the artifact stores.
    """
    by_run = {run: a.uri for a in recorded if not a.is_external for run in runs_named(a.uri)}
    for folder in folders:
        if uri := by_run.get((folder.parent.name, folder.name)):
            raise MetadataStoreError(
                f"Nothing is pruned: {folder} holds a run whose artifacts are recorded elsewhere, "
                f"as {uri}. If the repository was moved from there, move it back; if it is a copy, "
                f"delete what you do not need of {folder.parent.parent} by hand."
            )


def _unused(uri: str, artifact: Artifact | None = None, store: Any = None) -> Unused:
    return Unused(uri, artifact_files.measure(uri).bytes, artifact, store)


class _Recorded:
    """The runs of some metadata stores, the deleted ones too."""

    def __init__(self, stores: Sequence[Any]) -> None:
        self.own = str(Path(Workspace.default().home, ".zenml"))
        self.runs: dict[str, Run] = {}
        self.foreign: set[str] = set()  # pipelines that another tool of TFX ran
        for store in stores:
            for context in store.get_contexts_by_type(contexts.PIPELINE_RUN):
                run = runs.read(store, context)
                self.runs[run.name] = run
                if not run.pipeline:
                    self.foreign.update(_pipelines(store, context))

    def says(self, folder: Path) -> str:
        """The state of the run that a folder belongs to: also "deleted", "foreign" or ""."""
        run = self.runs.get(folder.name)
        if run is not None and run.pipeline == folder.parent.name:
            return "deleted" if run.deleted else run.state
        ours = str(folder).startswith(os.path.join(self.own, ""))
        return "" if ours and folder.parent.name not in self.foreign else "foreign"


def _pipelines(store: Any, run: Any) -> Iterator[str]:
    for execution in store.get_executions_by_context(run.id)[:1]:
        for context in store.get_contexts_by_execution(execution.id):
            if context.type == contexts.PIPELINE:
                yield context.name


class _Named:
    """The folders of artifacts that are recorded."""

    def __init__(self, found: Iterable[Artifact]) -> None:
        self.folders = {Path(artifact.uri) for artifact in found}
        self.around = {folder for uri in self.folders for folder in uri.parents}

    def holds(self, folder: Path) -> bool:
        """Whether a folder is one of an artifact, or has one somewhere below it."""
        return folder in self.folders or folder in self.around

    def has_to_do_with(self, folder: Path) -> bool:
        """Whether it does, or lies in one itself."""
        return self.holds(folder) or bool(self.folders & set(folder.parents))


def _run_folders(root: Path) -> Iterator[Path]:
    for pipeline in _folders(root):
        if pipeline.name != artifact_files.DEPLOYED_FOLDER:
            yield from _folders(pipeline)


def _strays(folders: Sequence[Path], recorded: _Recorded, named: _Named) -> Iterator[Path]:
    """The folders below those of runs in which no artifact lies that is recorded."""
    for folder in folders:
        state = recorded.says(folder)
        if folder.parent.name == SAVED_FOLDER:
            if state == "" and _is_old(folder) and not named.holds(folder):
                yield folder
        elif state in ("deleted", "") and not named.holds(folder):
            yield folder
        elif state not in (runs.RUNNING, "foreign"):
            yield from (path for path in _outputs(folder) if not named.has_to_do_with(path))


def _is_old(folder: Path) -> bool:
    """Whether it was made some time ago; one that is gone by now was not."""
    try:
        return time.time() - folder.stat().st_mtime > _WRITING
    except FileNotFoundError:
        return False


def _outputs(run: Path) -> Iterator[Path]:
    """The folders `node/output/number` of a run."""
    for node in _folders(run):
        if node.name != _LOGS:
            for output in _folders(node):
                if not output.name.startswith("."):  # where TFX works while it runs
                    yield from _folders(output)


def _folders(path: Path) -> list[Path]:
    try:
        with os.scandir(path) as found:
            return sorted(Path(item.path) for item in found if item.is_dir(follow_symlinks=False))
    except (FileNotFoundError, NotADirectoryError):
        return []
