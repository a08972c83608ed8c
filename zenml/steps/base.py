"""BaseStep: what every step is."""

from __future__ import annotations

import copy
import inspect
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from zenml.edges import edge
from zenml.errors import StepArgumentError, StepInterfaceError
from zenml.hints import with_article
from zenml.keywords import (
    KeywordMeta,
    KeywordObject,
    class_property,
    restore_arguments,
    source_of,
)
from zenml.spec import StepSpec
from zenml.steps import free, invocation
from zenml.steps.options import StepOptions
from zenml.steps.signature import Signature

if TYPE_CHECKING:
    from zenml.backends.base import BaseBackend

_Step = TypeVar("_Step", bound="BaseStep")


def check_instance(value: Any, kind: type[_Step], what: str) -> _Step:
    """Returns `value` if it is a step of that kind.

    Args:
        value: What the user handed over.
        kind: The interface it has to be an instance of.
        what: Said in the error, e.g. "add_split() of pipeline 'p'".

    Raises:
        StepArgumentError: For a class, or anything else that is no such step.
    """
    if isinstance(value, type):
        raise StepArgumentError(
            f"{what} takes an instance, not the class {value.__name__}: "
            f"write {value.__name__}(...) with its arguments."
        )
    if not isinstance(value, kind):
        raise StepArgumentError(
            f"{what} takes {with_article(kind.__name__)}, not {value!r} of type "
            f"{type(value).__name__}."
        )
    return value


