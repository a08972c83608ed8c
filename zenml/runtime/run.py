"""A run: walks the nodes of a spec, reuses or executes each, and records it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from zenml.artifacts import store as artifact_files
from zenml.errors import AlreadyExistsException, RunInterruptedError, StepRunError
from zenml.metadata import executions, runs
from zenml.metadata.base import translated
from zenml.metadata.executions import Execution
from zenml.repo.stores import remember
from zenml.runtime import unpinned
from zenml.runtime.failure import run_error
from zenml.runtime.given_versions import check_given, claim_given
from zenml.runtime.models import check_models
from zenml.runtime.names import is_ever_new, run_name
from zenml.runtime.plan import Plan
from zenml.runtime.progress import Progress
from zenml.runtime.records import of_run
from zenml.runtime.result import RunResult
from zenml.runtime.signals import Terminated, stoppable
from zenml.runtime.walk import Walk
from zenml.runtime.workspace import Workspace
from zenml.spec import PipelineSpec

MODE = "zenml_execution_mode"


@dataclass(frozen=True)
class Interrupted:
    """A run that did not end well.

    Attributes:
        name: Its name.
        context: Its context in the metadata store.
        ended_well: Node -> execution, of the nodes that did.

    Example:
        >>> Interrupted("p-1", None).ended_well
        {}
    """

    name: str
    context: Any
    ended_well: Mapping[str, Execution] = field(default_factory=dict)


class Runner:
    """One run of one spec.

    Args:
        spec: The frozen pipeline.
        workspace: The repository and the stores.
        file: The pipeline's YAML file.
        progress: Where the run says what it does.
        marks: Fingerprints that nodes have for another reason than the spec.
        name: Of the run; `{date}` and `{time}` stand for its start. None is the
            pipeline's name with both.
        max_workers: How many nodes may run at once, each in a process of its own
            where that is more than one; None is 1.
        execution_mode: "fail_fast" or "continue"; None is the pipeline's setting.
        resumed: The run that goes on; None begins a new one.

    Attributes:
        name: Of the run, once it began.
        done: Node -> its execution, of the nodes that ended well.
    """

    def __init__(
        self,
        spec: PipelineSpec,
        workspace: Workspace,
        *,
        file: str,
        progress: Progress,
        marks: dict[str, str] | None = None,
        name: str | None = None,
        max_workers: int | None = None,
        execution_mode: str | None = None,
        resumed: Interrupted | None = None,
    ) -> None:
        """Computes the fingerprints; records nothing yet."""
        self.spec = spec
        self.workspace = workspace
        self.file = file
        self.progress = progress
        self.name = resumed.name if resumed else ""
        self.store = workspace.store()
        self.done: dict[str, Execution] = {}
        self._given_name = name
        self._resumed = resumed
        self._plan = Plan.of(spec, marks=marks, mode=execution_mode, max_workers=max_workers)

    def run(self) -> RunResult:
        """Runs every node.

        Raises:
            AlreadyExistsException: A run had that name before, or an artifact the
                version that a step gives it.
            ModelError: A model that the pipeline was given is not as it was.
            StepRunError: A node failed; the run is recorded as failed.
            RunInterruptedError: The process was told to stop.
            KeyboardInterrupt: Ctrl-C; the run is recorded as failed.
        """
        began = time.time()
        check_models(self.spec, self.workspace)
        context = self._start() if self._resumed is None else self._resumed.context
        try:
            with stoppable(), translated("keep the records of the run"):
                self._announce()
                before = self._resumed.ended_well if self._resumed else {}
                claim_given(self.spec, self.store, self._plan.records.marks, self.name, before)
                walk = Walk(self._plan, self.workspace, self.name, context, self.progress, before)
                self.done = walk.done
                walk.go()
            if walk.failures:
                raise run_error(walk.failures, run=self.name, can_resume=self._can_resume)
        except BaseException as exc:
            self.progress.stop()
            reason = str(exc) or type(exc).__name__
            if not isinstance(exc, StepRunError):
                self._discard_unpublished(context)
            runs.finish(self.store, context, runs.FAILED, reason)
            if isinstance(exc, (KeyboardInterrupt, Terminated)):
                self.progress.stopped(self.name, can_resume=self._can_resume)
            if isinstance(exc, Terminated):
                raise RunInterruptedError(f"{reason}, and is recorded as failed.") from None
            raise
        runs.finish(self.store, context, runs.SUCCEEDED)
        seconds = time.time() - began
        return RunResult(
            self.name,
            self.spec.name,
            self.file,
            seconds,
            walk.results,
            walk.loading_seconds,
            self.store,
        )

    @property
    def _can_resume(self) -> bool:
        return bool(self.file) and self._plan.can_move

    def _start(self) -> Any:
        """Takes a name that no run had before, and records that the run begins."""
        remember(self.workspace.home, self.workspace.stores())
        check_given(self.spec, self.store, self._plan.records.marks)
        file = self.workspace.relative(self.file) if self.file else ""
        more = {
            **unpinned.properties(self._plan.records.codes),
            **self._plan.environment.to_properties(),
            **of_run(self.spec),
            MODE: self._plan.mode,
        }
        while True:
            self.name = run_name(self.spec.name, self._given_name)
            try:
                return runs.start(
                    self.store, name=self.name, pipeline=self.spec.name, file=file, more=more
                )
            except AlreadyExistsException:
                if not is_ever_new(self._given_name):
                    raise

    def _announce(self) -> None:
        if self._resumed is not None:
            self.progress.resumed(self.name, self.spec)
        elif self.file:
            file = self.workspace.relative(self.file)
            self.progress.opened(self.name, self.spec, file)
            unpinned.report(self.spec, self.workspace, self.name, self.progress)
        self.progress.begin([node.name for node in self.spec.nodes])

    def _discard_unpublished(self, context: Any) -> None:
        """Removes the folders of nodes that were running when the run was stopped."""
        root = self.workspace.artifacts.run_folder(self.spec.name, self.name)
        for execution in executions.of_context(self.store, context):
            if execution.state == "running":
                for folder in Path(root).glob(f"*/*/{execution.id}"):
                    artifact_files.remove(str(folder))
