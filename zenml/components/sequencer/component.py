"""Sequencer declares what the making of sequences reads and writes."""

from __future__ import annotations

from tfx.dsl.components.base import base_component, executor_spec
from tfx.types import channel, channel_utils, component_spec, standard_artifacts

from zenml.components.sequencer.executor import Executor


class SequencerSpec(component_spec.ComponentSpec):
    """Inputs, outputs and properties of Sequencer."""

    PARAMETERS = {"step": component_spec.ExecutionParameter(type=str)}
    INPUTS = {
        "examples": component_spec.ChannelParameter(type=standard_artifacts.Examples),
        "schema": component_spec.ChannelParameter(type=standard_artifacts.Schema),
    }
    OUTPUTS = {"sequences": component_spec.ChannelParameter(type=standard_artifacts.Examples)}


class Sequencer(base_component.BaseComponent):
    """Turns the rows of every split into sequences, with a SequencerStep."""

    SPEC_CLASS = SequencerSpec
    EXECUTOR_SPEC = executor_spec.ExecutorClassSpec(Executor)

    def __init__(
        self, examples: channel.BaseChannel, schema: channel.BaseChannel, step: str
    ) -> None:
        """Declares the node.

        Args:
            examples: Rows of tf.train.Example.
            schema: Their schema.
            step: StepSpec of a SequencerStep, as JSON.
        """
        sequences = channel_utils.as_channel([standard_artifacts.Examples()])
        spec = SequencerSpec(examples=examples, schema=schema, step=step, sequences=sequences)
        super().__init__(spec=spec)
