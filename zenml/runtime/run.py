"""A run: walks the nodes of a spec, reuses or executes each, and records it."""

from __future__ import annotations

import contextlib
import itertools
import secrets
import signal
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from types import FrameType
from typing import Any

from zenml.artifacts import store as artifact_files
from zenml.errors import RunInterruptedError, StepRunError
from zenml.metadata import contexts, executions, runs
from zenml.metadata.artifacts import Artifact
from zenml.metadata.base import translated
from zenml.metadata.executions import Execution
from zenml.runtime import cache, checks
from zenml.runtime.failure import step_failure
from zenml.runtime.fingerprint import fingerprints
from zenml.runtime.launcher import TFXLauncher
from zenml.runtime.progress import Progress
from zenml.runtime.result import NodeResult, RunResult
from zenml.runtime.workspace import Workspace
from zenml.spec import NodeSpec, PipelineSpec

_WORTH_SAYING = 1.0  # seconds; a process loads TFX once, and compiles in no time after that


def run_name(pipeline: str) -> str:
    """A name for a run: pipeline, UTC time, and six digits against chance."""
    now = datetime.now(timezone.utc).strftime("%Y%m%d-%H%M%S")
    return f"{pipeline.replace(' ', '-')}-{now}-{secrets.token_hex(3)}"


