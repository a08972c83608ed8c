"""Where a definition is: its module by the name that it is found under later."""

from __future__ import annotations

import importlib
import inspect
import os
import sys
from dataclasses import dataclass
from functools import partial
from types import ModuleType
from typing import Any

from zenml.errors import SourceNotFoundError
from zenml.repo.definitions import (
    Definition,
    attribute,
    definition_in,
    is_definition,
    name_in,
    noun,
    origin,
)
from zenml.repo.git import GitRepository
from zenml.repo.moment import once
from zenml.repo.packages import distributions, external_spec
from zenml.repo.resolver import Resolver
from zenml.repo.root import find_root
from zenml.repo.roots import inside, module_name, root_of, source_roots
from zenml.repo.tree import SourceTree

MAIN = "__main__"
_TYPED = ("<stdin>", "<ipython-input", "<python-input", "<console>")


@dataclass(frozen=True)
class Source:
    """Where a definition is.

    Attributes:
        module: Dotted name of its module, from the source root; of a script,
            the name that it would be imported under.
        name: In the module; with dots where classes are nested.
        root: The source root, from the repository's root; None outside of it.
        packages: Of a definition from an installed package: that distribution.

    Example:
        >>> Source("steps.trainer", "MyTrainer").dotted
        'steps.trainer.MyTrainer'
    """

    module: str
    name: str
    root: str | None = None
    packages: tuple[tuple[str, str], ...] = ()

    @property
    def dotted(self) -> str:
        """`module.Class` or `module.function`, as it stands in a YAML file."""
        return f"{self.module}.{self.name}"

    @property
    def is_interactive(self) -> bool:
        """Whether it was typed into a notebook or an interpreter."""
        return self.module == MAIN and self.root is None


def source_of(definition: Definition, git: GitRepository) -> Source:
    """Finds the source of a definition.

    Raises:
        SourceNotFoundError: It is defined inside a function, or lies outside of
            the repository and of every installed package.
    """
    module = sys.modules.get(definition.__module__)
    name = name_in(definition, module)
    file = getattr(module, "__file__", None)
    if definition.__module__ == MAIN and (file is None or not _is_in_file(definition)):
        return Source(MAIN, name)
    if module is None or file is None:
        raise SourceNotFoundError(
            f"The module {definition.__module__!r} of the {noun(definition)} {name} has no source "
            "file that can be found."
        )
    home, root = once(("home", git.root, file, module.__name__), partial(_home, module, file, git))
    if home is None:
        return _outside(definition, name, file, git)
    return Source(home, name, root)


def _home(module: ModuleType, file: str, git: GitRepository) -> tuple[str, str] | tuple[None, None]:
    """The name that a module is imported under, and its source root; None if not the user's."""
    path = inside(git.root, file)
    if path is None:
        return None, None
    dotted = module.__name__
    if dotted == MAIN:
        spec = getattr(module, "__spec__", None)
        dotted = spec.name if spec is not None else os.path.splitext(os.path.basename(path))[0]
    root = root_of(path, dotted)
    if root is None:  # executed from its file under a name of somebody's own
        dotted = module_name(path, source_roots(git.root))
        root = root_of(path, dotted)
    if root is None:
        raise SourceNotFoundError(
            f"{path} cannot be imported: a file of steps must be called like a Python module, "
            "with no dot before its `.py`."
        )
    return dotted, root


def _outside(definition: Definition, name: str, file: str, git: GitRepository) -> Source:
    installed = "site-packages" in file or "dist-packages" in file
    module = definition.__module__
    packages = distributions([module]) if installed else {}
    if packages:
        return Source(module, name, None, tuple(packages.items()))
    other = find_root(os.path.dirname(file))
    home = f"in another repository, {other}" if other else f"in {file}"
    raise SourceNotFoundError(
        f"The {noun(definition)} {module}.{name} is {home}, and not in {git.root}, so its "
        "version cannot be told. Run from its own repository, move it into this one, or install it "
        "as a package."
    )


def _is_in_file(definition: Definition) -> bool:
    """False for what was typed into an interpreter after its script ran (`python -i`)."""
    itself = origin(definition)
    parts = vars(itself).values() if isinstance(itself, type) else [inspect.unwrap(itself)]
    for part in parts:
        code = getattr(getattr(part, "__func__", part), "__code__", None)
        if code is not None and code.co_filename.startswith(_TYPED):
            return False
    return True


def source_of_name(source: str, git: GitRepository, tree: SourceTree) -> Source:
    """Finds which part of a dotted path is the module, in the files of a tree.

    Raises:
        SourceNotFoundError: No part of it is a module of the tree.
    """
    parts = source.split(".")
    if len(parts) < 2 or not all(parts):
        raise SourceNotFoundError(
            f"{source!r} names no class or function: write it as 'module.Class' or "
            "'module.function'."
        )
    error: SourceNotFoundError | None = None
    for end in range(len(parts) - 1, 0, -1):
        module = ".".join(parts[:end])
        key = "module", git.root, str(tree), module
        root = once(key, partial(_root_of_module, module, git, tree))
        if isinstance(root, str):
            return Source(module, ".".join(parts[end:]), root)
        error = error or root
    assert error is not None
    raise error


def _root_of_module(module: str, git: GitRepository, tree: SourceTree) -> str | SourceNotFoundError:
    try:
        return Resolver.of(git, tree, module).first
    except SourceNotFoundError as exc:
        return exc


def typed_definition(source: str) -> Any:
    """What was typed into this session, by its dotted path.

    Raises:
        SourceNotFoundError: This session has nothing of that name.
    """
    found = attribute(sys.modules.get(MAIN), source[len(MAIN) + 1 :])
    if not is_definition(found):
        raise SourceNotFoundError(
            f"{source} was typed into a session (a notebook, an interpreter), and this one does "
            "not have it. Put it into a module of the repository."
        )
    return found


def installed_definition(source: str, git: GitRepository) -> Any:
    """The definition of an installed package, by its dotted path; None where that is none."""
    parts = source.split(".")
    spec = external_spec(parts[0], git.root)
    if spec is None or not distributions([source]):
        return None
    for end in range(len(parts) - 1, 0, -1):
        module = ".".join(parts[:end])
        if external_spec(module, git.root) is not None:
            return definition_in(importlib.import_module(module), ".".join(parts[end:]), source)
    return None
