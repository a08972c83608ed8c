"""What the evaluators of a recorded run compared with, for its reproduction."""

from __future__ import annotations

from typing import Any

from zenml.metadata import copies
from zenml.metadata.artifacts import Artifact
from zenml.runtime import baselines
from zenml.runtime.baselines import Baselines, Inputs
from zenml.runtime.reproduce.record import Record
from zenml.spec import NodeSpec


class RecordedBaselines(Baselines):
    """Gives evaluators the very models that they compared with then.

    Args:
        record: The run.
        store: The open metadata store of the reproduction.
    """

    def __init__(self, record: Record, store: Any) -> None:
        """Copies nothing yet."""
        self._record = record
        self._scratch = store

    def of(self, node: NodeSpec, inputs: Inputs, folder: str = "") -> dict[str, list[Artifact]]:
        """The models as they are recorded; their files stay where they are."""
        then = self._record.executions[node.name].inputs
        found = {key: then[key] for key in (baselines.MODEL, baselines.GRAPH) if key in then}
        return copies.copy_artifacts(self._record.store, self._scratch, found)
