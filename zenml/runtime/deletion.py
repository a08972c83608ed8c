"""Deleting runs and pipelines, without taking from others what they use."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zenml.artifacts import store as artifact_files
from zenml.errors import PipelineError, RunError
from zenml.metadata import artifacts, contexts, deletion, executions, runs
from zenml.metadata.artifacts import Artifact
from zenml.metadata.executions import Execution
from zenml.metadata.runs import Run
from zenml.repo import Repository
from zenml.runtime import cache
from zenml.runtime.workspace import Workspace
from zenml.runtime.workspaces import open_stores, workspaces


@dataclass(frozen=True)
class Deletion:
    """What goes when a run is deleted, and what stays.

    Attributes:
        run: The run.
        removed: Artifacts that nothing else uses.
        kept: Artifacts that another run, a commit or a deployment uses.

    Example:
        >>> Deletion(Run(1, "p-1", "p", "succeeded"), [], []).bytes
        0
    """

    run: Run
    removed: list[Artifact]
    kept: list[Artifact]

    @property
    def bytes(self) -> int:
        """Size of the artifacts that go."""
        return sum(artifact_files.measure(artifact.uri).bytes for artifact in self.removed)


def plan(store: Any, run: Run) -> Deletion:
    """What deleting a run would remove.

    Raises:
        RunError: It is running.
    """
    return _plan(store, run, runs.nodes(store, run))


def delete_run(store: Any, run: Run) -> Deletion:
    """Deletes a run: it vanishes from every list, and what only it used is removed.

    The records come first. Should the process be killed in between, the files are
    there for nobody, and `zenml artifact prune` finds them.

    Args:
        store: The open metadata store that it is recorded in.
        run: The run.

    Raises:
        RunError: It is running.
    """
    nodes = runs.nodes(store, run)
    found = _plan(store, run, nodes)
    gone = take(store, found.removed, lambda asked: deletion.only_of(store, run, asked))
    found = Deletion(run, gone, found.kept + [a for a in found.removed if a not in gone])
    kept = {artifact.id for artifact in found.kept}
    spent = [node.id for node in nodes if not kept & {a.id for a in _outputs([node])}]
    deletion.mark_run(store, run, spent)
    roots = artifact_roots()
    folders = {Path(root, run.pipeline, run.name) for root in roots}
    for artifact in found.removed:
        remove(artifact.uri, roots)
        folders |= run_folder(artifact.uri, roots)
    for folder in folders:
        _sweep(store, folder, roots)
    shutil.rmtree(Workspace.default().pages(f"run {run.name}"), ignore_errors=True)
    return found


def delete_pipeline(name: str) -> list[Path]:
    """Removes the files of a pipeline from the pipelines folder; its runs become unlisted.

    Returns:
        The files. What is committed stays in git's history.

    Raises:
        PipelineNotFoundError: There is no such pipeline.
        PipelineError: A file cannot be removed.
    """
    repo = Repository.get_instance()
    repo.pipeline_record(name)
    files = [Path(repo.path, file) for file, _ in repo.pipeline_specs(name)]
    for store in open_stores():
        deletion.unlist(store, name)
    for file in files:
        try:
            file.unlink(missing_ok=True)
        except OSError as exc:
            raise PipelineError(f"Cannot remove {file}: {exc}.") from exc
    return files


def take(
    store: Any, found: Sequence[Artifact], unused: Callable[[Sequence[Artifact]], list[Artifact]]
) -> list[Artifact]:
    """Marks artifacts as deleted, but for those that a run began to use a moment ago.

    A run records what it reuses, and then looks whether it is live; here the mark comes
    first, and then the look at who uses it. So one of the two sees the other.

    Args:
        store: The open metadata store.
        found: What nothing used when it was listed.
        unused: Which of some artifacts nothing uses.

    Returns:
        Those that are marked.
    """
    artifacts.mark_deleted(store, [artifact.id for artifact in found])
    gone = {artifact.id for artifact in unused(found)}
    artifacts.mark_live(store, [artifact.id for artifact in found if artifact.id not in gone])
    return [artifact for artifact in found if artifact.id in gone]


def artifact_roots() -> list[str]:
    """The folders of the artifact stores of this repository's pipelines."""
    return sorted({workspace.artifacts.uri for workspace in workspaces()})


def deployed(store: Any, found: Iterable[Artifact]) -> set[int]:
    """Numbers of the artifacts that are served now, and of what they were made from."""
    served = {
        artifact.id
        for artifact in found
        if artifact.properties.get("pushed_destination") and cache.is_deployed(artifact)
    }
    events = store.get_events_by_artifact_ids(sorted(served)) if served else []
    made_by = store.get_executions_by_id(sorted({event.execution_id for event in events}))
    read = [a for e in executions.load(store, made_by) for side in e.inputs.values() for a in side]
    return served | {artifact.id for artifact in read}


def run_folder(uri: str, roots: Iterable[str]) -> set[Path]:
    """The folder of the run that an artifact lies in; empty outside of the artifact stores."""
    path = Path(uri)
    around = [Path(root) for root in roots if Path(root) in path.parents]
    return {Path(root, *path.relative_to(root).parts[:2]) for root in around}


def runs_named(uri: str) -> set[tuple[str, str]]:
    """Each pipeline and run whose artifact a uri may be of, whatever artifact store it lies in.

    Example:
        >>> ("p", "p-1") in runs_named("/store/p/p-1/trainer/model/3")
        True
    """
    return set(itertools.pairwise(Path(uri).parts))


def remove(uri: str, roots: Iterable[str]) -> None:
    """Removes a folder of an artifact store, and those around it as far as they are empty."""
    artifact_files.remove(uri)
    stores = {Path(root) for root in roots}
    for folder in Path(uri).parents:
        if not stores & set(folder.parents):  # a store itself stays
            return
        try:
            folder.rmdir()
        except FileNotFoundError:
            continue
        except OSError:  # something is in it
            return


def _sweep(store: Any, folder: Path, roots: Iterable[str]) -> None:
    """Removes the folder of a deleted run, unless an artifact that is kept lies in it.

    That may be recorded in another folder, from which the artifact store was moved.
    """
    context = contexts.find(store, contexts.PIPELINE_RUN, folder.name)
    run = runs.read(store, context) if context is not None else None
    if run is None or not run.deleted:
        return
    live = [artifact for artifact in _outputs(runs.nodes(store, run)) if artifact.live]
    kept = any((folder.parent.name, folder.name) in runs_named(a.uri) for a in live)
    if folder.is_dir() and not kept:
        remove(str(folder), roots)


def refuse_running(run: Run) -> None:
    """Refuses to delete a run that is running.

    Raises:
        RunError: Says what to do.
    """
    if run.state == runs.RUNNING:
        raise RunError(
            f"Run {run.name!r} is running, and cannot be deleted: stop it first (Ctrl-C where it "
            "runs)."
        )


def _plan(store: Any, run: Run, nodes: Sequence[Execution]) -> Deletion:
    refuse_running(run)
    own = _outputs(nodes)
    removed = deletion.only_of(store, run, own)
    served = deployed(store, removed)
    removed = [a for a in removed if a.id not in served and not a.is_external]
    numbers = {artifact.id for artifact in removed}
    return Deletion(run, removed, [a for a in own if a.live and a.id not in numbers])


def _outputs(nodes: Iterable[Execution]) -> list[Artifact]:
    return [artifact for node in nodes for made in node.outputs.values() for artifact in made]
