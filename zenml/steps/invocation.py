"""What calling a step means: a node of a pipeline, a plain call, or a run of its own."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Protocol

from zenml.errors import StepInterfaceError
from zenml.steps.parameters import argument
from zenml.steps.types import is_instance, type_name

if TYPE_CHECKING:
    from zenml.steps.base import BaseStep
    from zenml.steps.signature import Input


class Builder(Protocol):
    """What puts a pipeline together while its function or `connect()` is executed.

    Attributes:
        pipelines: Those whose functions are being executed, the outermost first.
    """

    pipelines: list[Any]

    def call(self, step: BaseStep, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Adds a node for the step; gives its handle."""

    def read(self, datasource: Any, options: dict[str, Any]) -> Any:
        """Adds the nodes that read a datasource; gives the handle of its rows."""


_building: ContextVar[Builder | None] = ContextVar("zenml_building", default=None)
_running: ContextVar[bool] = ContextVar("zenml_running", default=False)


def builder_here() -> Builder | None:
    """What is putting a pipeline together now, if anything is."""
    return _building.get()


@contextmanager
def building(builder: Builder) -> Iterator[None]:
    """Within it, a step that is called becomes a node."""
    token = _building.set(builder)
    try:
        yield
    finally:
        _building.reset(token)


def call(step: BaseStep, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What `step(...)` does; see `BaseStep.__call__`."""
    builder = _building.get()
    if builder is not None:
        return builder.call(step, args, kwargs)
    if step.is_free and (_running.get() or _is_in_thread_of_step()):
        return _call_plainly(step, args, kwargs)
    return step.call_outside(args, kwargs)


def _is_in_thread_of_step() -> bool:
    """Whether a step is running that has started this thread."""
    context = sys.modules.get("zenml.steps.context")
    return context is not None and bool(context.is_running())


def _call_plainly(step: BaseStep, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Calls the entrypoint; parameters that the step was made with need not be given again."""
    inputs, parameters = step.signature.inputs, step.parameters
    given = {*list(inputs)[: len(args)], *kwargs}
    own = {
        name: argument(declared, parameters[name])
        for name, declared in inputs.items()
        if name in parameters and name not in given
    }
    return step.entrypoint(*args, **own, **kwargs)  # type: ignore[attr-defined]


def invoke(step: BaseStep, values: dict[str, Any]) -> dict[str, Any]:
    """Calls a step's entrypoint, and takes what it returns apart.

    Args:
        step: A free step with its parameters.
        values: Input -> what other steps made of it.

    Returns:
        Output -> value.

    Raises:
        StepInterfaceError: A value of a wrong type, or a wrong number of them; whoever runs
            the step says which one it is.
        Exception: What the step raises.
    """
    arguments: dict[str, Any] = {}
    for name, declared in step.signature.inputs.items():
        if name in values:
            arguments[name] = _checked(declared, values[name])
        elif name == step.signature.context_input:
            from zenml.steps.context import get_step_context

            arguments[name] = get_step_context()
        elif name in step.parameters:
            arguments[name] = argument(declared, step.parameters[name])
    token, outside = _running.set(True), _building.set(None)
    try:
        returned = step.entrypoint(**arguments)  # type: ignore[attr-defined]
    finally:
        _building.reset(outside)
        _running.reset(token)
    return _outputs(step, returned)


def _checked(declared: Input, value: Any) -> Any:
    if not is_instance(value, declared.annotation):
        raise StepInterfaceError(
            f"the input {declared.name!r} is of type {type_name(type(value))}; it must be of type "
            f"{type_name(declared.annotation)}.{_again(value, declared.annotation)}"
        )
    return value


def _again(value: Any, annotation: Any) -> str:
    """A sentence for a class that bears the same name and is not the same: typed in again."""
    name = type_name(annotation)
    if type_name(type(value)) != name:
        return ""
    return (
        f" {name} was defined again since one of the two was made: run the cell of the step again, "
        "and of what makes the value."
    )


def _outputs(step: BaseStep, returned: Any) -> dict[str, Any]:
    declared = list(step.signature.outputs.values())
    if not declared:
        if returned is not None:
            raise StepInterfaceError(
                f"it returned a {type_name(type(returned))} and declares that it returns nothing. "
                "Annotate what it returns."
            )
        return {}
    if len(declared) == 1:
        (output,) = declared
        if returned is None and output.annotation is Any:
            return {}
        values: tuple[Any, ...] = (returned,)
    elif isinstance(returned, (tuple, list)) and len(returned) == len(declared):
        values = tuple(returned)
    else:
        given = (
            f"{len(returned)} values"
            if isinstance(returned, (tuple, list))
            else f"one {type_name(type(returned))}"
        )
        raise StepInterfaceError(
            f"it returned {given} and declares {len(declared)} outputs: "
            f"{', '.join(output.name for output in declared)}."
        )
    for output, value in zip(declared, values, strict=True):
        if not is_instance(value, output.annotation):
            raise StepInterfaceError(
                f"the output {output.name!r} is of type {type_name(type(value))}; it is declared "
                f"to be of type {type_name(output.annotation)}.{_again(value, output.annotation)}"
            )
    return {output.name: value for output, value in zip(declared, values, strict=True)}
