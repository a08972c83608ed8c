"""Walk: brings the nodes of one run to their ends, each reused or executed."""

from __future__ import annotations

import itertools
import sys
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from zenml.errors import RunError
from zenml.metadata import executions
from zenml.metadata.artifacts import Artifact
from zenml.metadata.executions import Execution
from zenml.metadata.publisher import Publisher
from zenml.metadata.reuse import Reuse
from zenml.runtime import cache, checks, why_text
from zenml.runtime.baselines import Baselines, with_baseline_of
from zenml.runtime.failure import failure_of
from zenml.runtime.in_process import InProcess
from zenml.runtime.overwriting import refuse_foreign_files
from zenml.runtime.plan import Plan
from zenml.runtime.progress import Progress
from zenml.runtime.python_nodes import PythonNodes
from zenml.runtime.result import GIVEN, KEPT, NodeResult
from zenml.runtime.schedule import FAIL_FAST, Schedule
from zenml.runtime.task import (
    Failure,
    Outcome,
    Task,
    describes_commit,
    is_given,
    is_python,
    uses_cache,
)
from zenml.runtime.tfx_nodes import TFXNodes
from zenml.runtime.why import Why
from zenml.runtime.workspace import Workspace
from zenml.spec import NodeSpec

if TYPE_CHECKING:
    from zenml.runtime.places import Places
    from zenml.runtime.workers import Workers

Given = Callable[[NodeSpec, dict[str, list[Artifact]]], "Execution | None"]


