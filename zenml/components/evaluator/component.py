"""Evaluator declares what an evaluation reads and writes."""

from __future__ import annotations

from typing import Any, ClassVar

from tfx.dsl.components.base import base_component, executor_spec
from tfx.types import channel, channel_utils, component_spec, standard_artifacts

from zenml.components.evaluator.executor import Executor


class EvaluatorSpec(component_spec.ComponentSpec):
    """Inputs, outputs and properties of Evaluator."""

    PARAMETERS: ClassVar[dict[str, Any]] = {"step": component_spec.ExecutionParameter(type=str)}
    INPUTS: ClassVar[dict[str, Any]] = {
        "examples": component_spec.ChannelParameter(type=standard_artifacts.Examples),
        "model": component_spec.ChannelParameter(type=standard_artifacts.Model),
        "schema": component_spec.ChannelParameter(type=standard_artifacts.Schema),
    }
    OUTPUTS: ClassVar[dict[str, Any]] = {
        "evaluation": component_spec.ChannelParameter(type=standard_artifacts.ModelEvaluation),
        "blessing": component_spec.ChannelParameter(type=standard_artifacts.ModelBlessing),
    }


class Evaluator(base_component.BaseComponent):
    """Measures a model on the test splits and blesses it, with an EvaluatorStep."""

    SPEC_CLASS = EvaluatorSpec
    EXECUTOR_SPEC = executor_spec.ExecutorClassSpec(Executor)

    def __init__(
        self,
        examples: channel.BaseChannel,
        model: channel.BaseChannel,
        schema: channel.BaseChannel,
        step: str,
    ) -> None:
        """Declares the node.

        Args:
            examples: Transformed rows of tf.train.Example.
            model: The trained model.
            schema: Schema of the rows before they were transformed.
            step: StepSpec of an EvaluatorStep, as JSON.
        """
        outputs: dict[str, Any] = {
            "evaluation": channel_utils.as_channel([standard_artifacts.ModelEvaluation()]),
            "blessing": channel_utils.as_channel([standard_artifacts.ModelBlessing()]),
        }
        spec = EvaluatorSpec(examples=examples, model=model, schema=schema, step=step, **outputs)
        super().__init__(spec=spec)
