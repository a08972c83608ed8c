"""SplitGen declares what a split reads and writes."""

from __future__ import annotations

from typing import Any, ClassVar

from tfx.dsl.components.base import base_component, executor_spec
from tfx.types import channel, channel_utils, component_spec, standard_artifacts

from zenml.components.split_gen.executor import Executor


class SplitGenSpec(component_spec.ComponentSpec):
    """Inputs, outputs and properties of SplitGen."""

    PARAMETERS: ClassVar[dict[str, Any]] = {"step": component_spec.ExecutionParameter(type=str)}
    INPUTS: ClassVar[dict[str, Any]] = {
        # Not called `examples`: TFX wants one name for one thing, and the output has it.
        "data": component_spec.ChannelParameter(type=standard_artifacts.Examples),
        "schema": component_spec.ChannelParameter(type=standard_artifacts.Schema),
        "statistics": component_spec.ChannelParameter(type=standard_artifacts.ExampleStatistics),
    }
    OUTPUTS: ClassVar[dict[str, Any]] = {
        "examples": component_spec.ChannelParameter(type=standard_artifacts.Examples),
    }


class SplitGen(base_component.BaseComponent):
    """Divides examples into splits, with a SplitStep."""

    SPEC_CLASS = SplitGenSpec
    EXECUTOR_SPEC = executor_spec.ExecutorClassSpec(Executor)

    def __init__(
        self,
        data: channel.BaseChannel,
        schema: channel.BaseChannel,
        statistics: channel.BaseChannel,
        step: str,
    ) -> None:
        """Declares the node.

        Args:
            data: Rows of tf.train.Example.
            schema: Their schema.
            statistics: Their statistics.
            step: StepSpec of a SplitStep, as JSON.
        """
        output: Any = channel_utils.as_channel([standard_artifacts.Examples()])
        spec = SplitGenSpec(
            data=data, schema=schema, statistics=statistics, step=step, examples=output
        )
        super().__init__(spec=spec)
