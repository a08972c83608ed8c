"""BaseStep: what every step is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from zenml.errors import StepArgumentError
from zenml.keywords import KeywordObject, restore_arguments, source_of
from zenml.spec import StepSpec

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
            f"{what} takes a {kind.__name__}, not {value!r} of type {type(value).__name__}."
        )
    return value


class BaseStep(KeywordObject):
    """One part of a pipeline: its arguments, and what an interface adds to them.

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
        args = self.plain_arguments()
        return StepSpec(source_of(type(self)), version, args, backend, self.PACKAGES)

    @classmethod
    def from_config(cls: type[_Step], spec: StepSpec) -> _Step:
        """Makes a step of this class from the arguments of a spec."""
        return cls(**restore_arguments(spec.args))
