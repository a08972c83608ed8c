"""DataPipeline: a datasource, its statistics and its schema."""

from __future__ import annotations

import json

from zenml.datasources.base import BaseDatasource
from zenml.pipelines.graph import Graph
from zenml.pipelines.slotted import SlottedPipeline
from zenml.pipelines.views import DataViews


def connect_data(
    graph: Graph, datasource: BaseDatasource, name: str = "data"
) -> tuple[str, str, str]:
    """Adds the nodes that read a datasource.

    Args:
        graph: Takes the nodes.
        datasource: What is read.
        name: Of the node with the rows; the others are called after it.

    Returns:
        "node.output" of the examples, their statistics and their schema.
    """
    graph.add(name, "data_gen", step=datasource.get_data_step())
    declared = json.dumps(datasource.schema) if datasource.schema else ""
    statistics, schema = graph.add_examples(name, f"{name}.examples", declared)
    return f"{name}.examples", statistics, schema


class DataPipeline(DataViews, SlottedPipeline):
    """Reads a datasource and describes it.

    Example:
        >>> DataPipeline(name="look").SLOTS
        {}
    """

    TYPE = "data"

    def connect_steps(self, graph: Graph) -> None:
        """Data, statistics, schema."""
        assert self.datasource is not None  # check() has seen to it
        connect_data(graph, self.datasource)
