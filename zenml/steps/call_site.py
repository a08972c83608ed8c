"""Where a step is called: whether the result is handed to a pipeline.

`first_pipeline(step_1=load())` hands over a step, `load()` by itself runs it. For a
step without inputs both calls look alike from within, so the caller's source tells,
or its bytecode where there is no source.
"""

from __future__ import annotations

import ast
import functools
import linecache
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

from zenml.steps.typed_call import waiting_values

_PACKAGE = os.path.join(Path(__file__).parent.parent, "")


def is_given_to_a_pipeline(step: Any) -> bool:
    """Whether the call of `step` that is going on stands among the arguments of a pipeline.

    Where it is first given a name (`loader = load()`), the name counts: it is looked
    for in the arguments of pipelines in the same source.
    """
    frame = _caller()
    if frame is None:
        return False
    tree = _parsed(frame.f_code.co_filename, tuple(linecache.getlines(frame.f_code.co_filename)))
    if tree is None:
        return any(getattr(value, "takes_steps", False) for value in waiting_values(frame))
    line = frame.f_lineno
    calls = [c for c in _calls(tree) if _covers(c, line) and _is_of(step, c.func, frame)]
    names = {
        target.id
        for statement in ast.walk(tree)
        if isinstance(statement, ast.Assign) and _begins_with(statement.value, calls)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }
    return any(
        _begins_with(argument, calls) or (isinstance(argument, ast.Name) and argument.id in names)
        for call in _calls(tree)
        if _is_pipeline(call.func, frame)
        for argument in _arguments(call)
    )


def _caller() -> FrameType | None:
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        frame = frame.f_back
    return frame


@functools.lru_cache(maxsize=16)
def _parsed(filename: str, lines: tuple[str, ...]) -> ast.Module | None:
    try:
        return ast.parse("".join(lines)) if lines else None
    except SyntaxError:  # a notebook's cell with a line of its own language
        return None


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _covers(call: ast.Call, line: int) -> bool:
    return call.lineno <= line <= (call.end_lineno or call.lineno)


def _is_of(step: Any, expression: ast.expr, frame: FrameType) -> bool:
    """Whether an expression is a step: `load` itself, or `load.with_options(...)`."""
    *_, first = _chain(expression)
    return getattr(_value(first, frame), "definition", None) is step.definition


def _is_pipeline(expression: ast.expr, frame: FrameType) -> bool:
    """Whether an expression is a pipeline: `p` itself, or `p.with_options(...)`."""
    *_, first = _chain(expression)
    return bool(getattr(_value(first, frame), "takes_steps", False))


def _begins_with(expression: ast.expr, calls: list[ast.Call]) -> bool:
    """Whether an expression is one of the calls, or begins so: `load().configure(...)`."""
    return any(part in calls for part in _chain(expression))


def _chain(expression: ast.expr) -> Iterator[ast.expr]:
    """An expression, and what its methods are called on: for `a.b().c()` that, `a.b()`, `a`."""
    yield expression
    while isinstance(expression, ast.Call) and isinstance(expression.func, ast.Attribute):
        expression = expression.func.value
        yield expression


def _arguments(call: ast.Call) -> Iterator[ast.expr]:
    """What a call is given, with what stands in `**{...}` and `*[...]`."""
    for argument in [*call.args, *(keyword.value for keyword in call.keywords)]:
        inner = argument.value if isinstance(argument, ast.Starred) else argument
        if isinstance(inner, ast.Dict):
            yield from inner.values
        elif isinstance(inner, (ast.List, ast.Tuple)) and inner is not argument:
            yield from inner.elts
        else:
            yield argument


def _value(expression: ast.expr, frame: FrameType) -> Any:
    """What a name, or a name in a module, stands for where the caller is."""
    if isinstance(expression, ast.Attribute):
        return getattr(_value(expression.value, frame), expression.attr, None)
    if isinstance(expression, ast.Name):
        return frame.f_locals.get(expression.id, frame.f_globals.get(expression.id))
    return None
