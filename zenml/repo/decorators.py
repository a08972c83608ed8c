"""The decorators of steps and pipelines, which say how these run, and not what they compute."""

from __future__ import annotations

import ast
from collections.abc import Sequence

_OURS = ("step", "pipeline")
_PACKAGE = "zenml"


def without_decorators(source: bytes, statements: Sequence[ast.stmt]) -> bytes:
    r"""The source without what stands after the `@` of a step or a pipeline.

    Retries, hooks, the cache: a result that is there stays good when they change. What
    does change a result, such as a materializer, counts as an argument of the node.

    Args:
        source: A module's source.
        statements: Every statement of it.

    Example:
        >>> source = b"from zenml import step\n@step(enable_cache=False)\ndef f(): ..."
        >>> without_decorators(source, ast.parse(source).body)
        b'from zenml import step\n@\ndef f(): ...'
    """
    names = _imported(statements)
    found = [
        decorator
        for statement in statements
        if names and isinstance(statement, ast.FunctionDef)
        for decorator in statement.decorator_list
        if _dotted(decorator) in names
    ]
    if not found or not _is_utf8(source):  # the places are counted in bytes of UTF-8
        return source
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    kept, end = [], 0
    for node in sorted(found, key=lambda node: node.lineno):
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        kept.append(source[end : starts[node.lineno - 1] + node.col_offset])
        end = starts[node.end_lineno - 1] + node.end_col_offset
    return b"".join([*kept, source[end:]])


def _imported(statements: Sequence[ast.stmt]) -> set[str]:
    """The names under which a module knows zenml's decorators."""
    found: set[str] = set()
    for statement in statements:
        if isinstance(statement, ast.Import):
            for alias in statement.names:
                if alias.name.partition(".")[0] == _PACKAGE:
                    base = alias.asname or alias.name
                    found.update(f"{name}.{end}" for name in (base, _PACKAGE) for end in _OURS)
        elif isinstance(statement, ast.ImportFrom) and not statement.level:
            if (statement.module or "").partition(".")[0] != _PACKAGE:
                continue
            for alias in statement.names:
                own = alias.asname or alias.name
                found.update([own] if alias.name in _OURS else [f"{own}.{end}" for end in _OURS])
    return found


def _dotted(decorator: ast.expr) -> str:
    node = decorator.func if isinstance(decorator, ast.Call) else decorator
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def _is_utf8(source: bytes) -> bool:
    try:
        source.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
