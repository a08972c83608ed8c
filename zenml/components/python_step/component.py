"""PythonStep declares what a node with a free step reads and gives."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from tfx.dsl.components.base import base_component, executor_spec
from tfx.types import channel, channel_utils, component_spec

from zenml.components.python_step.artifacts import ZenMLValue
from zenml.components.python_step.executor import Executor


class PythonStepSpec(component_spec.ComponentSpec, validate=False):  # type: ignore[call-arg]
    """Inputs, outputs and properties of one node.

    Steps name their inputs and outputs themselves, and may call an output as an input
    is called; so there is a subclass for each node, and nothing is handed over in one
    dictionary of keywords.
    """

    PARAMETERS: ClassVar[dict[str, Any]] = {
        name: component_spec.ExecutionParameter(type=str) for name in ("step", "node", "pipeline")
    }
    INPUTS: ClassVar[dict[str, Any]] = {}
    OUTPUTS: ClassVar[dict[str, Any]] = {}

    def __init__(
        self, inputs: Mapping[str, Any], outputs: Mapping[str, Any], properties: Mapping[str, str]
    ) -> None:
        """Stores what the node reads, gives, and is told."""
        self.inputs = dict(inputs)
        self.outputs = dict(outputs)
        self.exec_properties = dict(properties)


class PythonStep(base_component.BaseComponent):
    """Calls the entrypoint of a free step."""

    SPEC_CLASS = PythonStepSpec
    EXECUTOR_SPEC = executor_spec.ExecutorClassSpec(Executor)

    def __init__(
        self, step: str, node: str, pipeline: str, inputs: Mapping[str, channel.BaseChannel]
    ) -> None:
        """Declares the node.

        Args:
            step: StepSpec of the free step, as JSON.
            node: NodeSpec without its step, as JSON.
            pipeline: PipelineSpec without its nodes, as JSON.
            inputs: Input key -> what another node gives.
        """
        names = json.loads(node)["args"].get("outputs") or {}
        outputs = {name: channel_utils.as_channel([ZenMLValue()]) for name in names}
        declared = {
            side: {key: component_spec.ChannelParameter(type=of.type) for key, of in found.items()}
            for side, found in {"INPUTS": inputs, "OUTPUTS": outputs}.items()
        }
        spec_class: Any = type("NodeSpec", (PythonStepSpec,), declared, validate=False)
        properties = {"step": step, "node": node, "pipeline": pipeline}
        super().__init__(spec=spec_class(inputs, outputs, properties))
