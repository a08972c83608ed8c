"""Whether a value is of an annotated type."""

from __future__ import annotations

import inspect
import numbers
import types
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, is_typeddict

_UNIONS = (Union, types.UnionType)
# PEP 484: where a float is asked for, an int will do; NumPy's scalars are registered as these.
NUMBERS = {int: numbers.Integral, float: numbers.Real, complex: numbers.Complex}


def is_instance(value: Any, annotation: Any) -> bool:
    """Whether a value is of an annotated type, as far as a glance at it can tell.

    Unions, `Optional`, `Annotated`, `Literal`, type variables and the lengths of
    tuples are followed; the items of lists and dicts are not looked at. What cannot
    be checked (a forward reference to what is not there) passes.

    Example:
        >>> from typing import Optional
        >>> is_instance(None, Optional[int]), is_instance("1", int), is_instance(1, float)
        (True, False, True)
    """
    if annotation is Any or annotation is inspect.Parameter.empty or isinstance(annotation, str):
        return True
    if annotation is None:
        return value is None
    origin = get_origin(annotation)
    if origin is Annotated:
        return is_instance(value, get_args(annotation)[0])
    if origin in _UNIONS:
        return any(is_instance(value, part) for part in get_args(annotation))
    if origin is Literal:
        return any(type(value) is type(part) and value == part for part in get_args(annotation))
    if origin is tuple:
        return isinstance(value, tuple) and _parts_fit(value, get_args(annotation))
    if origin is not None:
        return _fits(value, origin)
    if type(annotation) is TypeVar:
        return _fits_variable(value, annotation)
    of_new_type = getattr(annotation, "__supertype__", None)
    return _fits(value, annotation) if of_new_type is None else is_instance(value, of_new_type)


def _fits(value: Any, kind: Any) -> bool:
    kind = NUMBERS.get(kind, kind)
    if is_typeddict(kind):
        return isinstance(value, dict)
    if not isinstance(kind, type) or _is_unchecked_protocol(kind):
        return True
    return isinstance(value, kind)


def _is_unchecked_protocol(kind: type) -> bool:
    protocol = getattr(kind, "_is_protocol", False)
    return bool(protocol) and not getattr(kind, "_is_runtime_protocol", False)


def _fits_variable(value: Any, variable: TypeVar) -> bool:
    if variable.__constraints__:
        return any(is_instance(value, part) for part in variable.__constraints__)
    return variable.__bound__ is None or is_instance(value, variable.__bound__)


def _parts_fit(value: tuple[Any, ...], parts: tuple[Any, ...]) -> bool:
    if not parts:
        return True
    if len(parts) == 2 and parts[1] is ...:
        return all(is_instance(item, parts[0]) for item in value)
    if parts == ((),):  # Tuple[()], as Python 3.10 has it
        return not value
    return len(value) == len(parts) and all(map(is_instance, value, parts))


def type_name(annotation: Any) -> str:
    """A type as a person writes it.

    Example:
        >>> from typing import Optional
        >>> type_name(int), type_name(Optional[int])
        ('int', 'Optional[int]')
    """
    if annotation is None or annotation is type(None):
        return "None"
    if annotation is Any:  # a class from Python 3.11 on
        return "Any"
    if isinstance(annotation, type) and get_origin(annotation) is None:
        module = annotation.__module__.partition(".")[0]
        return (
            annotation.__qualname__
            if module == "builtins"
            else (f"{module}.{annotation.__qualname__}")
        )
    return str(annotation).replace("typing.", "")
