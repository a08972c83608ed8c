"""Calls a free step: loads what it reads, runs it, saves what it gives.

Imports nothing of TFX, TensorFlow or Beam: the runtime calls steps with it in its
own process, and TFX's executor does the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from zenml.artifacts.values import ValueRecord, save_value
from zenml.components.python_step.inputs import Readable, read_inputs
from zenml.components.python_step.materializers import materializer_of, type_materializer
from zenml.errors import ArtifactStoreError, StepInterfaceError, ZenMLError
from zenml.spec import NodeSpec
from zenml.steps.base import BaseStep
from zenml.steps.context import StepContext, running
from zenml.steps.types import type_name


def call(
    node: NodeSpec,
    step: BaseStep,
    inputs: Mapping[str, Sequence[Readable]],
    outputs: Mapping[str, str],
    context: StepContext,
) -> dict[str, ValueRecord]:
    """Runs a step once.

    Args:
        node: The node that it is the step of.
        step: The step, with its parameters.
        inputs: Input key of the node -> the artifacts it reads.
        outputs: Output name -> the folder it is saved in.
        context: What `get_step_context()` gives meanwhile; holds what was logged.

    Returns:
        Output name -> what was saved. A step without a return annotation that
        returned None has none.

    Raises:
        ArtifactStoreError: An input cannot be read, or an output cannot be saved. What
            was saved before is the caller's to remove.
        Exception: Whatever the step raises.
    """
    values = read_inputs(node, step, inputs)
    context.begin(outputs, lambda name: type_materializer(node, step, name))
    with running(context):
        given = step.invoke(values)
    unknown = [name for name in given if name not in outputs]
    if unknown:
        raise StepInterfaceError(
            f"Step `{node.name}` gave an output {unknown[0]!r}, and the pipeline knows of "
            f"{', '.join(outputs) or 'none'}: its code is not what it was when the pipeline was "
            "made. Run the pipeline anew."
        )
    return {name: _save(node, name, value, outputs[name]) for name, value in given.items()}


def _save(node: NodeSpec, name: str, value: Any, uri: str) -> ValueRecord:
    try:
        return save_value(value, uri, materializer_of(node, name))
    except Exception as exc:  # a materializer of the user's can raise anything
        said = str(exc) if isinstance(exc, ZenMLError) else f"{type(exc).__name__}: {exc}"
        raise ArtifactStoreError(
            f"Output {name!r} of step `{node.name}`, a {type_name(type(value))}, cannot be "
            f"saved: {said}"
        ) from exc
