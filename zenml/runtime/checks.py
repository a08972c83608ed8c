"""Checks that need the columns of the data, made before anything expensive runs."""

from __future__ import annotations

import os
from typing import Any

from zenml.metadata.executions import Execution
from zenml.repo import loading
from zenml.spec import PipelineSpec

# What has to be there -> the artifact with the schema, the file in it, the method that is asked.
_STAGES = {
    "data_schema": ("schema", "", "check_schema"),
    "sequencer_schema": ("schema", "", "check_schema"),
    "preprocesser": ("transform_graph", "transformed_metadata", "check_transformed_schema"),
}
_BEFORE_SEQUENCES = ("split", "sequencer")  # these read the data as it is


class SchemaChecks:
    """Asks every step of a pipeline whether the data has what it needs.

    A label that does not exist, or a slice by an unknown column, ends the run
    before the split; a metric of what is no label, before the training.

    Args:
        spec: The frozen pipeline.

    Attributes:
        asked: Name of the node whose step is being asked, "" in between.

    Example:
        >>> SchemaChecks(PipelineSpec("p", "data", "x.Y", "v")).asked
        ''
    """

    def __init__(self, spec: PipelineSpec) -> None:
        """Checks nothing yet."""
        self.spec = spec
        self.asked = ""
        self._pending = dict(_STAGES)

    def before(self, done: dict[str, Execution]) -> None:
        """Asks the steps that did not run yet, once each time that columns became known.

        Args:
            done: Node -> execution of what is there when a node is about to run.

        Raises:
            ZenMLError: Names the step, the argument, and the columns there are.
        """
        for name in [name for name in self._pending if name in done]:
            output, folder, method = self._pending.pop(name)
            uri = os.path.join(done[name].outputs[output][0].uri, folder)
            self._ask(done, name, uri, method)

    def _comes_later(self, node: str, stage: str) -> bool:
        """Whether a sequencer stands between the data and a node: it makes columns of its own."""
        sequenced = any(other.name == "sequencer" for other in self.spec.nodes)
        return sequenced and stage == "data_schema" and node not in _BEFORE_SEQUENCES

    def _ask(self, done: dict[str, Execution], stage: str, uri: str, method: str) -> None:
        from zenml.records.tables import read_schema

        schema: Any = None
        for node in self.spec.nodes:
            if node.step is None or node.name in done or self._comes_later(node.name, stage):
                continue
            check = getattr(loading.load_step(node.step), method, None)
            if check is not None:
                self.asked = node.name
                schema = schema or read_schema(uri)
                check(schema)
        self.asked = ""
