"""`@pipeline`: a pipeline out of a function."""

from __future__ import annotations

import copy
import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, overload

from zenml.edges import edge, edges
from zenml.errors import PipelineInterfaceError, StepInterfaceError
from zenml.hints import did_you_mean
from zenml.pipelines.base import BasePipeline
from zenml.pipelines.build import Builder
from zenml.pipelines.graph import Graph
from zenml.pipelines.parameters import refuse_contradiction
from zenml.pipelines.slots import StepSlot, is_step, step_parameters, take_steps
from zenml.pipelines.wiring import is_wired
from zenml.steps import invocation
from zenml.steps.free import check_function
from zenml.steps.parameters import argument, default_json, to_json
from zenml.steps.signature import EMPTY, Input, read_inputs

_Pipeline = TypeVar("_Pipeline", bound="FunctionPipeline")


@edges
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
        check_function(function, "@pipeline", "BasePipeline", PipelineInterfaceError)
        super().__init__(name=options.pop("name", None) or function.__name__.strip("<>"))
        functools.update_wrapper(self, function)
        self.function = function
        self._definition = self
        self._given: dict[str, Any] = {}
        self._read_inputs()
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
            other = copy.copy(self)
            where = f"Pipeline {self.name!r}"
            known = step_parameters(self.function, where)
            other._steps = take_steps(known, args, kwargs, where)
            return other
        if self._steps:
            raise PipelineInterfaceError(f"Pipeline {self.name!r} has its steps: run it by .run().")
        builder = invocation.builder_here()
        if builder is not None:
            return self._execute(builder, self._named(args, kwargs))
        return self.with_arguments(*args, **kwargs).run()

    def with_arguments(self, *args: Any, **kwargs: Any) -> FunctionPipeline:
        """The pipeline with parameters, not run yet.

        Raises:
            PipelineInterfaceError: An argument that it does not take, or that cannot be.
        """
        other = copy.copy(self)
        other._given = {**self._given, **self._named(args, kwargs)}
        other._plain(other._given)
        return other

    def add_datasource(self, datasource: Any, commit_id: str | None = None) -> None:
        """Refused: a function calls what it reads."""
        raise PipelineInterfaceError(
            f"Pipeline {self.name!r} is a function: call the datasource in it, and hand on what "
            "that gives."
        )

    def configure(
        self: _Pipeline, *, parameters: Mapping[str, Any] | None = None, **options: Any
    ) -> _Pipeline:
        """Changes the options of this very pipeline; see `with_options`.

        Args:
            parameters: Parameter -> value.
            options: See `BasePipeline.with_options`.

        Returns:
            The pipeline itself.
        """
        if parameters is not None:
            self._given = self.with_arguments(**parameters)._given
        return super().configure(**options)

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
                self._execute(builder, {})

    def _execute(self, builder: invocation.Builder, called: dict[str, Any]) -> Any:
        """Calls the function, whose steps become nodes of what is being put together."""
        if self.definition in builder.pipelines:
            raise PipelineInterfaceError(
                f"Pipeline {self.name!r} calls itself, and so would never end."
            )
        builder.pipelines.append(self.definition)
        try:
            return self.function(**self._values(called))
        finally:
            builder.pipelines.pop()

    @property
    def parameters(self) -> dict[str, Any]:
        """Parameter -> JSON value: as called, as configured, or the default."""
        return {} if self._steps else self._parameters(self._given)

    def _parameters(self, given: dict[str, Any]) -> dict[str, Any]:
        code, configured = self._plain(given), self._plain(self.configuration.parameters)
        refuse_contradiction(code, configured, f"Pipeline {self.name!r}")
        defaults = {name: default_json(it) for name, it in self._read_inputs().items()}
        known = {name: value for name, value in defaults.items() if value is not EMPTY}
        return {**known, **configured, **code}

    def _values(self, called: dict[str, Any]) -> dict[str, Any]:
        """What the function is called with: parameters, and outputs of steps around it."""
        inputs = self._read_inputs()
        wired = {name: value for name, value in called.items() if is_wired(value)}
        plain = {name: value for name, value in called.items() if name not in wired}
        parameters = self._parameters({**self._given, **plain})
        for name, declared in inputs.items():
            if declared.is_required and name not in parameters and name not in wired:
                raise PipelineInterfaceError(
                    f"Pipeline {self.name!r} needs the argument {name!r}: a value, or a step if "
                    "it takes its steps as arguments."
                )
        checked = {name: argument(inputs[name], value) for name, value in parameters.items()}
        return {**checked, **wired}

    def _named(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        """Argument -> value of a call."""
        names = list(self._read_inputs())
        try:
            return dict(inspect.signature(self.function).bind_partial(*args, **kwargs).arguments)
        except TypeError as exc:
            unknown = next((name for name in kwargs if name not in names), "")
            raise PipelineInterfaceError(
                f"Pipeline {self.name!r} cannot be called so: {exc}."
                f"{did_you_mean(unknown, names)} It takes {', '.join(names) or 'no arguments'}."
            ) from exc

    def _plain(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Parameters as JSON, checked against their annotations."""
        inputs, found = self._read_inputs(), {}
        for name, value in given.items():
            where = f"Parameter {name!r} of pipeline {self.name!r}"
            if name not in inputs:
                raise PipelineInterfaceError(
                    f"Pipeline {self.name!r} has no parameter {name!r}."
                    f"{did_you_mean(name, inputs)} It takes {', '.join(inputs) or 'none'}."
                )
            if inspect.isfunction(value):
                raise PipelineInterfaceError(
                    f"{where} is the function {value.__name__}, which is no step: decorate it "
                    f"with @step, and hand over {name}={value.__name__}()."
                )
            found[name] = to_json(value, inputs[name].annotation, where, PipelineInterfaceError)
        return found

    def _read_inputs(self) -> dict[str, Input]:
        where = f"Pipeline {self.name!r}"
        try:
            return read_inputs(self.function, where)
        except StepInterfaceError as exc:
            raise PipelineInterfaceError(str(exc)) from exc

    def __repr__(self) -> str:
        """What it is, and how it is used."""
        return f"<pipeline {self.name!r}: call it to run it>"


_Function = TypeVar("_Function", bound=Callable[..., Any])


@overload
def pipeline(function: _Function, /) -> FunctionPipeline: ...


@overload
def pipeline(**options: Any) -> Callable[[_Function], FunctionPipeline]: ...


@edge
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
