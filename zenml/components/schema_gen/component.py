"""SchemaGen declares what a schema is made of."""

from __future__ import annotations

from typing import Any, ClassVar

from tfx.dsl.components.base import base_component, executor_spec
from tfx.types import channel, channel_utils, component_spec, standard_artifacts

from zenml.components.schema_gen.executor import Executor


class SchemaGenSpec(component_spec.ComponentSpec):
    """Inputs, outputs and properties of SchemaGen."""

    # Not called `schema`: TFX wants one name for one thing, and the output has it.
    PARAMETERS: ClassVar[dict[str, Any]] = {"declared": component_spec.ExecutionParameter(type=str)}
    INPUTS: ClassVar[dict[str, Any]] = {
        "statistics": component_spec.ChannelParameter(type=standard_artifacts.ExampleStatistics),
    }
    OUTPUTS: ClassVar[dict[str, Any]] = {
        "schema": component_spec.ChannelParameter(type=standard_artifacts.Schema),
    }


class SchemaGen(base_component.BaseComponent):
    """Infers one schema from the statistics of all splits."""

    SPEC_CLASS = SchemaGenSpec
    EXECUTOR_SPEC = executor_spec.ExecutorClassSpec(Executor)

    def __init__(self, statistics: channel.BaseChannel, schema: str = "") -> None:
        """Declares the node.

        Args:
            statistics: Statistics of every split.
            schema: Declared types of columns, as JSON; "" declares none.
        """
        output: Any = channel_utils.as_channel([standard_artifacts.Schema()])
        super().__init__(spec=SchemaGenSpec(statistics=statistics, declared=schema, schema=output))
