"""StatisticsGen declares what statistics are made of."""

from __future__ import annotations

from typing import Any, ClassVar

from tfx.dsl.components.base import base_component, executor_spec
from tfx.types import channel, channel_utils, component_spec, standard_artifacts

from zenml.components.statistics_gen.executor import Executor


class StatisticsGenSpec(component_spec.ComponentSpec):
    """Inputs and outputs of StatisticsGen."""

    PARAMETERS: ClassVar[dict[str, Any]] = {}
    INPUTS: ClassVar[dict[str, Any]] = {
        "examples": component_spec.ChannelParameter(type=standard_artifacts.Examples),
    }
    OUTPUTS: ClassVar[dict[str, Any]] = {
        "statistics": component_spec.ChannelParameter(type=standard_artifacts.ExampleStatistics),
    }


class StatisticsGen(base_component.BaseComponent):
    """Computes statistics of every split of examples."""

    SPEC_CLASS = StatisticsGenSpec
    EXECUTOR_SPEC = executor_spec.ExecutorClassSpec(Executor)

    def __init__(self, examples: channel.BaseChannel) -> None:
        """Declares the node.

        Args:
            examples: Rows of tf.train.Example.
        """
        statistics: Any = channel_utils.as_channel([standard_artifacts.ExampleStatistics()])
        super().__init__(spec=StatisticsGenSpec(examples=examples, statistics=statistics))
