"""Pusher declares what a deployment reads and writes."""

from __future__ import annotations

from typing import Any, ClassVar

from tfx.dsl.components.base import base_component, executor_spec
from tfx.types import channel, channel_utils, component_spec, standard_artifacts

from zenml.components.pusher.executor import Executor


class PusherSpec(component_spec.ComponentSpec):
    """Inputs, outputs and properties of Pusher."""

    PARAMETERS: ClassVar[dict[str, Any]] = {"step": component_spec.ExecutionParameter(type=str)}
    INPUTS: ClassVar[dict[str, Any]] = {
        "model": component_spec.ChannelParameter(type=standard_artifacts.Model),
        "blessing": component_spec.ChannelParameter(
            type=standard_artifacts.ModelBlessing, optional=True
        ),
    }
    OUTPUTS: ClassVar[dict[str, Any]] = {
        "pushed_model": component_spec.ChannelParameter(type=standard_artifacts.PushedModel),
    }


class Pusher(base_component.BaseComponent):
    """Deploys a model that is blessed, with a DeployerStep."""

    SPEC_CLASS = PusherSpec
    EXECUTOR_SPEC = executor_spec.ExecutorClassSpec(Executor)

    def __init__(
        self,
        model: channel.BaseChannel,
        step: str,
        blessing: channel.BaseChannel | None = None,
    ) -> None:
        """Declares the node.

        Args:
            model: The trained model.
            step: StepSpec of a DeployerStep, as JSON.
            blessing: An evaluator's verdict; without one the model is deployed.
        """
        outputs: dict[str, Any] = {
            "pushed_model": channel_utils.as_channel([standard_artifacts.PushedModel()])
        }
        super().__init__(spec=PusherSpec(model=model, blessing=blessing, step=step, **outputs))
