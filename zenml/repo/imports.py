"""What a module imports, read from its source without running it."""

from __future__ import annotations

import ast
import hashlib
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from zenml.repo.decorators import without_decorators

_CALLS = ("__import__", "import_module")
_NAMED = "CUSTOM_MODULE"  # an evaluator imports the module that this names


@dataclass(frozen=True)
class Import:
    """One import statement.

    Attributes:
        module: Dotted name after `import` or `from`; "" in `from . import x`.
        level: Number of leading dots.
        names: What `from` takes; empty for a plain `import`.

    Example:
        >>> read_imports(b"from ..a import b, c").imports
        (Import(module='a', level=2, names=('b', 'c')),)
    """

    module: str
    level: int = 0
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class ModuleImports:
    """The imports of one source file.

    Attributes:
        imports: Wherever they stand: in functions, under conditions, for type
            checkers, as calls of `import_module` with a literal name, and as an
            evaluator's `CUSTOM_MODULE`.
        exports: The names in a literal `__all__`: of a package, a star import
            takes its modules from there.
        undecorated: sha256 of the source without the decorators of its steps and
            pipelines, in hex; "" where it has none.

    Example:
        >>> read_imports(b"__all__ = ['x']").exports
        ('x',)
    """

    imports: tuple[Import, ...] = ()
    exports: tuple[str, ...] = ()
    undecorated: str = ""


def read_imports(source: bytes) -> ModuleImports:
    """Reads the imports of a source file; of one that is no Python, none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # SyntaxWarnings are for whoever runs it
            tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ModuleImports()
    statements = list(_statements(tree.body))
    found = [_read(statement) for statement in statements]
    if any(call.encode() in source for call in _CALLS):
        found += [_read_call(node) for node in ast.walk(tree)]
    imports = dict.fromkeys(item for group in found for item in group)
    exports = _exports(tree) if b"__all__" in source else ()
    bare = without_decorators(source, statements)
    digest = "" if bare is source else hashlib.sha256(bare).hexdigest()
    return ModuleImports(tuple(imports), exports, digest)


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Every statement, however deep. Expressions hold none, so they are not walked."""
    waiting = [body]
    while waiting:
        for statement in waiting.pop():
            yield statement
            for name in ("body", "orelse", "finalbody"):
                inner = getattr(statement, name, None)
                if inner:
                    waiting.append(inner)
            for name in ("handlers", "cases"):
                waiting += [part.body for part in getattr(statement, name, ())]


def _read(statement: ast.stmt) -> list[Import]:
    if isinstance(statement, ast.Import):
        return [Import(alias.name) for alias in statement.names]
    if isinstance(statement, ast.ImportFrom):
        names = tuple(alias.name for alias in statement.names)
        return [Import(statement.module or "", statement.level, names)]
    if isinstance(statement, (ast.Assign, ast.AnnAssign)):
        return _read_named(statement)
    return []


def _read_named(statement: ast.Assign | ast.AnnAssign) -> list[Import]:
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    if not any(_NAMED in (getattr(t, "id", ""), getattr(t, "attr", "")) for t in targets):
        return []
    name = getattr(statement.value, "value", None)
    dotted = isinstance(name, str) and all(part.isidentifier() for part in name.split("."))
    return [Import(str(name))] if dotted else []


def _read_call(node: ast.AST) -> list[Import]:
    if not (isinstance(node, ast.Call) and node.args):
        return []
    called = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
    first = node.args[0]
    if called not in _CALLS or not isinstance(first, ast.Constant):
        return []
    if not isinstance(first.value, str) or not first.value:
        return []
    name = first.value.lstrip(".")
    level = len(first.value) - len(name)
    # `import_module(".a", package)` is `from . import a`; the package is the own one nearly always.
    return [Import("", level, (name,))] if level else [Import(name)]


def _exports(tree: ast.Module) -> tuple[str, ...]:
    names: list[str] = []
    for statement in tree.body:
        targets: list[ast.expr] = []
        if isinstance(statement, ast.Assign):
            targets = statement.targets
        elif isinstance(statement, (ast.AnnAssign, ast.AugAssign)):
            targets = [statement.target]
        if not any(isinstance(target, ast.Name) and target.id == "__all__" for target in targets):
            continue
        value = getattr(statement, "value", None)
        if isinstance(value, (ast.List, ast.Tuple)):
            constants = (item.value for item in value.elts if isinstance(item, ast.Constant))
            names += [value for value in constants if isinstance(value, str)]
    return tuple(names)
