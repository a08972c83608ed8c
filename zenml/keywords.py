"""Objects made from keywords alone: steps, datasources, backends.

Their arguments are what the YAML file of a pipeline holds, so an instance must
come back to life from them: each is recorded when the instance is made, and a
wrong one is refused there and then.
"""

from __future__ import annotations

import copy
import functools
import importlib
import inspect
import os
import re
from abc import ABCMeta
from typing import Any, ClassVar

from zenml.edges import edge
from zenml.errors import SpecError, ZenMLError
from zenml.keyword_parameters import named, parameters_of, signature_of
from zenml.other_names import argument_meant
from zenml.secrets import is_reference, plain_secret, shown
from zenml.spec_values import check_json

CLASS_PREFIX = "class:"
_TOLD = 500  # characters of a wrong argument in an error


def source_of(cls: type) -> str:
    """Dotted path of a class, `module.Class`."""
    return f"{cls.__module__}.{cls.__qualname__}"


class class_property(property):  # noqa: N801 - it is written as `property` is
    """A property that classes have and their metaclass itself has not.

    Example:
        >>> class Meta(type):
        ...     @class_property
        ...     def initial(cls):
        ...         return cls.__name__[0]
        >>> class Penguin(metaclass=Meta):
        ...     pass
        >>> Penguin.initial, hasattr(Meta, "initial")
        ('P', False)
    """

    def __get__(self, cls: Any, meta: type | None = None) -> Any:
        """What the class has."""
        if cls is None:
            raise AttributeError("Only classes have it.")
        return super().__get__(cls, meta)


class KeywordMeta(ABCMeta):
    """Records the arguments that an instance is made with, and refuses wrong ones."""

    @edge
    def __new__(mcs, name: str, bases: tuple[type, ...], namespace: Any, **kwargs: Any) -> Any:
        """Makes the class, its constructor noting what it is given."""
        if inspect.isfunction(namespace.get("__init__")):
            namespace = {**namespace, "__init__": _noting(namespace["__init__"])}
        return super().__new__(mcs, name, bases, namespace, **kwargs)

    @class_property
    def __signature__(cls) -> inspect.Signature:
        """What `help()`, notebooks and editors show of the class: its arguments, by keyword."""
        return signature_of(cls)

    @edge
    def __call__(cls: Any, *args: Any, **kwargs: Any) -> Any:
        """Makes the instance from keywords alone."""
        known = {name: one.default for name, one in parameters_of(cls).items()}
        if args:
            names = ", ".join(f"{name}=..." for name in known if name != "backend")
            raise cls.ARGUMENT_ERROR(
                f"{cls.__name__} takes keyword arguments only, and was given {args[0]!r} without "
                f"a keyword. Write {cls.__name__}({names})."
            )
        _refuse_unknown(cls, kwargs, known)
        _refuse_methods(cls, known)
        if inspect.isabstract(cls):
            methods = ", ".join(sorted(cls.__abstractmethods__))
            raise cls.ARGUMENT_ERROR(
                f"{cls.__name__} cannot be made as it is: subclass it and define {methods}."
            )
        given = {n: value if n == "backend" else _copied(value) for n, value in kwargs.items()}
        try:
            made = super().__call__(**given)
        except TypeError as exc:
            _translate(cls, exc)
            raise
        passed = made.__dict__.pop(_PASSED, {})
        # What a subclass decides itself and hands to its base is made anew with the instance.
        arguments = [n for n in known if n in kwargs or not passed.get(n)]
        held = given.keys() & set(cls.HELD)
        missing = [name for name in arguments if name not in kwargs and known[name] is _EMPTY]
        if missing:
            raise cls.ARGUMENT_ERROR(f"{cls.__name__} needs the argument {missing[0]!r}.")
        made.arguments = {
            name: given[name] if name in held else _copied(kwargs.get(name, known[name]))
            for name in arguments
            if name != "backend"
        }
        return made


_EMPTY: Any = inspect.Parameter.empty
_PASSED = "_passed_to_constructors"


