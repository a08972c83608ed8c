"""What tests of pipelines share."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from zenml.pipelines import BasePipeline
from zenml.pipelines.graph import Graph
from zenml.spec import NodeSpec


@pytest.fixture
def nodes_of() -> Callable[[BasePipeline], dict[str, NodeSpec]]:
    """Name -> node of a pipeline, put together without asking git for versions."""

    def connect(pipeline: BasePipeline) -> dict[str, NodeSpec]:
        graph = Graph(lambda step: step.to_config("v"))
        pipeline.connect_steps(graph)
        return {node.name: node for node in graph.nodes}

    return connect
