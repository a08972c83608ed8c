"""`@pipeline`: a pipeline out of a function."""

from __future__ import annotations

import copy
import functools
import inspect
from collections.abc import Callable
from typing import Any, TypeVar, overload

from zenml.errors import PipelineInterfaceError
from zenml.pipelines.base import BasePipeline
from zenml.pipelines.build import Builder
from zenml.pipelines.graph import Graph
from zenml.pipelines.slots import StepSlot, is_step, step_parameters, take_steps
from zenml.steps import invocation
from zenml.steps.handles import Handle
from zenml.steps.parameters import from_json, to_json
from zenml.steps.signature import Signature, read_signature


class FunctionPipeline(BasePipeline):
    """A pipeline whose steps are called in a function; `@pipeline` makes it.

    Called, it runs. Its arguments are parameters, checked against their annotations.
    Called with steps as arguments, it gives a pipeline of these steps, to be run.

    Args:
        function: Calls the steps.
        options: See `BasePipeline.with_options`.

    Example:
        >>> from zenml.steps import step
        >>> @step
        ... def load() -> int:
        ...     return 1
        >>> FunctionPipeline(lambda: load(), name="numbers").name
        'numbers'
    """

    def __init__(self, function: Callable[..., Any], **options: Any) -> None:
        if isinstance(function, type) or not callable(function):
            raise PipelineInterfaceError(
                f"@pipeline takes a function, not {function!r}. (A class becomes a pipeline by "
                "inheriting from BasePipeline.)"
            )
        name = options.pop("name", None) or function.__name__
        super().__init__(name=name.strip("<>"))
        functools.update_wrapper(self, function)
        self.function = function
        self._definition = self
        self._given: dict[str, Any] = {}
        if options:
            self.configure(**options)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Runs the pipeline with these parameters; given steps, a pipeline of these.

        Called in another pipeline, its steps become steps of that one.

        Raises:
            PipelineInterfaceError: Arguments that cannot be, or steps called wrongly.
            StepRunError: A step failed.
        """
        if any(is_step(value) for value in (*args, *kwargs.values())):
            names = step_parameters(self.function)
            other = copy.copy(self)
            other._steps = take_steps(names, args, kwargs, f"Pipeline {self.name!r}")
            return other
        if invocation.builder_here() is not None:
            return self.function(**self._bound(args, kwargs))
        return self.with_arguments(*args, **kwargs).run()

    def with_arguments(self, *args: Any, **kwargs: Any) -> FunctionPipeline:
        """The pipeline with parameters, not run yet."""
        other = copy.copy(self)
        other._given = {**self._given, **self._named(args, kwargs)}
        other._bound((), {})
        return other

    @property
    def definition(self) -> FunctionPipeline:
        """The pipeline that `@pipeline` made of the function, whatever copy this is."""
        return self._definition

    @property
    def has_fixed_graph(self) -> bool:
        """Whether another graph needs another name: so it is where steps are handed over."""
        return bool(self._steps)

    def connect_steps(self, graph: Graph) -> None:
        """Calls the function, whose steps then become nodes."""
        builder = Builder(graph, self.configuration, code_first=bool(self._steps))
        with invocation.building(builder):
            if self._steps:
                self.function(**{n: StepSlot(builder, s, n) for n, s in self._steps.items()})
            else:
                self.function(**self._bound((), {}))

    @property
    def parameters(self) -> dict[str, Any]:
        """Parameter -> JSON value: as called, as configured, or the default."""
        if self._steps:
            return {}
        where = f"Pipeline {self.name!r}"
        signature, found = self._signature(), {}
        code = {name: self._plain(name, value, signature) for name, value in self._given.items()}
        for name, value in self.configuration.parameters.items():
            if name not in signature.inputs:
                takes = ", ".join(signature.inputs) or "none"
                raise PipelineInterfaceError(
                    f"{where}: the run configuration sets the parameter {name!r}, which it does "
                    f"not have; it takes {takes}."
                )
            found[name] = self._plain(name, value, signature)
            if name in code and code[name] != found[name]:
                raise PipelineInterfaceError(
                    f"{where}: the parameter {name!r} is {code[name]!r} in the code and "
                    f"{found[name]!r} in the run configuration. Take one of them away."
                )
        for name, declared in signature.inputs.items():
            if not declared.is_required:
                found.setdefault(name, declared.default)
        return {**found, **code}

    def _bound(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        """Argument of the function -> value, checked."""
        signature = self._signature()
        given = self._named(args, kwargs)
        handles = {name: value for name, value in given.items() if _is_wired(value)}
        plain = {name: value for name, value in given.items() if name not in handles}
        other = copy.copy(self)
        other._given = {**self._given, **plain}
        values = other.parameters
        missing = [n for n in signature.required if n not in values and n not in handles]
        if missing:
            raise PipelineInterfaceError(
                f"Pipeline {self.name!r} needs the argument {missing[0]!r}: a value, or a step if "
                "it takes its steps as arguments."
            )
        checked = {
            name: from_json(value, signature.inputs[name].annotation)
            if name in other._given or name in self.configuration.parameters
            else value
            for name, value in values.items()
        }
        return {**checked, **handles}

    def _named(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        try:
            return dict(inspect.signature(self.function).bind_partial(*args, **kwargs).arguments)
        except TypeError as exc:
            takes = ", ".join(self._signature().inputs) or "none"
            raise PipelineInterfaceError(
                f"Pipeline {self.name!r} cannot be called so: {exc}; its arguments are: {takes}."
            ) from exc

    def _plain(self, name: str, value: Any, signature: Signature) -> Any:
        where = f"Parameter {name!r} of pipeline {self.name!r}"
        return to_json(value, signature.inputs[name].annotation, where, PipelineInterfaceError)

    def _signature(self) -> Signature:
        return _signature_of(self.function, f"Pipeline {self.name!r}")

    def __repr__(self) -> str:
        """What it is, and how it is used."""
        return f"<pipeline {self.name!r}: call it to run it>"


def _signature_of(function: Callable[..., Any], where: str) -> Signature:
    found = read_signature(function, where)
    return Signature(inputs=found.inputs)


def _is_wired(value: Any) -> bool:
    """Whether an argument of a pipeline in a pipeline is made of outputs of steps."""
    if isinstance(value, (list, tuple)):
        return any(isinstance(item, Handle) for item in value)
    return isinstance(value, Handle)


_Function = TypeVar("_Function", bound=Callable[..., Any])


@overload
def pipeline(function: _Function, /) -> FunctionPipeline: ...


@overload
def pipeline(**options: Any) -> Callable[[_Function], FunctionPipeline]: ...


def pipeline(function: Any = None, /, **options: Any) -> Any:
    """Makes a pipeline of a function: `@pipeline`, or `@pipeline(enable_cache=False)`.

    The function calls steps and hands their outputs on. Its arguments are parameters,
    or the steps themselves.

    Args:
        function: The function.
        options: See `BasePipeline.with_options`.

    Example:
        >>> @pipeline
        ... def training(learning_rate: float = 0.01):
        ...     ...
        >>> training.with_arguments(learning_rate="0.1").parameters
        {'learning_rate': 0.1}
        >>> training(learning_rate="quick")
        Traceback (most recent call last):
        zenml.errors.PipelineInterfaceError: Parameter 'learning_rate' of pipeline 'training' is \
'quick'; it must be of type float. (Input should be a valid number, unable to parse string as a \
number)
    """
    if function is None:
        return lambda found: FunctionPipeline(found, **options)
    return FunctionPipeline(function, **options)
