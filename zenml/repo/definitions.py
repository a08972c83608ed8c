"""Definitions: what users write down once, and zenml finds again by module and name.

A step is a class, or a function that `@step` made into one; a pipeline is a class or
a function under `@pipeline`; a hook is a function as it is. Versions and loading
treat them all alike.
"""

from __future__ import annotations

from types import FunctionType, ModuleType
from typing import Any, Protocol

from zenml.errors import SourceNotFoundError
from zenml.pipelines.base import BasePipeline
from zenml.steps.base import BaseStep


class Named(Protocol):
    """What a decorator makes out of a function, and is named like it."""

    __module__: str
    __qualname__: str

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Whatever it does."""


Definition = type | FunctionType | Named


def is_definition(value: object) -> bool:
    """Whether a value is a class, a function, or what a decorator made of a function."""
    return callable(value) and isinstance(getattr(value, "__qualname__", None), str)


def origin(definition: Definition) -> Any:
    """The class or function itself: the same one for every copy of a step with other options.

    Example:
        >>> from zenml.steps import step
        >>> def train(): ...
        >>> origin(step(train)) is origin(step(train)) is train
        True
    """
    if isinstance(definition, (type, FunctionType)):
        return definition
    return getattr(definition, "__dict__", {}).get("function", definition)


def is_pipeline(definition: Definition) -> bool:
    """Whether it is a pipeline, which is run from its spec and need not be found again."""
    if isinstance(definition, type):
        return issubclass(definition, BasePipeline)
    return isinstance(definition, BasePipeline)


def is_function(definition: Definition) -> bool:
    """Whether it is a function as it is, with `@functools.cache` or not: no step, no pipeline."""
    return not isinstance(definition, (type, BaseStep, BasePipeline))


def noun(definition: Definition) -> str:
    """What to call it in a message."""
    if isinstance(definition, type):
        return "class"
    if is_function(definition):
        return "function"
    return "pipeline" if is_pipeline(definition) else "step"


def attribute(module: ModuleType | None, name: str) -> Any:
    """What stands in a module under a name, dotted where classes are nested; None if nothing."""
    found: Any = module
    for part in name.split("."):
        found = getattr(found, part, None)
    return found


def definition_in(module: ModuleType, name: str, source: str) -> Any:
    """A definition of a module, by its name there.

    Args:
        module: The module.
        name: With dots where classes are nested.
        source: What was asked for, said in the error.

    Raises:
        SourceNotFoundError: The module has no such definition; lists those it has.
    """
    found = attribute(module, name)
    if is_definition(found):
        return found
    own = [
        key
        for key, value in vars(module).items()
        if is_definition(value) and getattr(value, "__module__", None) == module.__name__
    ]
    have = f"It defines {', '.join(sorted(own))}." if own else "It defines none."
    raise SourceNotFoundError(
        f"{source}: there is no class or function {name!r} in {module.__name__}. {have}"
    )


def name_in(definition: Definition, module: ModuleType | None) -> str:
    """The name under which a module gives the definition back.

    That is its own name, or, for a function that was given to a decorator in an
    expression (`trainer = step(make_trainer(3))`), the name that the result got.

    Raises:
        SourceNotFoundError: Under no name would the module give the same; says what to do.
    """
    name = definition.__qualname__
    local = "<" in name
    if is_pipeline(definition) or (not local and not _is_another(definition, module, name)):
        return name
    itself = origin(definition)
    for key, value in list(vars(module).items()) if module else ():
        if is_definition(value) and origin(value) is itself:
            return key
    what, where = noun(definition), definition.__module__
    if "<locals>" in name:
        raise SourceNotFoundError(
            f"The {what} {name.rpartition('.')[2]} is defined inside a function ({where}.{name}), "
            "where it cannot be found again. Define it at the top level of a module."
        )
    raise SourceNotFoundError(
        f"The {what} {name} of {where} is not what stands there under its name now, so it cannot "
        "be found again. Define it at the top level of the module, under a name of its own."
    )


def _is_another(definition: Definition, module: ModuleType | None, name: str) -> bool:
    """Whether a function's name means something else by now.

    The same lines executed again, as by a reload, are the same function; but all
    that is typed into an interpreter stands in line 1 of the same file.
    """
    if module is None or isinstance(definition, type):
        return False
    found = attribute(module, name)
    if not is_definition(found) or origin(found) is origin(definition):
        return not is_definition(found)
    lines = _lines(definition)
    typed = getattr(module, "__file__", None) is None
    return typed or lines is None or lines != _lines(found)


def _lines(definition: Definition) -> tuple[str, int] | None:
    code = getattr(origin(definition), "__code__", None)
    return (code.co_filename, code.co_firstlineno) if code else None
