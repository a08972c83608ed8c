"""Tokenizer declares what tokenizing reads and writes."""

from __future__ import annotations

from typing import Any, ClassVar

from tfx.dsl.components.base import base_component, executor_spec
from tfx.types import channel, channel_utils, component_spec, standard_artifacts

from zenml.components.tokenizer.artifacts import TrainedTokenizer
from zenml.components.tokenizer.executor import Executor


class TokenizerSpec(component_spec.ComponentSpec):
    """Inputs, outputs and properties of Tokenizer."""

    PARAMETERS: ClassVar[dict[str, Any]] = {"step": component_spec.ExecutionParameter(type=str)}
    INPUTS: ClassVar[dict[str, Any]] = {
        "examples": component_spec.ChannelParameter(type=standard_artifacts.Examples),
        "schema": component_spec.ChannelParameter(type=standard_artifacts.Schema),
    }
    OUTPUTS: ClassVar[dict[str, Any]] = {
        "tokenized_examples": component_spec.ChannelParameter(type=standard_artifacts.Examples),
        "tokenizer": component_spec.ChannelParameter(type=TrainedTokenizer),
    }


class Tokenizer(base_component.BaseComponent):
    """Adds the indices of the tokens of a text to its rows, with a TokenizerStep."""

    SPEC_CLASS = TokenizerSpec
    EXECUTOR_SPEC = executor_spec.ExecutorClassSpec(Executor)

    def __init__(
        self, examples: channel.BaseChannel, schema: channel.BaseChannel, step: str
    ) -> None:
        """Declares the node.

        Args:
            examples: Rows with a column of text.
            schema: Their schema.
            step: StepSpec of a TokenizerStep, as JSON.
        """
        outputs: dict[str, Any] = {
            "tokenized_examples": channel_utils.as_channel([standard_artifacts.Examples()]),
            "tokenizer": channel_utils.as_channel([TrainedTokenizer()]),
        }
        super().__init__(spec=TokenizerSpec(examples=examples, schema=schema, step=step, **outputs))
