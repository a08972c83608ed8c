"""TFXNodes: runs TFX nodes, and completes the records that TFX's launcher leaves."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from zenml.metadata import contexts, executions
from zenml.metadata.artifacts import Artifact
from zenml.metadata.executions import Execution
from zenml.runtime import cache
from zenml.runtime.attempts import Done, perform
from zenml.runtime.launcher import TFXLauncher
from zenml.runtime.logs import log_path
from zenml.runtime.progress import Progress
from zenml.runtime.records import NodeRecords
from zenml.runtime.task import Outcome, Task, settings_of
from zenml.runtime.workspace import Workspace
from zenml.spec import NodeSpec, PipelineSpec

_WORTH_SAYING = 1.0  # seconds; a process loads TFX once, and compiles in no time after that


class TFXNodes:
    """The TFX nodes of one run.

    Args:
        spec: The frozen pipeline.
        run: Name of the run.
        workspace: The repository and the stores.
        records: What is recorded of every node.

    Attributes:
        loading_seconds: How long it took to load TFX and to compile the pipeline.
    """

    def __init__(
        self, spec: PipelineSpec, run: str, workspace: Workspace, records: NodeRecords
    ) -> None:
        """Compiles nothing yet."""
        self.spec = spec
        self.run = run
        self.records = records
        self.loading_seconds = 0.0
        self._store: Any = None
        self._workspace = workspace
        kinds = {node: (contexts.FINGERPRINT, mark) for node, mark in records.marks.items()}
        self._launcher = TFXLauncher(spec, workspace, run, kinds)

    def prepare(self, progress: Progress) -> None:
        """Loads TFX and compiles the pipeline, once."""
        if self._launcher.is_ready:
            return
        began = time.time()
        progress.busy("Loading TFX")
        try:
            self._launcher.prepare()
        finally:
            progress.stop()
        self.loading_seconds = time.time() - began
        if self.loading_seconds >= _WORTH_SAYING:
            progress.say(f"TFX loaded in {self.loading_seconds:.1f} s")

    def task(self, node: NodeSpec, inputs: Mapping[str, Sequence[Artifact]]) -> Task:
        """What there is to do for a node that reads `inputs`."""
        return Task(
            node,
            self.run,
            log_path(self._launcher.root, node.name),
            settings_of(self.spec, node),
            fingerprint=self.records.marks[node.name],
            found={
                key: [artifact.id for artifact in artifacts]
                for key, artifacts in inputs.items()
                if key not in node.inputs
            },
        )

    def perform(self, task: Task) -> Outcome:
        """Launches a node in this process; TFX records it."""
        return perform(task, lambda attempt: Done(execution=self._launcher.launch(task)))

    def complete(self, task: Task, outcome: Outcome) -> Execution:
        """Completes what TFX recorded: what lies in the artifacts, how long it took."""
        store, number = self._workspace.store(), outcome.execution
        (proto,) = store.get_executions_by_id([number])
        (execution,) = executions.load(store, [proto])
        cache.seal(store, execution)
        values = {**self.records.begun(task.node, task.log), **self.records.ended(outcome)}
        executions.annotate(store, number, values)
        (proto,) = store.get_executions_by_id([number])
        return executions.load(store, [proto])[0]

    def fail(self, task: Task, outcome: Outcome) -> None:
        """Completes what TFX recorded of the attempts, if it came to that."""
        store = self._workspace.store()
        values = {**self.records.begun(task.node, task.log), **self.records.ended(outcome)}
        reason = outcome.failure.message if outcome.failure else ""
        run = contexts.find(store, contexts.PIPELINE_RUN, self.run)
        for execution in executions.of_context(store, run):
            is_new = "zenml_fingerprint" not in execution.properties
            if execution.node == task.node.name and is_new:
                executions.annotate(store, execution.id, values)
                executions.fail(store, [execution.id], reason)
