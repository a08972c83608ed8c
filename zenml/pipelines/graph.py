"""Graph: what `connect()` fills with nodes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from zenml.errors import PipelineInterfaceError
from zenml.spec import NodeSpec, StepSpec
from zenml.steps.base import BaseStep

Freeze = Callable[[BaseStep], StepSpec]


class Graph:
    """The nodes of a pipeline while it is being put together.

    Args:
        freeze: Turns a step into its spec, with the version of its code.

    Example:
        >>> graph = Graph(lambda step: step.to_config("v"))
        >>> data = graph.add("data", "data_gen")
        >>> _ = graph.add("split", "split_gen", inputs={"examples": data + ".examples"})
        >>> [node.name for node in graph.nodes]
        ['data', 'split']
    """

    def __init__(self, freeze: Freeze) -> None:
        """Starts without nodes."""
        self._freeze = freeze
        self.nodes: list[NodeSpec] = []

    def add(
        self,
        name: str,
        component: str,
        *,
        step: BaseStep | None = None,
        inputs: dict[str, str] | None = None,
        args: dict[str, Any] | None = None,
    ) -> str:
        """Adds a node.

        Args:
            name: Unique in the pipeline.
            component: The component that does the work, e.g. "split_gen".
            step: The step it carries.
            inputs: Input key -> "node.output" of a node added before.
            args: Arguments of the component.

        Returns:
            The name.

        Raises:
            PipelineInterfaceError: Two nodes of one name.
        """
        if any(node.name == name for node in self.nodes):
            raise PipelineInterfaceError(f"Two nodes of the pipeline are called {name!r}.")
        spec = self._freeze(step) if step is not None else None
        self.nodes.append(NodeSpec(name, component, spec, inputs or {}, args or {}))
        return name

    def add_examples(self, prefix: str, examples: str, schema: str = "") -> tuple[str, str]:
        """Adds the statistics and schema nodes that describe examples.

        Args:
            prefix: Their names are `<prefix>_statistics` and `<prefix>_schema`.
            examples: "node.output" of the examples.
            schema: Declared column types, as JSON.

        Returns:
            "node.output" of the statistics and of the schema.
        """
        statistics = self.add(
            f"{prefix}_statistics", "statistics_gen", inputs={"examples": examples}
        )
        self.add(
            f"{prefix}_schema",
            "schema_gen",
            inputs={"statistics": f"{statistics}.statistics"},
            args={"schema": schema},
        )
        return f"{statistics}.statistics", f"{prefix}_schema.schema"
