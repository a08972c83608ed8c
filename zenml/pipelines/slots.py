"""Pipelines whose steps are handed over: `connect(self, step_1, step_2)`, and functions alike."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Mapping
from typing import Any

from zenml.errors import PipelineInterfaceError
from zenml.hints import did_you_mean, shown
from zenml.pipelines.build import Builder
from zenml.steps.base import BaseStep
from zenml.steps.handles import Handle


class StepSlot:
    """A step under the name that the pipeline's function has for it.

    Args:
        builder: Puts the pipeline together.
        step: The step that was handed over.
        node: Name of the argument: of the node as well.

    Example:
        >>> from zenml.pipelines.graph import Graph
        >>> from zenml.steps import step
        >>> @step
        ... def load() -> int:
        ...     return 1
        >>> builder = Builder(Graph(lambda step: step.to_config("v")))
        >>> StepSlot(builder, load, "step_1")()
        <output 'output' of step 'step_1'>
    """

    def __init__(self, builder: Builder, step: BaseStep, node: str) -> None:
        """Adds nothing yet."""
        self._builder = builder
        self._waits: tuple[str, ...] = ()
        self._nodes: list[str] = []
        self.step = step
        self.node = node

    def __call__(self, *args: Any, **kwargs: Any) -> Handle:
        """Adds the node; a second call adds another one of the same step."""
        name = self._builder.free_name(self.node)
        handle: Handle = self._builder.call(self.step, args, kwargs, name)
        self._nodes.append(handle.node)
        self._builder.graph.put_after(handle.node, self._waits)
        return handle

    def after(self, *others: Any) -> None:
        """Has the step wait for others, whose outputs it does not take."""
        names = self._builder.names_of(list(others), f"Step `{self.node}`")
        self._waits = tuple(dict.fromkeys([*self._waits, *names]))
        for node in self._nodes:
            self._builder.graph.put_after(node, names)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        raise PipelineInterfaceError(
            f"{self!r} has no {name!r} here, where it can be called and be told to wait: "
            f"{self.node}(...), {self.node}.after(...). Set its options where it is handed over."
        )

    def __repr__(self) -> str:
        return f"<step {self.node!r} of the pipeline>"


def step_parameters(
    function: Callable[..., Any], where: str, *, is_method: bool = False
) -> dict[str, Any]:
    """The steps that a pipeline's function takes.

    Args:
        function: With an argument for each step; one with a default may be left out.
        where: Said in the error, e.g. "Pipeline 'first_pipeline'".
        is_method: Whether the first argument is the pipeline itself.

    Returns:
        Name -> its default; `inspect.Parameter.empty` where it has to be given.

    Raises:
        PipelineInterfaceError: It takes any number of arguments.
    """
    found = list(inspect.signature(function).parameters.values())[int(is_method) :]
    for one in found:
        if one.kind in (one.VAR_POSITIONAL, one.VAR_KEYWORD):
            raise PipelineInterfaceError(
                f"{where}: {function.__name__}() takes {one}, and steps are handed over by name: "
                "give each an argument of its own."
            )
    return {one.name: one.default for one in found}


def keywords_of(pipeline: type) -> list[str]:
    """What the class of a pipeline is made with by name, besides steps.

    Example:
        >>> from zenml.pipelines import BatchInferencePipeline
        >>> keywords_of(BatchInferencePipeline)[:2]
        ['model_uri', 'name']
    """
    found = [
        one.name
        for made_of in pipeline.__mro__
        if "__init__" in vars(made_of) and made_of is not object
        for one in list(inspect.signature(vars(made_of)["__init__"]).parameters.values())[1:]
        if one.kind in (one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY)
    ]
    return list(dict.fromkeys(found))


def check_connect(pipeline: type, options: Collection[str]) -> None:
    """Checks the arguments of a `connect` when its class is defined.

    Args:
        pipeline: The class.
        options: What every pipeline is made with besides its steps.

    Raises:
        PipelineInterfaceError: A step has the name of an option, or `connect` takes `*args` or
            `**kwargs`, which give steps no names.
    """
    where = f"Pipeline {pipeline.__name__}"
    for name in step_parameters(vars(pipeline)["connect"], where, is_method=True):
        if name in options:
            raise PipelineInterfaceError(
                f"{where}: connect() takes a step {name!r}, and every pipeline is made with an "
                "argument of that name: call the step something else."
            )


def is_step(value: Any) -> bool:
    """Whether an argument of a pipeline is a step, or the class of one."""
    return isinstance(value, BaseStep) or (isinstance(value, type) and issubclass(value, BaseStep))


def take_steps(
    known: Mapping[str, Any], args: tuple[Any, ...], kwargs: Mapping[str, Any], where: str
) -> dict[str, BaseStep]:
    """The steps that a pipeline is made with, by their names in its function.

    Args:
        known: Name of each step that it takes -> its default, as `step_parameters` has it.
        args: Steps in that order.
        kwargs: Steps by name. None is none given, where that is the default.
        where: Said in errors, e.g. "Pipeline 'first_pipeline'".

    Raises:
        PipelineInterfaceError: One is missing, too many, given twice, or no instance.
    """
    names = list(known)
    if len(args) > len(names):
        raise PipelineInterfaceError(
            f"{where} takes the steps {', '.join(names) or 'none'}, and was given {len(args)}."
        )
    given = dict(zip(names, args, strict=False))
    for name, value in kwargs.items():
        if name not in names:
            raise PipelineInterfaceError(
                f"{where} takes no step {name!r}.{did_you_mean(name, names)} It takes "
                f"{', '.join(names) or 'none'}."
            )
        if name in given:
            raise PipelineInterfaceError(f"{where} is given the step {name!r} twice.")
        given[name] = value
    given = {n: step for n, step in given.items() if step is not None or known[n] is not None}
    missing = [n for n in names if known[n] is inspect.Parameter.empty and n not in given]
    if missing:
        raise PipelineInterfaceError(
            f"{where} needs the step {missing[0]!r}: {missing[0]}=some_step()."
        )
    seen: dict[int, str] = {}
    for name, value in given.items():
        _check_instance(name, value, where)
        if id(value) in seen:
            raise PipelineInterfaceError(
                f"{where}: {seen[id(value)]!r} and {name!r} are the same instance of the step "
                f"`{value.title}`; make one for each."
            )
        seen[id(value)] = name
    return given


def _check_instance(name: str, value: Any, where: str) -> None:
    if isinstance(value, type) and issubclass(value, BaseStep):
        raise PipelineInterfaceError(
            f"{where}: the step {name!r} is the class {value.__name__}; hand over an instance: "
            f"{name}={value.__name__}()."
        )
    if not isinstance(value, BaseStep):
        raise PipelineInterfaceError(
            f"{where}: the step {name!r} is {shown(value)} of type {type(value).__name__}, which "
            "is no step. Decorate a function with @step, and call it right there: "
            f"{name}=some_step()."
        )
    if value is value.definition:
        raise PipelineInterfaceError(
            f"{where}: the step {name!r} is the function {value.title}; hand over an instance: "
            f"{name}={value.title}()."
        )
