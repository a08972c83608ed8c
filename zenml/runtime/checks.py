"""Checks that need the columns of the data, made before anything expensive runs."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any

from zenml.metadata.executions import Execution
from zenml.repo import loading
from zenml.spec import NodeSpec, PipelineSpec


@dataclass
class _Stage:
    """What there is to ask once a node is done: the schema it gives, and who is asked how."""

    output: str
    folder: str
    method: str
    nodes: list[NodeSpec] = field(default_factory=list)


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
        """Finds out whom to ask when; checks nothing yet."""
        self.asked = ""
        self._pending = _stages(spec)

    def before(self, done: dict[str, Execution]) -> None:
        """Asks the steps that did not run yet, once each time that columns became known.

        Args:
            done: Node -> execution of what is there when a node is about to run.

        Raises:
            ZenMLError: Names the step, the argument, and the columns there are.
        """
        for name in [name for name in self._pending if name in done]:
            stage = self._pending.pop(name)
            uri = os.path.join(done[name].outputs[stage.output][0].uri, stage.folder)
            self._ask([node for node in stage.nodes if node.name not in done], stage.method, uri)

    def _ask(self, nodes: list[NodeSpec], method: str, uri: str) -> None:
        from zenml.records.tables import read_schema

        schema: Any = None
        for node in nodes:
            check = getattr(loading.load_step(node.step), method, None) if node.step else None
            if check is not None:
                self.asked = node.name
                schema = schema or read_schema(uri)
                check(schema)
        self.asked = ""


def _stages(spec: PipelineSpec) -> dict[str, _Stage]:
    """Node that makes columns known -> whom to ask then."""
    nodes = {node.name: node for node in spec.nodes}
    stages: dict[str, _Stage] = {}
    first: dict[str, str] = {}  # who made the columns -> the schema node that tells them first
    for node in spec.nodes:
        if node.component == "schema_gen":
            name = first.setdefault(_origin(node, nodes), node.name)
            stages.setdefault(name, _Stage("schema", "", "check_schema"))
        elif node.component == "transform":
            folder = "transformed_metadata"
            stages[node.name] = _Stage("transform_graph", folder, "check_transformed_schema")
    for node in spec.nodes:
        if node.step is None or node.component == "python_step":
            continue
        schema = nodes.get(_upstream(node, "schema"))
        if schema is not None and schema.component == "schema_gen":
            stages[first[_origin(schema, nodes)]].nodes.append(node)
        for name in node.upstream:
            if nodes[name].component == "transform":
                stages[name].nodes.append(node)
    return stages


def _origin(schema: NodeSpec, nodes: dict[str, NodeSpec]) -> str:
    """The node that made the columns of a schema: a split gives those that it was given."""
    statistics = nodes[_upstream(schema, "statistics")]
    examples = nodes[_upstream(statistics, "examples")]
    while examples.component == "split_gen":
        examples = nodes[_upstream(examples, "data")]
    return examples.name


def _upstream(node: NodeSpec, key: str) -> str:
    """The node that an input comes from, "" where there is no such input."""
    return node.inputs.get(key, "").partition(".")[0]