def _copied(value: Any) -> Any:
    """A copy, so that nobody's later change of a list reaches the step, or the other way round.

    A path, such as a `pathlib.Path`, becomes text, as the YAML holds it.
    """
    if isinstance(value, os.PathLike) and isinstance(os.fspath(value), str):
        return os.fspath(value)
    try:
        return copy.deepcopy(value)
    except Exception:  # noqa: BLE001 - what cannot be copied no YAML can hold: said when it is made
        return value


def _noting(constructor: Any) -> Any:
    """A constructor that notes which of its parameters it was given.

    Where `super().__init__(loss="mse", **kwargs)` stands in a subclass, `loss` is
    no argument of the subclass, though its base declares it.
    """
    parameters = named(constructor)
    mutable = {p.name: p.default for p in parameters if isinstance(p.default, (list, dict, set))}

    @functools.wraps(constructor)
    def noting(self: Any, *args: Any, **kwargs: Any) -> None:
        given = {*kwargs, *(parameter.name for parameter in parameters[: len(args)])}
        passed = self.__dict__.setdefault(_PASSED, {})
        for parameter in parameters:
            passed.setdefault(parameter.name, parameter.name in given)
        for name, default in mutable.items():
            if name not in given:
                kwargs[name] = copy.deepcopy(default)
        constructor(self, *args, **kwargs)

    return noting


def _translate(cls: Any, exc: TypeError) -> None:
    """Says what Python's own errors about a constructor's arguments mean for its caller."""
    found = re.match(r"(\S+)\.__init__\(\) (missing|got multiple values).*?'(\w+)'", str(exc))
    if not found or not any(f".{found[1]}".endswith(f".{c.__qualname__}") for c in cls.__mro__):
        return
    if found[2] == "missing":
        raise cls.ARGUMENT_ERROR(f"{cls.__name__} needs the argument {found[3]!r}.") from exc
    raise cls.ARGUMENT_ERROR(
        f"{cls.__name__} does not take the argument {found[3]!r}: it sets that itself."
    ) from exc


def _refuse_methods(cls: Any, known: dict[str, Any]) -> None:
    for name in known:
        taken = getattr(cls, name, None)
        if name == "arguments" or inspect.isroutine(taken) or isinstance(taken, property):
            raise cls.ARGUMENT_ERROR(
                f"{cls.__name__} cannot have an argument called {name!r}, for it has a method or "
                "property of that name: call the argument something else."
            )


def _refuse_unknown(cls: Any, kwargs: dict[str, Any], known: dict[str, Any]) -> None:
    for name in kwargs:
        if name not in known:
            hint = argument_meant(name, known)
            takes = ", ".join(sorted(set(known) - {"backend"})) or "no arguments"
            raise cls.ARGUMENT_ERROR(
                f"{cls.__name__} does not take the argument {name!r}.{hint} It takes {takes}."
            )


