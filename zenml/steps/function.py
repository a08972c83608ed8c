"""`@step`: a step out of a function."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, TypeVar, overload

from zenml.edges import edge
from zenml.errors import StepInterfaceError
from zenml.keywords import KeywordMeta, class_property
from zenml.spec import StepSpec
from zenml.steps import free
from zenml.steps.base import BaseStep, StepMeta
from zenml.steps.call_site import is_given_to_a_pipeline
from zenml.steps.signature import Signature, read_signature

_Step = TypeVar("_Step", bound="FunctionStep")


class _FunctionStepMeta(StepMeta):
    """A step out of a function is made from the function, and not from keywords."""

    @class_property
    def __signature__(cls) -> inspect.Signature:  # noqa: N805 - of a class
        """The function, and options."""
        function = inspect.Parameter("function", inspect.Parameter.POSITIONAL_ONLY)
        return inspect.Signature([function, inspect.Parameter("options", function.VAR_KEYWORD)])

    @edge
    def __call__(cls: Any, function: Any, **options: Any) -> Any:  # noqa: N805 - of a class
        made = KeywordMeta.__call__(cls)
        made._wrap(function)
        return made.configure(**options) if options else made


class FunctionStep(BaseStep, metaclass=_FunctionStepMeta):
    """A step whose entrypoint is a function; `@step` makes it.

    Args:
        function: At the top level of a module, so that it is found again where the
            step runs.
        options: See `BaseStep.with_options`.

    Attributes:
        function: The function.
        entrypoint: The function, for a plain call.

    Example:
        >>> double = FunctionStep(lambda number: 2 * number)
        >>> double.entrypoint(4)
        8
    """

    function: Callable[..., Any]

    def _wrap(self, function: Callable[..., Any]) -> None:
        free.check_function(function, "@step", "BaseStep")
        functools.update_wrapper(self, function)
        self.function = self.entrypoint = function
        self._definition = self
        self._read: Signature | None = None
        try:
            found = read_signature(function, f"Step `{function.__name__}`")
        except NameError:  # it names what is defined further down: read again when it is used
            return
        self._read = None if found.has_unknown else found

    @property
    def title(self) -> str:
        """Name of the step where none is given: its function's."""
        return self._options.name or str(self.function.__name__)

    @property
    def definition(self) -> FunctionStep:
        """The step that `@step` made of the function, whatever copy this is."""
        return self._definition

    @property
    def is_free(self) -> bool:
        """Whether it has an entrypoint: always."""
        return True

    @property
    def signature(self) -> Signature:
        """Inputs and outputs of the function."""
        if self._read is None:
            where = f"Step `{self.title}`"
            try:
                self._read = read_signature(self.function, where)
            except NameError as exc:
                raise StepInterfaceError(
                    f"{where}: its return annotation names {exc.name!r}, which its module does not "
                    "define. Import it outside of `if TYPE_CHECKING`."
                ) from exc
        return self._read

    def to_config(self, version: str = "") -> StepSpec:
        """See `BaseStep`."""
        source = f"{self.function.__module__}.{self.function.__qualname__}"
        backend = self.backend.to_config() if self.backend else None
        return StepSpec(source, version, self.parameters, backend, self.PACKAGES)

    def from_config(self: _Step, spec: StepSpec) -> _Step:  # type: ignore[override]
        """The step of this function, with the parameters of a spec."""
        return self.with_parameters(spec.args)

    def call_outside(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """An instance for a pipeline that takes its steps as arguments, or a run of its own.

        It is an instance where it cannot run for want of inputs, where it is written
        as those pipelines are (`Output`, a class of parameters), and where the call
        stands among the arguments of a pipeline.
        """
        if self._is_asked_for_as_instance(args, kwargs):
            where = f"Step `{self.title}`"
            given = {**kwargs, **free.positional_parameters(self.signature, args, where)}
            return self.with_parameters(free.as_parameters(self.signature, given, where))
        return super().call_outside(args, kwargs)

    def _is_asked_for_as_instance(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
        signature = self.signature
        if not args and not kwargs:
            lacks = signature.required or signature.parameters_input or signature.context_input
            return bool(lacks) or signature.by_output or is_given_to_a_pipeline(self)
        name = signature.parameters_input
        given = args[0] if len(args) == 1 and not kwargs else kwargs.get(name)
        alone = len(args) + len(kwargs) == 1
        return bool(name) and alone and free.is_parameters(given)

    def __repr__(self) -> str:
        """What it is, and how it is used."""
        return f"<step {self.title!r}: call it in a pipeline, or .entrypoint(...) by itself>"


_Function = TypeVar("_Function", bound=Callable[..., Any])


@overload
def step(function: _Function, /) -> FunctionStep: ...


@overload
def step(**options: Any) -> Callable[[_Function], FunctionStep]: ...


@edge
def step(function: Any = None, /, **options: Any) -> Any:
    """Makes a step of a function: `@step`, or `@step(enable_cache=False)`.

    The function's arguments are the inputs: what other steps give, or parameters,
    which are plain values. Its return annotation tells the outputs:

    - `-> int`: one, called `output`; `-> Annotated[int, "total"]`: called `total`.
    - `-> Tuple[int, str]` with `return a, b`: two, `output_0` and `output_1`; their
      names can be annotated as well.
    - `-> Output(total=int, name=str)`: two of these names.
    - `-> None`: none. Without an annotation: one of any type, none where it returns None.

    Args:
        function: The function.
        options: See `BaseStep.with_options`.

    Raises:
        StepInterfaceError: Something that no step can be; names the argument or output.
        StepArgumentError: An option that does not exist.

    Example:
        >>> @step
        ... def double(number: int) -> int:
        ...     return 2 * number
        >>> double.entrypoint(number=4)
        8
    """
    if function is None:
        return lambda found: step(found, **options)
    made: FunctionStep = _FunctionStepMeta.__call__(FunctionStep, function, **options)
    return made
