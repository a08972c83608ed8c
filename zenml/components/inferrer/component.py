"""Inferrer declares what batch inference reads and writes."""

from __future__ import annotations

from typing import Any, ClassVar

from tfx.dsl.components.base import base_component, executor_spec
from tfx.types import channel, channel_utils, component_spec, standard_artifacts

from zenml.components.inferrer.executor import Executor


class InferrerSpec(component_spec.ComponentSpec):
    """Inputs, outputs and properties of Inferrer."""

    PARAMETERS: ClassVar[dict[str, Any]] = {"step": component_spec.ExecutionParameter(type=str)}
    INPUTS: ClassVar[dict[str, Any]] = {
        "examples": component_spec.ChannelParameter(type=standard_artifacts.Examples),
        "schema": component_spec.ChannelParameter(type=standard_artifacts.Schema),
        "model": component_spec.ChannelParameter(type=standard_artifacts.Model),
    }
    OUTPUTS: ClassVar[dict[str, Any]] = {
        "predictions": component_spec.ChannelParameter(type=standard_artifacts.Examples),
    }


class Inferrer(base_component.BaseComponent):
    """Predicts examples with a model, as an InferrerStep says."""

    SPEC_CLASS = InferrerSpec
    EXECUTOR_SPEC = executor_spec.ExecutorClassSpec(Executor)

    def __init__(
        self,
        examples: channel.BaseChannel,
        schema: channel.BaseChannel,
        model: channel.BaseChannel,
        step: str,
    ) -> None:
        """Declares the node.

        Args:
            examples: Rows of raw columns.
            schema: Their schema.
            model: What predicts them.
            step: StepSpec of an InferrerStep, as JSON.
        """
        outputs: dict[str, Any] = {
            "predictions": channel_utils.as_channel([standard_artifacts.Examples()])
        }
        inputs = {"examples": examples, "schema": schema, "model": model}
        super().__init__(spec=InferrerSpec(**inputs, step=step, **outputs))
