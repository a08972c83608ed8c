"""The arguments of a class whose constructors hand on the keywords that they do not know."""

from __future__ import annotations

import inspect
from typing import Any


def named(constructor: Any) -> list[inspect.Parameter]:
    """The parameters of a constructor, without `self`, `*args` and `**kwargs`."""
    parameters = list(inspect.signature(constructor).parameters.values())[1:]
    return [p for p in parameters if p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)]


def parameters_of(cls: type) -> dict[str, inspect.Parameter]:
    """Name -> parameter over the constructors that a class hands its keywords to.

    Example:
        >>> class Base:
        ...     def __init__(self, seed=0):
        ...         self.seed = seed
        >>> class Split(Base):
        ...     def __init__(self, ratio, **kwargs):
        ...         super().__init__(**kwargs)
        >>> list(parameters_of(Split))
        ['ratio', 'seed']
    """
    found: dict[str, inspect.Parameter] = {}
    for base in cls.__mro__:
        constructor = base.__dict__.get("__init__")
        if constructor is None or base is object:
            continue
        for parameter in named(constructor):
            found.setdefault(parameter.name, parameter)
        kinds = {parameter.kind for parameter in inspect.signature(constructor).parameters.values()}
        if inspect.Parameter.VAR_KEYWORD not in kinds:
            break
    return found


def signature_of(cls: type) -> inspect.Signature:
    """All that a class takes, as keywords.

    Example:
        >>> class Split:
        ...     def __init__(self, ratio, seed=0):
        ...         self.ratio, self.seed = ratio, seed
        >>> signature_of(Split)
        <Signature (*, ratio, seed=0)>
    """
    keyword = inspect.Parameter.KEYWORD_ONLY
    return inspect.Signature([one.replace(kind=keyword) for one in parameters_of(cls).values()])
