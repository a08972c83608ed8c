"""Classes typed into a notebook or an interpreter: they have no file to be pinned by.

What such a class does is told by its compiled code, and by that of the other
typed functions, classes and plain values that it mentions.
"""

from __future__ import annotations

import sys
from types import CodeType, ModuleType
from typing import Any

from zenml.repo.source import MAIN

_PLAIN = (
    bool, int, float, complex, str, bytes, type(None), list, tuple, set, frozenset, dict,
)  # fmt: skip


def describe(cls: type) -> tuple[list[str], set[str]]:
    """Everything typed that a class stands on.

    Returns:
        One line for each part of it, in a fixed order, and the names of the
        modules that it mentions.
    """
    seen: dict[str, Any] = {cls.__qualname__: cls}
    waiting = [cls.__qualname__]
    lines: list[str] = []
    modules: set[str] = set()
    typed = vars(sys.modules[MAIN]) if MAIN in sys.modules else {}
    while waiting:
        name = waiting.pop()
        value = seen[name]
        if isinstance(value, ModuleType):
            modules.add(value.__name__)
            continue
        home = getattr(value, "__module__", None)
        if home is not None and home != MAIN:
            modules.add(str(home))
            continue
        for line, names in _parts(name, value):
            lines.append(line)
            for other in sorted(names):
                if other in typed and other not in seen:
                    seen[other] = typed[other]
                    waiting.append(other)
    return sorted(lines), modules


def _parts(name: str, value: Any) -> list[tuple[str, set[str]]]:
    code = getattr(getattr(value, "__func__", value), "__code__", None)
    if isinstance(code, CodeType):
        defaults = repr((value.__defaults__, value.__kwdefaults__)) if callable(value) else ""
        line, names = _code(code)
        return [(f"{name}: {line} {defaults}", names)]
    if isinstance(value, property):
        getters = [part for part in (value.fget, value.fset) if part is not None]
        return [part for getter in getters for part in _parts(name, getter)]
    if isinstance(value, type):
        parts = [(f"{name}: class", {base.__name__ for base in value.__bases__})]
        for key, member in vars(value).items():
            if key not in ("__dict__", "__weakref__", "__doc__", "__module__", "_abc_impl"):
                parts += _parts(f"{name}.{key}", member)
        return parts
    if isinstance(value, _PLAIN):
        return [(f"{name} = {_stable(value)}", set())]
    return [(f"{name}: {type(value).__qualname__}", set())]


def _stable(value: Any) -> str:
    """As `repr`, but with the members of sets in an order that does not change."""
    if isinstance(value, (set, frozenset)):
        return f"{{{', '.join(sorted(map(_stable, value)))}}}"
    return repr(value)


def _code(code: CodeType) -> tuple[str, set[str]]:
    names = set(code.co_names)
    constants = []
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            line, inner = _code(constant)
            names |= inner
            constants.append(line)
        else:
            constants.append(_stable(constant))
    return f"{code.co_code.hex()} {code.co_names} {constants} {code.co_varnames}", names