class KeywordObject(metaclass=KeywordMeta):
    """Base of everything that is made from keywords and stands in a YAML file.

    Attributes:
        ARGUMENT_ERROR: What a wrong argument raises.
        SECRETS: Arguments that refer to a secret and never hold one; see `zenml.secrets`.
        HELD: Arguments whose values may fill much of the memory: they are copied once, and
            not once more for `arguments`.
        arguments: Every constructor argument by name, defaults included.

    Example:
        >>> class Source(KeywordObject):
        ...     def __init__(self, path, limit=None):
        ...         self.path = path
        >>> Source(path="a.csv").plain_arguments()
        {'path': 'a.csv', 'limit': None}
        >>> Source("a.csv")
        Traceback (most recent call last):
        zenml.errors.ZenMLError: Source takes keyword arguments only, and was given \
'a.csv' without a keyword. Write Source(path=..., limit=...).
    """

    ARGUMENT_ERROR: ClassVar[type[ZenMLError]] = ZenMLError
    SECRETS: ClassVar[tuple[str, ...]] = ()
    HELD: ClassVar[tuple[str, ...]] = ()
    arguments: dict[str, Any]

    def plain_arguments(self) -> dict[str, Any]:
        """The arguments as the YAML holds them; a class stands there as its source.

        Raises:
            ZenMLError: (`ARGUMENT_ERROR`) names an argument that no YAML can hold, or
                that holds a secret in plain text.
        """
        self.check_secrets()
        name = type(self).__name__
        try:
            return {
                key: check_json(_class_to_source(value), f"Argument {key!r} of {name}")
                for key, value in self.arguments.items()
            }
        except SpecError as exc:
            raise self.ARGUMENT_ERROR(str(exc)) from exc

    def check_secrets(self) -> None:
        """Refuses a secret in plain text, without repeating it.

        Raises:
            ZenMLError: (`ARGUMENT_ERROR`) says how to refer to it.
        """
        for name in self.SECRETS:
            value = self.arguments.get(name)
            if value not in (None, "") and not is_reference(value):
                raise self.ARGUMENT_ERROR(plain_secret(type(self).__name__, name))

    def fail(self, argument: str, given: Any, would_do: str) -> ZenMLError:
        """The error for an argument that cannot be, for `check` to raise.

        Args:
            argument: Its name, with the place inside it where that helps.
            given: What it is.
            would_do: What it should be, after "it must be".
        """
        told = repr(given)
        told = told if len(told) <= _TOLD else f"{told[: _TOLD - 3]}..."
        if type(given).__module__ == "numpy":  # it reads as a number of Python's, which would do
            told = f"{told} (a numpy.{type(given).__name__})"
        return self.ARGUMENT_ERROR(
            f"{type(self).__name__}: {argument} is {told}; it must be {would_do}"
            f"{'' if would_do.endswith(('.', '?')) else '.'}"
        )

    def __repr__(self) -> str:
        """The call that makes the same object; a secret in plain text is left out."""
        given = {k: shown(v) if k in self.SECRETS else v for k, v in self.arguments.items()}
        args = ", ".join(f"{key}={value!r}" for key, value in given.items())
        return f"{type(self).__name__}({args})"


def arguments_for(cls: type, given: KeywordObject) -> dict[str, Any]:
    """Arguments for a class from an object that has them all under the same names.

    Example:
        >>> class Source(KeywordObject):
        ...     def __init__(self, name, path):
        ...         self.name, self.path = name, path
        >>> class Step(KeywordObject):
        ...     def __init__(self, path):
        ...         self.path = path
        >>> arguments_for(Step, Source(name="a", path="a.csv"))
        {'path': 'a.csv'}
    """
    names = parameters_of(cls).keys() - {"backend"}
    return {name: getattr(given, name) for name in sorted(names)}


def restore_arguments(args: dict[str, Any]) -> dict[str, Any]:
    """The inverse of `plain_arguments`: sources of classes become the classes."""
    return {key: _source_to_class(value) for key, value in args.items()}


def _class_to_source(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(CLASS_PREFIX):
        raise SpecError(f"{value!r} begins with {CLASS_PREFIX!r}, which marks a class in the YAML.")
    if isinstance(value, type) and "<locals>" in value.__qualname__:
        raise SpecError(
            f"{source_of(value)} is defined inside a function, where it cannot be found again: "
            "define it at the top level of a module."
        )
    return f"{CLASS_PREFIX}{source_of(value)}" if isinstance(value, type) else value


def _source_to_class(value: Any) -> Any:
    if not (isinstance(value, str) and value.startswith(CLASS_PREFIX)):
        return value
    source = value[len(CLASS_PREFIX) :]
    parts = source.split(".")
    for end in range(len(parts) - 1, 0, -1):
        name = ".".join(parts[:end])
        try:
            module = importlib.import_module(name)
        except ModuleNotFoundError as exc:
            if name == exc.name or name.startswith(f"{exc.name}."):
                continue
            raise
        found: Any = module
        for part in parts[end:]:
            found = getattr(found, part, None)
        if isinstance(found, type):
            return found
    raise SpecError(f"The class {source} cannot be found.")