class Runner:
    """One run of one spec.

    Args:
        spec: The frozen pipeline.
        workspace: The repository and the stores.
        file: The pipeline's YAML file.
        progress: Where the run says what it does.
        marks: Fingerprints that nodes have for another reason than the spec.

    Example:
        >>> Runner.__name__
        'Runner'
    """

    def __init__(
        self,
        spec: PipelineSpec,
        workspace: Workspace,
        *,
        file: str,
        progress: Progress,
        marks: dict[str, str] | None = None,
    ) -> None:
        """Computes the fingerprints; records nothing yet."""
        self.spec = spec
        self.workspace = workspace
        self.file = file
        self.progress = progress
        self.name = run_name(spec.name)
        self.marks = fingerprints(spec, marks)
        self.store = workspace.store()
        self.done: dict[str, Execution] = {}
        self.loading_seconds = 0.0
        kinds = {node: (contexts.FINGERPRINT, mark) for node, mark in self.marks.items()}
        self._launcher = TFXLauncher(spec, workspace, self.name, kinds)
        self._checks = checks.SchemaChecks(spec)

    def run(self) -> RunResult:
        """Runs every node.

        Raises:
            StepRunError: A node failed; the run is recorded as failed.
            RunInterruptedError: The process was told to stop.
            KeyboardInterrupt: Ctrl-C; the run is recorded as failed.
        """
        began = time.time()
        file = self.workspace.relative(self.file) if self.file else ""
        context = runs.start(self.store, name=self.name, pipeline=self.spec.name, file=file)
        self.progress.begin([node.name for node in self.spec.nodes])
        results: dict[str, NodeResult] = {}
        try:
            with _stoppable(), translated("keep the records of the run"):
                for node in self.spec.nodes:
                    results[node.name] = self._run_node(node, context)
        except BaseException as exc:
            self.progress.stop()
            reason = str(exc) or type(exc).__name__
            if not isinstance(exc, StepRunError):
                self._discard_unpublished(context)
            runs.finish(self.store, context, runs.FAILED, reason)
            if isinstance(exc, _Terminated):
                raise RunInterruptedError(f"{reason}, and is recorded as failed.") from None
            raise
        runs.finish(self.store, context, runs.SUCCEEDED)
        seconds = time.time() - began
        return RunResult(
            self.name, self.spec.name, self.file, seconds, results, self.loading_seconds
        )

    def _run_node(self, node: NodeSpec, context: Any) -> NodeResult:
        began, loaded = time.time(), self.loading_seconds
        inputs = self._inputs(node)
        hit = self._find(node, inputs) if self.spec.enable_cache else None
        if hit is not None:
            execution = self._reuse(node, hit, inputs, context)
        else:
            execution = self._execute(node)
        self.done[node.name] = execution
        seconds = time.time() - began - (self.loading_seconds - loaded)
        self.progress.end(node.name, execution.state, seconds)
        for artifact in itertools.chain.from_iterable(execution.outputs.values()):
            if "reason" in artifact.properties:
                self.progress.say(f"  {artifact.properties['reason']}")
        outputs = {key: values[0].uri for key, values in execution.outputs.items() if values}
        return NodeResult(node.name, execution.state, seconds, outputs)

    def _find(self, node: NodeSpec, inputs: dict[str, list[Artifact]]) -> Execution | None:
        # A commit of a datasource stays where it was made, whatever store the pipeline has.
        of_commit = node.name.startswith("data")
        folder = "" if of_commit else self.workspace.artifacts.uri
        return cache.find(self.store, self.marks[node.name], inputs, folder)

    def _inputs(self, node: NodeSpec) -> dict[str, list[Artifact]]:
        found = {}
        for key, reference in node.inputs.items():
            upstream, _, output = reference.partition(".")
            found[key] = self.done[upstream].outputs.get(output, [])
        return found

    def _reuse(
        self, node: NodeSpec, hit: Execution, inputs: dict[str, list[Artifact]], context: Any
    ) -> Execution:
        name = contexts.node_name(self.spec.name, node.name)
        around = [
            contexts.ensure(self.store, contexts.PIPELINE, self.spec.name),
            context,
            contexts.ensure(self.store, contexts.NODE, name),
        ]
        values = self._properties(node, 0.0)
        return executions.publish_cached(self.store, hit, inputs, values, around)

    def _execute(self, node: NodeSpec) -> Execution:
        self._prepare()
        began = time.time()
        self.progress.start(node.name)
        try:
            self._checks.before(self.done)
            number = self._launcher.launch(node.name)
        except Exception as exc:
            failed = self._checks.asked or node.name
            self.progress.end(failed, "failed", time.time() - began)
            raise step_failure(exc, node=failed, run=self.name) from exc
        (proto,) = self.store.get_executions_by_id([number])
        (execution,) = executions.load(self.store, [proto])
        cache.seal(self.store, execution)
        executions.annotate(self.store, number, self._properties(node, time.time() - began))
        (proto,) = self.store.get_executions_by_id([number])
        return executions.load(self.store, [proto])[0]

    def _prepare(self) -> None:
        if self._launcher.is_ready:
            return
        began = time.time()
        self.progress.start("Loading TFX")
        try:
            self._launcher.prepare()
        finally:
            self.progress.stop()
        self.loading_seconds = time.time() - began
        if self.loading_seconds >= _WORTH_SAYING:
            self.progress.say(f"TFX loaded in {self.loading_seconds:.1f} s")

    def _properties(self, node: NodeSpec, seconds: float) -> dict[str, Any]:
        return {
            executions.NODE: node.name,
            executions.SECONDS: seconds,
            "zenml_source": node.step.source if node.step else None,
            "zenml_version": node.step.version if node.step else None,
            "zenml_fingerprint": self.marks[node.name],
        }

    def _discard_unpublished(self, context: Any) -> None:
        """Removes the folders of nodes that were running when the run was stopped."""
        for execution in executions.of_context(self.store, context):
            if execution.state != "running":
                continue
            for node in self.spec.nodes:
                for folder in Path(self._launcher.root, node.name).glob(f"*/{execution.id}"):
                    artifact_files.remove(str(folder))


class _Terminated(BaseException):
    """SIGTERM came. Like KeyboardInterrupt, it passes every `except Exception` of a step."""


@contextlib.contextmanager
def _stoppable() -> Iterator[None]:
    """Turns SIGTERM into an exception, so that a stopped run is recorded as failed."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        raise _Terminated("The run was stopped by signal SIGTERM")

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
