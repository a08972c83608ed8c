"""Objects made from keywords alone: steps, datasources, backends.

Their arguments are what the YAML file of a pipeline holds, so an instance must
come back to life from them: each is recorded when the instance is made, and a
wrong one is refused there and then.
"""

from __future__ import annotations

import copy
import difflib
import importlib
import inspect
from abc import ABCMeta
from typing import Any, ClassVar

from zenml.errors import SpecError, ZenMLError
from zenml.spec_values import check_json

CLASS_PREFIX = "class:"


def source_of(cls: type) -> str:
    """Dotted path of a class, `module.Class`."""
    return f"{cls.__module__}.{cls.__qualname__}"


class KeywordMeta(ABCMeta):
    """Records the arguments that an instance is made with, and refuses wrong ones."""

    def __call__(cls: Any, *args: Any, **kwargs: Any) -> Any:
        """Makes the instance from keywords alone."""
        known = _constructor_parameters(cls)
        if args:
            names = ", ".join(f"{name}=..." for name in known if name != "backend")
            raise cls.ARGUMENT_ERROR(
                f"{cls.__name__} takes keyword arguments only, and was given {args[0]!r} without "
                f"a keyword. Write {cls.__name__}({names})."
            )
        _refuse_unknown(cls, kwargs, known)
        missing = [
            name for name, default in known.items() if default is _EMPTY and name not in kwargs
        ]
        if missing:
            raise cls.ARGUMENT_ERROR(f"{cls.__name__} needs the argument {missing[0]!r}.")
        if inspect.isabstract(cls):
            methods = ", ".join(sorted(cls.__abstractmethods__))
            raise cls.ARGUMENT_ERROR(
                f"{cls.__name__} cannot be made as it is: subclass it and define {methods}."
            )
        step = super().__call__(**kwargs)
        given = {**{key: value for key, value in known.items() if value is not _EMPTY}, **kwargs}
        step.arguments = {
            key: given[key] if isinstance(given[key], type) else copy.deepcopy(given[key])
            for key in known
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


def _refuse_unknown(cls: Any, kwargs: dict[str, Any], known: dict[str, Any]) -> None:
    for name in kwargs:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            takes = ", ".join(sorted(set(known) - {"backend"})) or "no arguments"
            raise cls.ARGUMENT_ERROR(
                f"{cls.__name__} does not take the argument {name!r}.{hint} It takes {takes}."
            )


class KeywordObject(metaclass=KeywordMeta):
    """Base of everything that is made from keywords and stands in a YAML file.

    Attributes:
        ARGUMENT_ERROR: What a wrong argument raises.
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
    arguments: dict[str, Any]

    def plain_arguments(self) -> dict[str, Any]:
        """The arguments as the YAML holds them; a class stands there as its source.

        Raises:
            ZenMLError: (`ARGUMENT_ERROR`) names an argument that no YAML can hold.
        """
        name = type(self).__name__
        try:
            return {
                key: check_json(_class_to_source(value), f"Argument {key!r} of {name}")
                for key, value in self.arguments.items()
            }
        except SpecError as exc:
            raise self.ARGUMENT_ERROR(str(exc)) from exc

    def fail(self, argument: str, given: Any, would_do: str) -> ZenMLError:
        """The error for an argument that cannot be, for `check` to raise.

        Args:
            argument: Its name, with the place inside it where that helps.
            given: What it is.
            would_do: What it should be, after "it must be".
        """
        return self.ARGUMENT_ERROR(
            f"{type(self).__name__}: {argument} is {given!r}; it must be {would_do}."
        )

    def __repr__(self) -> str:
        """The call that makes the same object."""
        args = ", ".join(f"{key}={value!r}" for key, value in self.arguments.items())
        return f"{type(self).__name__}({args})"


def restore_arguments(args: dict[str, Any]) -> dict[str, Any]:
    """The inverse of `plain_arguments`: sources of classes become the classes."""
    return {key: _source_to_class(value) for key, value in args.items()}


def _class_to_source(value: Any) -> Any:
    return f"{CLASS_PREFIX}{source_of(value)}" if isinstance(value, type) else value


def _source_to_class(value: Any) -> Any:
    if not (isinstance(value, str) and value.startswith(CLASS_PREFIX)):
        return value
    module, _, name = value[len(CLASS_PREFIX) :].rpartition(".")
    return getattr(importlib.import_module(module), name)
