"""ExamplesGen declares what is made of the table of a free step."""

from __future__ import annotations

from typing import Any, ClassVar

from tfx.dsl.components.base import base_component, executor_spec
from tfx.types import channel, channel_utils, component_spec, standard_artifacts

from zenml.components.examples_gen.executor import Executor
from zenml.components.python_step.artifacts import ZenMLValue


class ExamplesGenSpec(component_spec.ComponentSpec):
    """Inputs, outputs and properties of ExamplesGen."""

    PARAMETERS: ClassVar[dict[str, Any]] = {"source": component_spec.ExecutionParameter(type=str)}
    INPUTS: ClassVar[dict[str, Any]] = {
        "table": component_spec.ChannelParameter(type=ZenMLValue),
    }
    OUTPUTS: ClassVar[dict[str, Any]] = {
        "examples": component_spec.ChannelParameter(type=standard_artifacts.Examples),
    }


class ExamplesGen(base_component.BaseComponent):
    """Turns a table that a free step returned into examples."""

    SPEC_CLASS = ExamplesGenSpec
    EXECUTOR_SPEC = executor_spec.ExecutorClassSpec(Executor)

    def __init__(self, table: channel.BaseChannel, source: str) -> None:
        """Declares the node.

        Args:
            table: What a free step returned.
            source: Name of that step, for errors.
        """
        examples: Any = channel_utils.as_channel([standard_artifacts.Examples()])
        super().__init__(spec=ExamplesGenSpec(table=table, source=source, examples=examples))
