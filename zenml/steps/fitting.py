"""Whether what a step declares to give can be what another one asks for, before either ran."""

from __future__ import annotations

import enum
import inspect
import itertools
import sys
import types
from collections.abc import Iterator
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, is_typeddict

from zenml.steps.types import NUMBERS

_DATA = (
    bool, int, float, complex, str, bytes, bytearray, range, slice,
    list, tuple, dict, set, frozenset, types.NoneType,
)  # fmt: skip


def can_fit(given: Any, wanted: Any) -> bool:
    """Whether a value of one annotated type may be one of another.

    Only what is certain counts: whatever is no plain class (a protocol, a type
    variable without a bound, `Any`) may be anything, a class may turn out to be a
    subclass, and classes made to be inherited from may have one subclass in common.

    Args:
        given: Annotation of an output.
        wanted: Annotation of an input.

    Example:
        >>> can_fit(list, int), can_fit(int, float), can_fit(object, int)
        (False, True, True)
    """
    pairs = itertools.product(_classes(given), _classes(wanted))
    return any(one is None or other is None or _may_be_both(one, other) for one, other in pairs)


def _classes(annotation: Any) -> Iterator[type | None]:
    """The plain classes that an annotation stands for; None for what can be anything."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _classes(get_args(annotation)[0])
    elif origin in (Union, types.UnionType):
        for part in get_args(annotation):
            yield from _classes(part)
    elif origin is Literal:
        yield from {type(value) for value in get_args(annotation)}
    elif annotation is None:
        yield types.NoneType
    elif hasattr(annotation, "__supertype__"):
        yield from _classes(annotation.__supertype__)
    elif type(annotation) is TypeVar:
        yield from _classes_of_variable(annotation)
    elif is_typeddict(annotation):
        yield dict
    else:
        kind = annotation if origin is None else origin
        yield kind if _is_plain(kind) else None


def _classes_of_variable(variable: TypeVar) -> Iterator[type | None]:
    for part in variable.__constraints__ or (variable.__bound__,):
        yield from [None] if part is None else _classes(part)


def _is_plain(kind: Any) -> bool:
    """Whether it is a class whose instances are known by their class alone."""
    if not isinstance(kind, type) or kind in (object, Any, inspect.Parameter.empty):
        return False
    if getattr(kind, "_is_protocol", False) or kind.__module__.startswith("zenml."):
        return False  # zenml's own are filled in where the step runs
    registry = sys.modules.get("zenml.artifacts.materializers.registry")
    return registry is None or not registry.has_users_materializer(kind)  # it may read another type


def _may_be_both(one: type, other: type) -> bool:
    """Whether an object can be an instance of both classes."""
    first, second = NUMBERS.get(one, one), NUMBERS.get(other, other)
    if _is_subclass(first, second) or _is_subclass(second, first):
        return True
    if not _exclude(one, other):
        return True
    return any(_is_subclass(kind, second) for kind in _subclasses(one)) or any(
        _is_subclass(kind, first) for kind in _subclasses(other)
    )


def _is_subclass(kind: type, base: type) -> bool:
    try:
        return issubclass(kind, base)
    except Exception:  # noqa: BLE001 - a metaclass of the user's answers as it likes
        return True


def _exclude(one: type, other: type) -> bool:
    """Whether two classes without a relation are none that a third one inherits from both of.

    `ClassifierMixin` and `BaseEstimator` have nothing to do with each other, and most
    classifiers are both. A class of the same name is the same one, imported again.
    """
    abstract = [kind for kind in (one, other) if kind.__module__ == "collections.abc"]
    if abstract:
        return one in _DATA or other in _DATA
    return one.__qualname__ != other.__qualname__ and _is_settled(one) and _is_settled(other)


def _is_settled(kind: type) -> bool:
    """Whether a class is no part that others are put together from."""
    if type(kind) not in (type, enum.EnumMeta):
        return False
    return not any(word in kind.__name__ for word in ("Mixin", "Base", "Abstract", "Interface"))


def _subclasses(kind: type) -> Iterator[type]:
    """The subclasses that are known by now, and theirs."""
    known: list[type] = type.__subclasses__(kind)
    for found in known:
        yield found
        yield from _subclasses(found)
