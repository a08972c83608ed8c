"""PythonNodes: runs free steps, and writes what they do."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from zenml.artifacts import store as artifact_files
from zenml.compiler.registry import component_type
from zenml.metadata import artifact_versions
from zenml.metadata.artifacts import Artifact
from zenml.metadata.executions import Execution
from zenml.metadata.publisher import Made, Publisher
from zenml.runtime.logs import log_path
from zenml.runtime.records import NodeRecords
from zenml.runtime.task import Input, Outcome, Task, settings_of
from zenml.spec import NodeSpec, PipelineSpec


class PythonNodes:
    """The free steps of one run: their records are written here, wherever they run.

    Args:
        spec: The frozen pipeline.
        run: Name of the run.
        folder: The run's, in the artifact store.
        publisher: Writes to the metadata store.
        records: What is recorded of every node.
    """

    def __init__(
        self,
        spec: PipelineSpec,
        run: str,
        folder: str,
        publisher: Publisher,
        records: NodeRecords,
    ) -> None:
        """Stores the arguments."""
        self.spec = spec
        self.run = run
        self.folder = folder
        self.publisher = publisher
        self.records = records

    def begin(self, node: NodeSpec, inputs: Mapping[str, Sequence[Artifact]]) -> Task:
        """Records that a node runs.

        Args:
            node: The node.
            inputs: Input key -> artifacts.

        Returns:
            What there is to do.
        """
        log = log_path(self.folder, node.name)
        number = self.publisher.begin(
            component_type(node.component),
            node.name,
            self.records.marks[node.name],
            inputs,
            self.records.begun(node, log),
        )
        return Task(
            node,
            self.run,
            log,
            settings_of(self.spec, node),
            {k: [Input(a.type, a.uri, a.properties) for a in found] for k, found in inputs.items()},
            {name: self._uri(node, name, number) for name in node.args.get("outputs") or {}},
            self.records.codes.get(node.step.source, "") if node.step else "",
        )

    def perform(self, task: Task) -> Outcome:
        """Runs a step in this process."""
        from zenml.runtime.python_step import run_python_step

        return run_python_step(self.spec, task)

    def _uri(self, node: NodeSpec, output: str, number: int) -> str:
        return os.path.join(self.folder, node.name, output, str(number))

    def complete(self, task: Task, outcome: Outcome) -> Execution:
        """Records that a node ended well, and what it made."""
        made = {
            name: Made(
                task.outputs[name],
                self._artifact_name(task.node, name),
                {
                    **saved.properties,
                    **artifact_versions.output_properties(_told(task.node, name), saved.content),
                },
            )
            for name, saved in outcome.saved.items()
        }
        return self.publisher.complete(task.node.name, made, self.records.ended(outcome))

    def fail(self, task: Task, outcome: Outcome) -> None:
        """Records that a node failed; nothing is left of its outputs."""
        for uri in task.outputs.values():
            artifact_files.remove(uri)
        reason = outcome.failure.message if outcome.failure else ""
        self.publisher.fail(task.node.name, reason, self.records.ended(outcome))

    def _artifact_name(self, node: NodeSpec, output: str) -> str:
        given = _told(node, output).get("artifact")
        return given or artifact_versions.default_name(self.spec.name, node.name, output)


def _told(node: NodeSpec, output: str) -> dict[str, Any]:
    """What the node says of an output."""
    return (node.args.get("outputs") or {}).get(output) or {}
