"""Tokenizer declares what tokenizing reads and writes."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from tfx.dsl.components.base import base_component, executor_spec
from tfx.types import channel, channel_utils, component_spec, standard_artifacts

from zenml.components.tokenizer.artifacts import TrainedTokenizer
from zenml.components.tokenizer.executor import Executor


class TokenizerSpec(component_spec.ComponentSpec):
    """Inputs, outputs and properties of Tokenizer."""

    PARAMETERS: ClassVar[dict[str, Any]] = {
        "step": component_spec.ExecutionParameter(type=str),
        "files": component_spec.ExecutionParameter(type=str, optional=True),
    }
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
        self,
        examples: channel.BaseChannel,
        schema: channel.BaseChannel,
        step: str,
        files: dict[str, str] | None = None,
    ) -> None:
        """Declares the node.

        Args:
            examples: Rows with a column of text.
            schema: Their schema.
            step: StepSpec of a TokenizerStep, as JSON.
            files: Argument of the step -> sha256 of the file that it names.
        """
        outputs: dict[str, Any] = {
            "tokenized_examples": channel_utils.as_channel([standard_artifacts.Examples()]),
            "tokenizer": channel_utils.as_channel([TrainedTokenizer()]),
        }
        told = {"files": json.dumps(files)} if files else {}
        inputs = {"examples": examples, "schema": schema}
        super().__init__(spec=TokenizerSpec(**inputs, step=step, **told, **outputs))
