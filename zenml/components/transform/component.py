"""Transform declares what preprocessing reads and writes."""

from __future__ import annotations

from typing import Any, ClassVar

from tfx.dsl.components.base import base_component, executor_spec
from tfx.types import channel, channel_utils, component_spec, standard_artifacts

from zenml.components.transform.executor import Executor


class TransformSpec(component_spec.ComponentSpec):
    """Inputs, outputs and properties of Transform."""

    PARAMETERS: ClassVar[dict[str, Any]] = {"step": component_spec.ExecutionParameter(type=str)}
    INPUTS: ClassVar[dict[str, Any]] = {
        "examples": component_spec.ChannelParameter(type=standard_artifacts.Examples),
        "schema": component_spec.ChannelParameter(type=standard_artifacts.Schema),
    }
    OUTPUTS: ClassVar[dict[str, Any]] = {
        "transform_graph": component_spec.ChannelParameter(type=standard_artifacts.TransformGraph),
        "transformed_examples": component_spec.ChannelParameter(type=standard_artifacts.Examples),
    }


class Transform(base_component.BaseComponent):
    """Turns the columns of examples into features and labels, with a PreprocessStep."""

    SPEC_CLASS = TransformSpec
    EXECUTOR_SPEC = executor_spec.ExecutorClassSpec(Executor)

    def __init__(
        self, examples: channel.BaseChannel, schema: channel.BaseChannel, step: str
    ) -> None:
        """Declares the node.

        Args:
            examples: Rows of tf.train.Example.
            schema: Their schema.
            step: StepSpec of a PreprocessStep, as JSON.
        """
        outputs: dict[str, Any] = {
            "transform_graph": channel_utils.as_channel([standard_artifacts.TransformGraph()]),
            "transformed_examples": channel_utils.as_channel([standard_artifacts.Examples()]),
        }
        super().__init__(spec=TransformSpec(examples=examples, schema=schema, step=step, **outputs))
