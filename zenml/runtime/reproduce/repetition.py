"""Repetition: runs the nodes of a recorded run once more, in the scratch stores."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from zenml.metadata import copies, runs
from zenml.metadata.artifacts import Artifact
from zenml.metadata.base import translated
from zenml.metadata.executions import Execution
from zenml.repo.git import GitRepository
from zenml.runtime.plan import Plan
from zenml.runtime.progress import Progress
from zenml.runtime.records import NodeRecords
from zenml.runtime.reproduce.baselines import RecordedBaselines
from zenml.runtime.reproduce.obstacles import commits, of_failure
from zenml.runtime.reproduce.record import Record
from zenml.runtime.reproduce.scratch import scratch_spec, scratch_workspace
from zenml.runtime.schedule import CONTINUE
from zenml.runtime.task import Failure
from zenml.runtime.walk import Walk
from zenml.spec import NodeSpec, PipelineSpec


class Repetition:
    """The nodes of a run, once more.

    A node that cannot run again is taken as it is recorded, so that those after it can
    run all the same.

    Args:
        record: The run.
        folder: Of the scratch stores.
        given: Node -> why it does not run again.
        progress: Where it is said what happens.

    Attributes:
        done: Node -> its execution in the scratch store.
        given: Those from the beginning, and the nodes that failed.
        unreachable: Node -> the node whose recorded result it would need, which is gone.
    """

    def __init__(
        self, record: Record, folder: Path, given: Mapping[str, str], progress: Progress
    ) -> None:
        """Runs nothing yet."""
        self.done: dict[str, Execution] = {}
        self.given = dict(given)
        self.unreachable: dict[str, str] = {}
        self._record = record
        self._folder = folder
        self._progress = progress
        self._commits = commits(record.spec, record.environment.head, GitRepository())
        self._nodes = [node for node in record.spec.nodes if node.name in record.executions]
        self._spec = self._of(node.name for node in self._nodes)
        self._workspace = scratch_workspace(self._spec)
        self._context: Any = None

    def run(self) -> None:
        """Runs what can run; a node that fails is taken as it is recorded, and the rest goes on."""
        run = self._record.run
        self._context = runs.start(
            self._workspace.store(), name=run.name, pipeline=self._spec.name, file=run.file
        )
        with translated("keep the records of the reproduction"):
            while failures := self._walk():
                for name, failure in failures.items():
                    self._learn(name, failure)
            runs.finish(self._workspace.store(), self._context, runs.SUCCEEDED)

    def _walk(self) -> dict[str, Failure]:
        """Walks the nodes that are not done; tells which failed."""
        self._find_unreachable()
        spec = self._of(node.name for node in self._nodes if node.name not in self.unreachable)
        names = [node.name for node in spec.nodes]
        running = [name for name in names if name not in self.given]
        elsewhere = {name: self._commits[name] for name in running if name in self._commits}
        # Nothing is looked for in the scratch store, so a name does for a fingerprint.
        records = NodeRecords({name: f"{self._record.run.name} {name}" for name in names})
        plan = Plan(spec, records, CONTINUE, commits=elsewhere)
        walk = Walk(
            plan,
            self._workspace,
            self._record.run.name,
            self._context,
            self._progress,
            before=self.done,
            given=self._take,
            baselines=RecordedBaselines(self._record, self._workspace.store()),
        )
        self._progress.begin(names)
        try:
            walk.go()
        finally:
            self.done = walk.done
        return walk.failures

    def _take(self, node: NodeSpec, inputs: Mapping[str, list[Artifact]]) -> Execution | None:
        if node.name not in self.given:
            return None
        return copies.copy(
            self._record.store,
            self._workspace.store(),
            self._record.executions[node.name],
            pipeline=self._spec.name,
            run=self._context,
            inputs=inputs,
        )

    def _learn(self, name: str, failure: Failure) -> None:
        """What reads a file that no commit holds is tried again where the file may be."""
        node = self._spec.node(name)
        own = node.step is not None and node.step.source.startswith("zenml.")
        if own and node.component == "data_gen" and self._commits.pop(name, ""):
            return
        is_whole = self._record.is_whole(name)
        self.given[name] = of_failure(failure, self._record.spec, is_whole=is_whole)

    def _find_unreachable(self) -> None:
        """A node that is only recorded, and whose files are gone, stops those after it."""
        for node in self._nodes:
            is_taken = node.name in self.given and node.name not in self.done
            if is_taken and not self._record.is_whole(node.name):
                self.unreachable[node.name] = node.name
            for reference in node.inputs.values():
                upstream = reference.partition(".")[0]
                if upstream in self.unreachable:
                    self.unreachable.setdefault(node.name, self.unreachable[upstream])

    def _of(self, names: Iterable[str]) -> PipelineSpec:
        return scratch_spec(self._record.spec, self._folder, set(names), self.given)
