"""Checks that need the schema of the data, made before anything expensive runs."""

from __future__ import annotations

from zenml.metadata.executions import Execution
from zenml.repo import loading
from zenml.spec import NodeSpec, PipelineSpec


class SchemaChecks:
    """Asks every step of a pipeline whether the data has what it needs.

    A label that does not exist, or a slice by an unknown column, ends the run
    before the split, and not after the training.

    Args:
        spec: The frozen pipeline.

    Example:
        >>> SchemaChecks(PipelineSpec("p", "data", "x.Y", "v")).pending
        True
    """

    def __init__(self, spec: PipelineSpec) -> None:
        """Checks nothing yet."""
        self.spec = spec
        self.pending = True

    def before(self, node: NodeSpec, done: dict[str, Execution]) -> None:
        """Checks all steps once, when the first node after the data's schema is about to run.

        Raises:
            ZenMLError: Names the step, the argument, and the columns there are.
        """
        if not self.pending or "data_schema" not in done:
            return
        from zenml.records.tables import read_schema

        self.pending = False
        schema = read_schema(done["data_schema"].outputs["schema"][0].uri)
        for other in self.spec.nodes:
            if other.step is None or other.component == "data_gen":
                continue
            check = getattr(loading.load_step(other.step), "check_schema", None)
            if check is not None:
                check(schema)