class StepMeta(KeywordMeta):
    """Lets the parameters of an entrypoint be given where an instance is made."""

    @class_property
    def __signature__(cls) -> inspect.Signature:  # noqa: N805 - of a class
        """The arguments of the constructor, and what the entrypoint takes."""
        return free.with_inputs(cls, super().__signature__)

    @edge
    def __call__(cls: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805 - of a class
        """Makes the instance: keywords of the constructor, parameters of the entrypoint."""
        signature = free.signature_of(cls)
        if signature is None:
            return super().__call__(*args, **kwargs)
        own, parameters = free.take_parameters(cls, signature, args, kwargs)
        made = super().__call__(**own)
        made._parameters = parameters
        return made


class BaseStep(KeywordObject, metaclass=StepMeta):
    """One part of a pipeline: its arguments, and what an interface adds to them.

    A standard step fills in the methods of an interface (`SplitStep`, `TrainerStep`
    and so on). A free step has an `entrypoint`, whose arguments are its inputs and
    parameters, and whose return annotation names its outputs; called in a
    pipeline's function or `connect()` it becomes a node.

    A subclass's constructor takes keywords, stores each under its own name and
    hands the rest on to `super().__init__(**kwargs)`. The same class made again
    from the same arguments must behave the same: that is how a step comes back
    to life where it runs.

    Attributes:
        PACKAGES: Distributions whose installed version is part of what the step
            computes; a new version means that cached results are not reused.
        BACKENDS: Kinds of backend that can run it.
        arguments: Every constructor argument by name, defaults included.
        backend: Where the step runs; None is where its pipeline runs.

    Example:
        >>> class Repeat(BaseStep):
        ...     def __init__(self, times=2, **kwargs):
        ...         self.times = times
        ...         super().__init__(**kwargs)
        >>> Repeat().arguments
        {'times': 2}
        >>> Repeat(time=3)
        Traceback (most recent call last):
        zenml.errors.StepArgumentError: Repeat does not take the argument 'time'. \
Did you mean 'times'? It takes times.
    """

    ARGUMENT_ERROR = StepArgumentError
    PACKAGES: ClassVar[tuple[str, ...]] = ()
    BACKENDS: ClassVar[tuple[str, ...]] = ("processing",)
    backend: BaseBackend | None = None
    _options: StepOptions = StepOptions()
    _parameters: dict[str, Any] = {}  # noqa: RUF012 - never changed, only replaced

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Reads the entrypoint, where there is one: what is wrong with it is said at once."""
        super().__init_subclass__(**kwargs)
        free.check_entrypoint(cls)

    def __init__(self, *, backend: BaseBackend | None = None, **kwargs: Any) -> None:
        """Stores the backend, and each further keyword under its own name."""
        self.backend = backend
        for name, value in kwargs.items():
            if not hasattr(type(self), name):
                setattr(self, name, value)

    def with_backend(self: _Step, backend: BaseBackend) -> _Step:
        """Sets where the step runs.

        Returns:
            The step itself.
        """
        self.backend = backend
        return self

    @property
    def title(self) -> str:
        """Name of the step where none is given: its class, or its function."""
        return self._options.name or type(self).__name__

    @property
    def definition(self) -> Any:
        """What the source of the step names: its class, or its decorated function."""
        return type(self)

    @property
    def options(self) -> StepOptions:
        """How the step runs; see `with_options`."""
        return self._options

    @property
    def is_free(self) -> bool:
        """Whether it has an entrypoint, and not the methods of an interface."""
        return free.signature_of(type(self)) is not None

    @property
    def signature(self) -> Signature:
        """Inputs and outputs of the entrypoint.

        Raises:
            StepInterfaceError: The step has none.
        """
        found = free.signature_of(type(self))
        if found is None:
            raise StepInterfaceError(
                f"{type(self).__name__} has no entrypoint; it is a step of an interface."
            )
        return found

    @property
    def parameters(self) -> dict[str, Any]:
        """Parameter of the entrypoint -> its value as JSON holds it."""
        return dict(self._parameters)

    @edge
    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Adds the step to the pipeline that is being put together; gives its outputs' handle.

        In a running step it is a plain call of the entrypoint. Anywhere else the step
        runs as a pipeline of its own, and what it returned is given.

        Args:
            args: Inputs, in the order of the entrypoint's arguments.
            kwargs: Inputs by name; `id`, the node's name; `after`, what must have ended
                before: names or handles.
        """
        return invocation.call(self, args, kwargs)

    def call_outside(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """What a call does where neither a pipeline is put together nor a step runs."""
        from zenml.pipelines.single import run_step

        return run_step(self, args, kwargs)

    def invoke(self, values: dict[str, Any]) -> dict[str, Any]:
        """Calls the entrypoint with what other steps made; output -> value.

        Args:
            values: Input -> value. Parameters are the step's own.

        Raises:
            StepInterfaceError: A value of a wrong type, or a wrong number of them.
        """
        return invocation.invoke(self, values)

    def with_options(self: _Step, **options: Any) -> _Step:
        """A copy of the step with other options.

        Args:
            options: `name`, `enable_cache`, `retry`, `on_failure`, `on_success`,
                `settings`, `extra`, `output_materializers`, `parameters`.

        Raises:
            StepArgumentError: For an option that does not exist, or a value that cannot be.
        """
        return copy.copy(self).configure(**options)

    @edge
    def configure(self: _Step, **options: Any) -> _Step:
        """Changes the options of this very step; see `with_options`.

        Returns:
            The step itself.
        """
        where = f"Step `{self.title}`"
        self._options = self._options.changed(options, where)
        if options.get("parameters"):
            given = self._options.parameters
            self._parameters = {
                **self._parameters,
                **free.as_parameters(self.signature, dict(given), where),
            }
        return self

    def with_return_materializers(self: _Step, materializers: Any) -> _Step:
        """Sets what saves the outputs: one materializer for all, or output -> materializer."""
        return self.configure(output_materializers=materializers)

    def with_parameters(self: _Step, parameters: dict[str, Any]) -> _Step:
        """A copy of the step with further parameters, as JSON values."""
        other = copy.copy(self)
        other._parameters = {**self._parameters, **parameters}
        return other

    def check(self) -> None:
        """Checks the arguments; called when a pipeline is frozen.

        Raises:
            StepArgumentError: Names the step, the argument, what was given and
                what would do.
        """

    def to_config(self, version: str = "") -> StepSpec:
        """The step as it stands in the YAML: source, version, arguments, backend.

        Args:
            version: Version of its code.

        Raises:
            StepArgumentError: An argument that a YAML file cannot hold.
        """
        backend = self.backend.to_config() if self.backend else None
        args = {**self.plain_arguments(), **self._parameters}
        return StepSpec(source_of(type(self)), version, args, backend, self.PACKAGES)

    @classmethod
    def from_config(cls: type[_Step], spec: StepSpec) -> _Step:
        """Makes a step of this class from the arguments of a spec."""
        signature = free.signature_of(cls)
        inputs = signature.inputs if signature else {}
        own = {key: value for key, value in spec.args.items() if key not in inputs}
        made: _Step = KeywordMeta.__call__(cls, **restore_arguments(own))
        parameters = {key: value for key, value in spec.args.items() if key in inputs}
        return made.with_parameters(parameters) if parameters else made
