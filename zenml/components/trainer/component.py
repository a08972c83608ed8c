"""Trainer declares what training reads and writes."""

from __future__ import annotations

from typing import Any, ClassVar

from tfx.dsl.components.base import base_component, executor_spec
from tfx.types import channel, channel_utils, component_spec, standard_artifacts

from zenml.components.tokenizer.artifacts import TrainedTokenizer
from zenml.components.trainer.executor import Executor


class TrainerSpec(component_spec.ComponentSpec):
    """Inputs, outputs and properties of Trainer."""

    PARAMETERS: ClassVar[dict[str, Any]] = {"step": component_spec.ExecutionParameter(type=str)}
    INPUTS: ClassVar[dict[str, Any]] = {
        "examples": component_spec.ChannelParameter(type=standard_artifacts.Examples),
        "schema": component_spec.ChannelParameter(type=standard_artifacts.Schema),
        "transform_graph": component_spec.ChannelParameter(type=standard_artifacts.TransformGraph),
        "tokenizer": component_spec.ChannelParameter(type=TrainedTokenizer, optional=True),
    }
    OUTPUTS: ClassVar[dict[str, Any]] = {
        "model": component_spec.ChannelParameter(type=standard_artifacts.Model),
        "model_run": component_spec.ChannelParameter(type=standard_artifacts.ModelRun),
        "test_results": component_spec.ChannelParameter(type=standard_artifacts.Examples),
    }


class Trainer(base_component.BaseComponent):
    """Trains a model on transformed examples, with a TrainerStep."""

    SPEC_CLASS = TrainerSpec
    EXECUTOR_SPEC = executor_spec.ExecutorClassSpec(Executor)

    def __init__(
        self,
        examples: channel.BaseChannel,
        schema: channel.BaseChannel,
        transform_graph: channel.BaseChannel,
        step: str,
        tokenizer: channel.BaseChannel | None = None,
    ) -> None:
        """Declares the node.

        Args:
            examples: Transformed examples.
            schema: Schema of the columns before preprocessing.
            transform_graph: What turned them into features and labels.
            step: StepSpec of a TrainerStep, as JSON.
            tokenizer: What made the tokens in the examples; it goes along with the model.
        """
        outputs: dict[str, Any] = {
            "model": channel_utils.as_channel([standard_artifacts.Model()]),
            "model_run": channel_utils.as_channel([standard_artifacts.ModelRun()]),
            "test_results": channel_utils.as_channel([standard_artifacts.Examples()]),
        }
        inputs: dict[str, Any] = {
            "examples": examples,
            "schema": schema,
            "transform_graph": transform_graph,
            "tokenizer": tokenizer,
        }
        super().__init__(spec=TrainerSpec(**inputs, step=step, **outputs))