class Walk:
    """The nodes of one run, from the first to the last.

    Args:
        plan: What is to run.
        workspace: The repository and the stores.
        run: Name of the run.
        context: Of the run, in the metadata store.
        progress: Where the run says what it does.
        before: Node -> execution, of the nodes that ended well when the run was
            interrupted.
        given: What stands for a node, by the node and what it reads; None where it is
            to run.
        baselines: Finds what evaluators compare with; None looks in the metadata store.

    Attributes:
        done: Node -> execution, of the nodes that ended well.
        results: Node -> what it did, in the order they ended.
        failures: Node -> why it failed, in the same order.
    """

    def __init__(
        self,
        plan: Plan,
        workspace: Workspace,
        run: str,
        context: Any,
        progress: Progress,
        before: Mapping[str, Execution],
        given: Given | None = None,
        baselines: Baselines | None = None,
    ) -> None:
        """Nothing has begun yet."""
        spec = plan.spec
        folder = workspace.artifacts.run_folder(spec.name, run)
        self.plan = plan
        self.run = run
        self.progress = progress
        self._before = before
        self._given = given
        self._reused: list[Reuse] = []
        self.done: dict[str, Execution] = {}
        self.results: dict[str, NodeResult] = {}
        self.failures: dict[str, Failure] = {}
        self._began: dict[str, float] = {}
        self._store = workspace.store()
        self._folder = workspace.artifacts.uri
        self._schedule = Schedule(spec.nodes, plan.mode)
        self._checks = checks.SchemaChecks(spec)
        self._publisher = Publisher(self._store, spec.name, context)
        self._python = PythonNodes(spec, run, folder, self._publisher, plan.records)
        self._tfx = TFXNodes(spec, run, workspace, plan.records)
        self._why = Why(self._store, spec, plan.records)
        self._baselines = baselines or Baselines(self._store, spec, plan.records)
        self._place = self._open_place()

    def _open_place(self) -> InProcess | Workers | Places:
        plan, here = self.plan, InProcess(self._perform)
        if plan.in_process and not plan.commits:
            return here
        from zenml.runtime.places import Places
        from zenml.runtime.trees import Trees
        from zenml.runtime.wire import Setup
        from zenml.runtime.workers import Workers

        setup = Setup(plan.spec, self.run, plan.records.marks, tuple(sys.argv))
        workers = Workers(setup, plan.max_workers, Trees(plan.commits))
        return Places(here, workers, plan.commits) if plan.in_process else workers

    @property
    def loading_seconds(self) -> float:
        """How long it took to load TFX and to compile the pipeline."""
        return self._tfx.loading_seconds

    def go(self) -> None:
        """Runs every node that can run."""
        self._why.record_code()
        try:
            while True:
                while self._place.is_free and (node := self._schedule.next()):
                    self._begin(node)
                self._record_reused()
                if not self._place.is_busy:
                    break
                for task, outcome in self._place.wait():
                    self._end(task, outcome)
        finally:
            self._place.close()
            self._record_reused()
        for name, failed in self._schedule.skipped.items():
            # What is given for nodes that fail is given in the next walk, which runs these.
            if self.plan.mode != FAIL_FAST and self._given is None:
                self.progress.say(f"Step `{name}` was not run: `{failed}`, which it needs, failed.")

    def _begin(self, node: NodeSpec) -> None:
        self._began[node.name] = time.time()
        inputs = self._inputs(node)
        kept = self._before.get(node.name)
        if kept is not None and cache.can_stand(kept, with_baseline_of(inputs, kept.inputs)):
            self._ended_well(node, kept, state=KEPT)
            return
        given = self._given(node, inputs) if self._given else None
        if given is not None:
            self._ended_well(node, given, state=KEPT)
            return
        inputs.update(self._baselines.of(node, inputs, self._folder_of(node)))
        hit = self._find(node, inputs)
        if hit is not None:
            self._reused.append(Reuse(node.name, hit, inputs, self.plan.records.reused(node)))
            self._ended_well(node, self._reused[-1].execution)
            return
        self._record_reused()
        self._explain(node, inputs)
        if is_python(node):
            self.progress.start(node.name)
            self._place.submit(self._python.begin(node, inputs))
        else:
            self._begin_tfx(node, inputs)

    def _explain(self, node: NodeSpec, inputs: dict[str, list[Artifact]]) -> None:
        """Tells why a node has to run; what is recorded of it says so."""
        told = self._why.of(node, inputs, self._folder_of(node))
        self.plan.records.reasons[node.name] = told

    def _record_reused(self) -> None:
        """Records the nodes that were reused since, in one go: each write waits for the disk."""
        reused, self._reused = self._reused, []
        for execution in self._publisher.reused(reused):
            self.done[execution.node] = execution
        self._refuse_lost([self.done[one.node] for one in reused])

    def _refuse_lost(self, reused: list[Execution]) -> None:
        """Ends the run where somebody deleted what it was about to reuse."""
        lost = cache.lost(self._store, reused)
        if not lost:
            return
        names = ", ".join(f"`{execution.node}`" for execution in lost)
        why = (
            f"Run {self.run} failed: what it reused for {names} was deleted at that moment. Run "
            "the pipeline again: what is gone is made anew."
        )
        for execution in lost:
            del self.done[execution.node], self.results[execution.node]
        executions.fail(self._store, [execution.id for execution in lost], why)
        raise RunError(why)

    def _begin_tfx(self, node: NodeSpec, inputs: dict[str, list[Artifact]]) -> None:
        if self.plan.is_here(node):  # else it is loaded in the worker
            loaded = self.loading_seconds
            self._tfx.prepare(self.progress)
            self._began[node.name] += self.loading_seconds - loaded
        self.progress.start(node.name)
        try:
            self._checks.before(self.done)
            refuse_foreign_files(self._store, node, inputs)
        except Exception as exc:  # noqa: BLE001 - whatever the check of a user's step raises
            name = self._checks.asked or node.name
            self._failed(name, failure_of(exc, name))
            self._schedule.ended(node.name, ok=False)
            return
        self._place.submit(self._tfx.task(node, inputs))

    def _perform(self, task: Task) -> Outcome:
        return self._python.perform(task) if task.is_python else self._tfx.perform(task)

    def _end(self, task: Task, outcome: Outcome) -> None:
        nodes = self._python if task.is_python else self._tfx
        if outcome.failure is None:
            self._ended_well(task.node, nodes.complete(task, outcome))
            self._say_why(task.node)
            return
        nodes.fail(task, outcome)
        self._failed(task.node.name, outcome.failure)
        self._say_why(task.node)
        self._schedule.ended(task.node.name, ok=False)

    def _ended_well(self, node: NodeSpec, execution: Execution, state: str = "") -> None:
        self.done[node.name] = execution
        seconds = time.time() - self._began[node.name]
        state = state or execution.state
        state = GIVEN if is_given(node) and state != KEPT else state
        self.progress.end(node.name, state, seconds)
        for artifact in itertools.chain.from_iterable(execution.outputs.values()):
            for key in ("reason", "note"):
                if key in artifact.properties:
                    self.progress.say(f"  {artifact.properties[key]}")
        outputs = {key: values[0].uri for key, values in execution.outputs.items() if values}
        self.results[node.name] = NodeResult(node.name, state, seconds, outputs)
        self._schedule.ended(node.name, ok=True)

    def _failed(self, name: str, failure: Failure) -> None:
        began = self._began.get(name, time.time())
        self.progress.end(name, "failed", time.time() - began)
        self.failures[name] = failure

    def _say_why(self, node: NodeSpec) -> None:
        text = why_text.line(self.plan.records.reasons[node.name])
        if text and not is_given(node):  # it did not run: it stands for what was there
            self.progress.because(node.name, text)

    def _inputs(self, node: NodeSpec) -> dict[str, list[Artifact]]:
        found = {}
        for key, reference in node.inputs.items():
            upstream, _, output = reference.partition(".")
            found[key] = self.done[upstream].outputs.get(output, [])
        return found

    def _find(self, node: NodeSpec, inputs: dict[str, list[Artifact]]) -> Execution | None:
        if not uses_cache(self.plan.spec, node):
            return None
        mark = self.plan.records.marks[node.name]
        return cache.find(self._store, mark, inputs, self._folder_of(node), node.name)

    def _folder_of(self, node: NodeSpec) -> str:
        """Where a result has to lie: commits and given models stay where they were made."""
        stays = is_given(node) or describes_commit(self.plan.spec, node)
        return "" if stays else self._folder
