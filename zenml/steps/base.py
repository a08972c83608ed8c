"""BaseStep: what every step is."""

from __future__ import annotations

import copy
import difflib
import inspect
from abc import ABCMeta
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from zenml.errors import SpecError, StepArgumentError
from zenml.spec import StepSpec, check_json

if TYPE_CHECKING:
    from zenml.backends.base import BaseBackend

_Step = TypeVar("_Step", bound="BaseStep")
CLASS_PREFIX = "class:"


def source_of(cls: type) -> str:
    """Dotted path of a class, `module.Class`."""
    return f"{cls.__module__}.{cls.__qualname__}"


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


class StepMeta(ABCMeta):
    """Records the arguments that an instance is made with, and refuses wrong ones."""

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        """Makes the instance from keywords alone."""
        known = _constructor_parameters(cls)
        if args:
            names = ", ".join(f"{name}=..." for name in known if name != "backend")
            raise StepArgumentError(
                f"{cls.__name__} takes keyword arguments only, and was given {args[0]!r} without "
                f"a keyword. Write {cls.__name__}({names})."
            )
        _refuse_unknown(cls, kwargs, known)
        missing = [
            name for name, default in known.items() if default is _EMPTY and name not in kwargs
        ]
        if missing:
            raise StepArgumentError(f"{cls.__name__} needs the argument {missing[0]!r}.")
        if inspect.isabstract(cls):
            methods = ", ".join(sorted(cls.__abstractmethods__))
            raise StepArgumentError(
                f"{cls.__name__} cannot be made as it is: subclass it and define {methods}."
            )
        step = super().__call__(**kwargs)
        defaults = {key: value for key, value in known.items() if value is not _EMPTY}
        step.arguments = {
            key: copy.deepcopy(value) if not isinstance(value, type) else value
            for key, value in {**defaults, **kwargs}.items()
            if key != "backend"
        }
        return step


_EMPTY: Any = inspect.Parameter.empty


def _constructor_parameters(cls: type) -> dict[str, Any]:
    """Keyword -> default over the constructors that `cls` hands its keywords to."""
    found: dict[str, Any] = {}
    for base in cls.__mro__:
        constructor = base.__dict__.get("__init__")
        if constructor is None or base is object:
            continue
        parameters = list(inspect.signature(constructor).parameters.values())[1:]
        for parameter in parameters:
            if parameter.kind not in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL):
                found.setdefault(parameter.name, parameter.default)
        if not any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters):
            break
    return found


def _refuse_unknown(cls: type, kwargs: dict[str, Any], known: dict[str, Any]) -> None:
    for name in kwargs:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            takes = ", ".join(sorted(set(known) - {"backend"})) or "no arguments"
            raise StepArgumentError(
                f"{cls.__name__} does not take the argument {name!r}.{hint} It takes {takes}."
            )


class BaseStep(metaclass=StepMeta):
    """One part of a pipeline: its arguments, and what an interface adds to them.

    A subclass's constructor takes keywords, stores each under its own name and
    hands the rest on to `super().__init__(**kwargs)`. The same class made again
    from the same arguments must behave the same: that is how a step comes back
    to life where it runs.

    Attributes:
        PACKAGES: Distributions whose installed version is part of what the step
            computes; a new version means that cached results are not reused.
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

    PACKAGES: ClassVar[tuple[str, ...]] = ()
    BACKENDS: ClassVar[tuple[str, ...]] = ("local",)
    arguments: dict[str, Any]

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
        name = type(self).__name__
        try:
            args = {
                key: check_json(_class_to_source(value), f"Argument {key!r} of step {name}")
                for key, value in self.arguments.items()
            }
        except SpecError as exc:
            raise StepArgumentError(str(exc)) from exc
        backend = self.backend.to_config() if self.backend else None
        return StepSpec(source_of(type(self)), version, args, backend)

    @classmethod
    def from_config(cls: type[_Step], spec: StepSpec) -> _Step:
        """Makes a step of this class from the arguments of a spec."""
        return cls(**{key: _source_to_class(value) for key, value in spec.args.items()})

    def fail(self, argument: str, given: Any, would_do: str) -> StepArgumentError:
        """The error for an argument that cannot be, to be raised by `check`."""
        return StepArgumentError(
            f"{type(self).__name__}: {argument} is {given!r}; it must be {would_do}."
        )

    def __repr__(self) -> str:
        """The call that makes the same step."""
        args = ", ".join(f"{key}={value!r}" for key, value in self.arguments.items())
        return f"{type(self).__name__}({args})"


def _class_to_source(value: Any) -> Any:
    return f"{CLASS_PREFIX}{source_of(value)}" if isinstance(value, type) else value


def _source_to_class(value: Any) -> Any:
    if not (isinstance(value, str) and value.startswith(CLASS_PREFIX)):
        return value
    import importlib

    module, _, name = value[len(CLASS_PREFIX) :].rpartition(".")
    return getattr(importlib.import_module(module), name)
