"""Resuming: a run that did not end well goes on under its name."""

from __future__ import annotations

import contextlib
import fcntl
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from zenml import spec_yaml
from zenml.errors import RunError, RunNotFoundError
from zenml.metadata import executions, runs
from zenml.metadata.executions import Execution
from zenml.repo import versions
from zenml.repo.moment import one_moment
from zenml.repo.settings import FOLDER
from zenml.runtime.result import KEPT, NodeResult, RunResult
from zenml.runtime.run import MODE, Interrupted, Runner
from zenml.runtime.step_lines import progress_of
from zenml.runtime.unpinned import UNPINNED_CODE
from zenml.runtime.workspace import Workspace
from zenml.runtime.workspaces import open_stores
from zenml.spec import UNPINNED, PipelineSpec


def resume(run_name: str, *, max_workers: int | None = None) -> RunResult:
    """Goes on with a run that failed or was stopped.

    The nodes that ended well are taken as they are; the others run, of the same code
    as before. A run that succeeded stays as it is.

    Args:
        run_name: The run.
        max_workers: How many nodes may run at once; None is 1.

    Raises:
        RunNotFoundError: There is no run of that name.
        RunError: It is running now, or cannot go on: says why, and what to do.
        StepRunError: A node failed; the run is recorded as failed again.
    """
    store, run = _find(run_name)
    spec, file = _spec_of(run)
    progress = progress_of(spec)
    if run.state == runs.SUCCEEDED:
        progress.say(f"Run {run.name} succeeded: there is nothing to resume.")
        return _as_it_was(store, run, file)
    workspace = Workspace.of(spec)
    _refuse_changed(spec, run)
    with _alone(workspace.home / FOLDER):
        _refuse_running(store, run)
        (context,) = store.get_contexts_by_id([run.id])
        found = executions.of_context(store, context)
        ended_well = {execution.node: execution for execution in found if execution.ok}
        runner = Runner(
            spec,
            workspace,
            file=file,
            progress=progress,
            max_workers=max_workers,
            execution_mode=run.properties.get(MODE),
            resumed=Interrupted(run.name, context, ended_well),
        )
        runs.reopen(store, context)
    result = runner.run()
    progress.closed(result, workspace.relative(workspace.artifacts.uri))
    return result


def _find(name: str) -> tuple[Any, runs.Run]:
    for store in open_stores():
        run = runs.by_name(store, name)
        if run is not None:
            return store, run
    raise RunNotFoundError(
        f"There is no run {name!r} here; `zenml run list` names those there are."
    )


def _spec_of(run: runs.Run) -> tuple[PipelineSpec, str]:
    """The frozen pipeline of a run, and its file."""
    if not run.file:
        raise RunError(
            f"Run {run.name} read a datasource, which is not resumed: commit the datasource again."
        )
    path = Workspace.default().root / run.file
    if not path.exists():
        raise RunError(
            f"Run {run.name} cannot go on: the file of its pipeline, {run.file}, is gone. Run the "
            "pipeline again: what succeeded is reused."
        )
    return spec_yaml.read(path), str(path)


def _refuse_running(store: Any, run: runs.Run) -> None:
    now = runs.by_name(store, run.name)
    if now is not None and now.state == runs.RUNNING:
        where = "on {zenml_host}, process {zenml_pid}".format_map(now.properties)
        raise RunError(f"Run {run.name} is running now ({where}). Wait for it, or stop it first.")


def _refuse_changed(spec: PipelineSpec, run: runs.Run) -> None:
    """Refuses to go on with other code than the run began with.

    What is pinned to a commit is loaded from there; of the rest the run knows a digest.
    """
    known = json.loads(run.properties.get(UNPINNED_CODE) or "{}")
    with one_moment():
        for node in spec.nodes:
            step = node.step
            if step is None or step.version != UNPINNED:
                continue
            if versions.version_of(step.source).digest != known.get(step.source):
                raise RunError(
                    f"Run {run.name} cannot go on: the code of step `{node.name}` "
                    f"({step.source}) is in no commit, and is not what it was when the run "
                    "began. Run the pipeline again: what succeeded is reused by the cache."
                )


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Of two processes that resume a run at once, the second sees that it is running."""
    with (folder / "resume.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _as_it_was(store: Any, run: runs.Run, file: str) -> RunResult:
    ended = {execution.node: execution for execution in runs.nodes(store, run)}
    nodes = {name: _kept(execution) for name, execution in ended.items() if execution.ok}
    return RunResult(run.name, run.pipeline, file, run.seconds or 0.0, nodes=nodes, store=store)


def _kept(execution: Execution) -> NodeResult:
    outputs = {key: found[0].uri for key, found in execution.outputs.items() if found}
    return NodeResult(execution.node, KEPT, execution.seconds or 0.0, outputs)
