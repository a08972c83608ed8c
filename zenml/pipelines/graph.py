"""Graph: what `connect()` fills with nodes."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from zenml.errors import PipelineInterfaceError
from zenml.keywords import source_of
from zenml.spec import NodeSpec, StepSpec
from zenml.steps.base import BaseStep

if TYPE_CHECKING:
    from zenml.datasources.base import BaseDatasource

Freeze = Callable[[BaseStep], StepSpec]
PinModel = Callable[..., dict[str, Any]]


def _unpinned(uri: str, **options: Any) -> dict[str, Any]:
    return {"uri": uri, "digest": "", **options}


class Graph:
    """The nodes of a pipeline while it is being put together.

    Args:
        freeze: Turns a step into its spec, with the version of its code.
        source_of: Tells the dotted path of a class or function.
        pin_model: Turns the folder of a model into what its node says of it.

    Attributes:
        steps: Node -> the step it was added with.
        splits: Standard node -> names of the splits that it gives; None where not known yet.
        datasource: What the pipeline reads, where its function calls one.
        datasource_commit_id: The commit of it, None for the latest.

    Example:
        >>> graph = Graph(lambda step: step.to_config("v"))
        >>> data = graph.add("data", "data_gen")
        >>> _ = graph.add("split", "split_gen", inputs={"examples": data + ".examples"})
        >>> [node.name for node in graph.nodes]
        ['data', 'split']
    """

    def __init__(
        self,
        freeze: Freeze,
        source_of: Callable[[Any], str] = source_of,
        pin_model: PinModel = _unpinned,
    ) -> None:
        """Starts without nodes."""
        self._freeze = freeze
        self._pin_model = pin_model
        self.source_of = source_of
        self.steps: dict[str, BaseStep] = {}
        self.splits: dict[str, tuple[str, ...] | None] = {}
        self.datasource: BaseDatasource | None = None
        self.datasource_commit_id: str | None = None
        self._nodes: dict[str, NodeSpec] = {}

    @property
    def nodes(self) -> list[NodeSpec]:
        """The nodes in an order in which they can run: as they were added, where that does.

        Raises:
            PipelineInterfaceError: A node that comes after one that is not there, or
                nodes that wait for each other.
        """
        return ordered(self._nodes)

    def of_component(self, component: str) -> list[NodeSpec]:
        """The nodes added so far whose work a component does."""
        return [node for node in self._nodes.values() if node.component == component]

    def __contains__(self, name: str) -> bool:
        return name in self._nodes

    def add(
        self,
        name: str,
        component: str,
        *,
        step: BaseStep | None = None,
        inputs: dict[str, str] | None = None,
        args: dict[str, Any] | None = None,
        after: tuple[str, ...] = (),
        settings: dict[str, Any] | None = None,
    ) -> str:
        """Adds a node.

        Args:
            name: Unique in the pipeline.
            component: The component that does the work, e.g. "split_gen".
            step: The step it carries.
            inputs: Input key -> "node.output" of a node added before.
            args: Arguments of the component.
            after: Nodes that must have ended before, though it reads nothing of them;
                they may be added later.
            settings: How it runs.

        Returns:
            The name.

        Raises:
            PipelineInterfaceError: Two nodes of one name.
        """
        if name in self._nodes:
            raise PipelineInterfaceError(f"Two nodes of the pipeline are called {name!r}.")
        spec = self._freeze(step) if step is not None else None
        if step is not None:
            self.steps[name] = step
        self._nodes[name] = NodeSpec(
            name, component, spec, inputs or {}, args or {}, after, settings or {}
        )
        return name

    def add_model(self, uri: str, name: str = "model", **options: Any) -> str:
        """Adds the node of a model that is there already.

        Args:
            uri: Folder of the model.
            name: Of the node.
            options: `digest`, which its content must have; `unblessed`, whether one that
                an evaluator did not bless will do.

        Returns:
            "node.output" of the model.

        Raises:
            ModelError: There is no model, or it is not as it has to be.
        """
        self.add(name, "importer", args=self._pin_model(uri, **options))
        return f"{name}.model"

    def put_after(self, name: str, others: tuple[str, ...]) -> None:
        """Has a node that was added wait for others."""
        node = self._nodes[name]
        after = tuple(dict.fromkeys([*node.after, *others]))
        self._nodes[name] = dataclasses.replace(node, after=after)

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


def ordered(nodes: dict[str, NodeSpec]) -> list[NodeSpec]:
    """Nodes in an order in which they can run, as near to the given one as that allows.

    Raises:
        PipelineInterfaceError: Names the node that is not there, or the circle.
    """
    for node in nodes.values():
        for name in node.after:
            if name not in nodes:
                raise PipelineInterfaceError(
                    f"Step {node.name!r} is to come after {name!r}, which is no step of the "
                    f"pipeline; its steps are {', '.join(nodes)}."
                )
    found: dict[str, NodeSpec] = {}
    for node in nodes.values():
        _place(node, nodes, found)
    return list(found.values())


def _place(node: NodeSpec, nodes: dict[str, NodeSpec], found: dict[str, NodeSpec]) -> None:
    """Puts a node, and first all that it waits for, into the order."""
    path = [node.name]
    while path:
        current = nodes[path[-1]]
        waits = next((name for name in current.upstream if name not in found), None)
        if waits is None:
            found[current.name] = current
            path.pop()
        elif waits in path:
            circle = [*path[path.index(waits) :], waits]
            raise PipelineInterfaceError(
                f"The steps {' -> '.join(circle)} wait for each other in a circle: take one "
                "`after` away."
            )
        else:
            path.append(waits)
