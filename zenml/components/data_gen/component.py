"""DataGen declares what the reading of a source gives."""

from __future__ import annotations

from typing import Any, ClassVar

from tfx.dsl.components.base import base_component, executor_spec
from tfx.types import channel_utils, component_spec, standard_artifacts

from zenml.components.data_gen.executor import Executor


class DataGenSpec(component_spec.ComponentSpec):
    """Outputs and properties of DataGen."""

    PARAMETERS: ClassVar[dict[str, Any]] = {
        "step": component_spec.ExecutionParameter(type=str),
        "commit": component_spec.ExecutionParameter(type=str),
    }
    INPUTS: ClassVar[dict[str, Any]] = {}
    OUTPUTS: ClassVar[dict[str, Any]] = {
        "examples": component_spec.ChannelParameter(type=standard_artifacts.Examples),
    }


class DataGen(base_component.BaseComponent):
    """Reads the rows of a source into examples, with a DataStep."""

    SPEC_CLASS = DataGenSpec
    EXECUTOR_SPEC = executor_spec.ExecutorClassSpec(Executor)

    def __init__(self, step: str, commit: str = "") -> None:
        """Declares the node.

        Args:
            step: StepSpec of a DataStep, as JSON.
            commit: What the content must be named; "" takes whatever there is.
        """
        examples: Any = channel_utils.as_channel([standard_artifacts.Examples()])
        super().__init__(spec=DataGenSpec(step=step, commit=commit, examples=examples))
