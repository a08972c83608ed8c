"""What was typed into a notebook or an interpreter: it has no file to be pinned by.

What a typed step does is told by its compiled code and annotations, and by those of
the other typed steps, functions, classes and plain values that it mentions.
"""

from __future__ import annotations

import re
import sys
from types import CodeType, ModuleType
from typing import Any, get_args

from zenml.repo.definitions import Definition, origin
from zenml.repo.source import MAIN

_PLAIN = (
    bool, int, float, complex, str, bytes, type(None), list, tuple, set, frozenset, dict,
)  # fmt: skip
# What a class has of itself, or what pydantic made of it: of no meaning, or other in each process.
_OWN = frozenset(
    ["__dict__", "__weakref__", "__doc__", "__module__", "_abc_impl", "__firstlineno__",
     "__static_attributes__"]
)  # fmt: skip
_COMPILED = re.compile(r"__pydantic_(?!fields__)\w+__")
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
_WORD = re.compile(r"[^\W\d]\w*")
_Part = tuple[str, set[str]]


def describe(definition: Definition) -> tuple[list[str], set[str]]:
    """Everything typed that a definition stands on.

    Returns:
        One line for each part of it, in a fixed order, and the names of the
        modules that it mentions.
    """
    seen: dict[str, Any] = {definition.__qualname__: definition}
    waiting = [definition.__qualname__]
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


def _parts(name: str, value: Any) -> list[_Part]:
    """What there is to a value, line by line, each with the names that it mentions."""
    function = origin(getattr(value, "__func__", value))
    if isinstance(getattr(function, "__code__", None), CodeType):
        return _function(name, function)
    if hasattr(function, "__wrapped__"):
        return _parts(name, function.__wrapped__)
    if isinstance(value, property):
        getters = [part for part in (value.fget, value.fset) if part is not None]
        return [part for getter in getters for part in _parts(name, getter)]
    if isinstance(value, type):
        parts = [(f"{name}: class", {base.__name__ for base in value.__bases__})]
        for key, member in vars(value).items():
            if key == "__annotations__":
                parts += [_annotation(f"{name}.{k}", hint) for k, hint in member.items()]
            elif key not in _OWN and not _COMPILED.fullmatch(key):
                parts += _parts(f"{name}.{key}", member)
        return parts
    if isinstance(value, _PLAIN):
        return [(f"{name} = {_stable(value)}", set())]
    return [(f"{name}: {type(value).__qualname__}", set())]


def _function(name: str, function: Any, around: frozenset[int] = frozenset()) -> list[_Part]:
    """Its code, its defaults, its annotations, and what it took from a function around it."""
    line, names = _code(function.__code__)
    defaults = _stable((function.__defaults__, function.__kwdefaults__))
    parts: list[_Part] = [(f"{name}: {line} {defaults}", names)]
    parts += [_annotation(f"{name}({k})", hint) for k, hint in function.__annotations__.items()]
    around |= {id(function)}
    for free, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        held: Any = getattr(cell, "cell_contents", None)
        inner = origin(held)
        if not isinstance(getattr(inner, "__code__", None), CodeType):
            parts += _parts(f"{name}.{free}", held)
        elif id(inner) not in around:
            parts += _function(f"{name}.{free}", inner, around)
    return parts


def _annotation(name: str, hint: Any) -> _Part:
    """An annotation decides how a value is checked and kept."""
    if isinstance(hint, type) and not get_args(hint):
        return f"{name}: {hint.__module__}.{hint.__qualname__}", {hint.__name__}
    text = hint if isinstance(hint, str) else _stable(hint)
    return f"{name}: {text}", set(_WORD.findall(text))


def _stable(value: Any) -> str:
    """As `repr`, but the same in every process: sets in order, no addresses."""
    if isinstance(value, (set, frozenset)):
        return f"{{{', '.join(sorted(map(_stable, value)))}}}"
    return _ADDRESS.sub("", repr(value))


def _code(code: CodeType) -> _Part:
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
