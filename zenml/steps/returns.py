"""What the `return` statements of a function give, read from its source.

Where there is no source (a function typed into an interpreter), its bytecode tells.
"""

from __future__ import annotations

import ast
import inspect
import itertools
import textwrap
from collections.abc import Callable, Iterator
from typing import Any


def returns_a_value(function: Callable[..., Any]) -> bool:
    """Whether some `return` gives anything but None.

    Example:
        >>> def nothing():
        ...     return
        >>> returns_a_value(nothing), returns_a_value(textwrap.dedent)
        (False, True)
    """
    found = _returned(function)
    if found is None:
        return any(not _is_none(given) for given in _returned_by_code(function))
    return any(value is not None and not _is_none_literal(value) for value in found)


def tuple_lengths(function: Callable[..., Any]) -> list[int | None]:
    """How many values each `return a, b` gives, where it is written as a tuple of several.

    Other returns do not count, nor those of functions within the function; a tuple
    with a `*starred` part has the length None.

    Example:
        >>> def both(a, b):
        ...     return a, b
        >>> def one(a, b):
        ...     pair = a, b
        ...     return pair
        >>> tuple_lengths(both), tuple_lengths(one)
        ([2], [])
    """
    found = _returned(function)
    if found is None:
        lengths: list[int | None] = [_length_by_code(it) for it in _returned_by_code(function)]
    else:
        lengths = [_length(value) for value in found]
    return [length for length in lengths if length is None or length > 1]


def _is_none_literal(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def _length(value: ast.expr | None) -> int | None:
    if not isinstance(value, ast.Tuple):
        return 0
    starred = any(isinstance(item, ast.Starred) for item in value.elts)
    return None if starred else len(value.elts)


def _returned(function: Callable[..., Any]) -> list[ast.expr | None] | None:
    """The expressions after `return`; None where the source cannot be had."""
    function = inspect.unwrap(function)
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError):
        return None
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return [found.value for found in _own_returns(node.body)]
        if isinstance(node, ast.Lambda):
            return [node.body]
    return None


def _own_returns(body: list[ast.stmt]) -> Iterator[ast.Return]:
    waiting: list[ast.AST] = list(body)
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, ast.Return):
            yield node
        elif not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.expr)):
            waiting += ast.iter_child_nodes(node)


def _returned_by_code(function: Callable[..., Any]) -> list[Any]:
    """The instruction that made each returned value."""
    import dis

    code = list(dis.get_instructions(inspect.unwrap(function)))
    pairs = itertools.pairwise(code)
    found: list[Any] = [made for made, then in pairs if then.opname == "RETURN_VALUE"]
    return found + [item for item in code if item.opname == "RETURN_CONST"]


def _is_none(instruction: Any) -> bool:
    return instruction.opname in ("LOAD_CONST", "RETURN_CONST") and instruction.argval is None


def _length_by_code(instruction: Any) -> int:
    if instruction.opname == "BUILD_TUPLE":
        return int(instruction.argval)
    return len(instruction.argval) if isinstance(instruction.argval, tuple) else 0
