"""A step that is called by itself: a pipeline of one step."""

from __future__ import annotations

from typing import Any

from zenml.errors import PipelineInterfaceError
from zenml.pipelines.base import BasePipeline
from zenml.pipelines.build import Builder
from zenml.pipelines.graph import Graph
from zenml.steps.base import BaseStep


class SingleStepPipeline(BasePipeline):
    """The pipeline that runs one step, under the step's name.

    Args:
        step: The step.
        args: Its parameters, in order.
        kwargs: Its parameters by name.

    Example:
        >>> from zenml.steps import step
        >>> @step
        ... def double(number: int) -> int:
        ...     return 2 * number
        >>> SingleStepPipeline(double, (4,), {}).name
        'double'
    """

    def __init__(self, step: BaseStep, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        super().__init__(name=step.title)
        self._step, self._args, self._kwargs = step, args, kwargs

    @property
    def definition(self) -> Any:
        """The step's."""
        return self._step.definition

    def connect_steps(self, graph: Graph) -> None:
        """One node."""
        Builder(graph, self.configuration).call(self._step, self._args, self._kwargs)


def run_step(step: BaseStep, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Runs a step by itself.

    Returns:
        What it returned: one value, a tuple of them, or None.

    Raises:
        PipelineInterfaceError: A step of an interface, which needs a pipeline.
    """
    if not step.is_free:
        raise PipelineInterfaceError(
            f"{type(step).__name__} cannot be called outside of a pipeline: call it in a function "
            "under @pipeline, or add it to a TrainingPipeline."
        )
    (ran,) = SingleStepPipeline(step, args, kwargs).run().steps.values()
    values = tuple(
        ran.outputs[name].load() if name in ran.outputs else None for name in step.signature.outputs
    )
    return values[0] if len(values) == 1 else values or None
