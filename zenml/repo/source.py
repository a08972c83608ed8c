"""Where a class is defined: its module by the name that it is found under later."""

from __future__ import annotations

import importlib
import os
import sys
from dataclasses import dataclass
from types import ModuleType

from zenml.errors import SourceNotFoundError
from zenml.repo.git import GitRepository
from zenml.repo.packages import distributions, external_spec
from zenml.repo.resolver import Resolver
from zenml.repo.root import find_root
from zenml.repo.roots import inside, module_name, root_of, source_roots
from zenml.repo.tree import SourceTree

MAIN = "__main__"
_TYPED = ("<stdin>", "<ipython-input", "<python-input", "<console>")


@dataclass(frozen=True)
class ClassSource:
    """Where a class is defined.

    Attributes:
        module: Dotted name of its module, from the source root; of a script,
            the name that it would be imported under.
        name: Of the class in the module; with dots where classes are nested.
        root: The source root, from the repository's root; None outside of it.
        packages: Of a class from an installed package: that distribution.

    Example:
        >>> ClassSource("steps.trainer", "MyTrainer").dotted
        'steps.trainer.MyTrainer'
    """

    module: str
    name: str
    root: str | None = None
    packages: tuple[tuple[str, str], ...] = ()

    @property
    def dotted(self) -> str:
        """`module.Class`, as it stands in a YAML file."""
        return f"{self.module}.{self.name}"

    @property
    def is_interactive(self) -> bool:
        """Whether it was typed into a notebook or an interpreter."""
        return self.module == MAIN and self.root is None


def source_of_class(cls: type, git: GitRepository) -> ClassSource:
    """Finds the source of a class.

    Raises:
        SourceNotFoundError: It is defined inside a function, or lies outside of
            the repository and of every installed package.
    """
    name = cls.__qualname__
    if "<locals>" in name:
        raise SourceNotFoundError(
            f"The class {name.rpartition('.')[2]} is defined inside a function "
            f"({cls.__module__}.{name}), where it cannot be found again. Define it at the top "
            "level of a module."
        )
    module = sys.modules.get(cls.__module__)
    file = getattr(module, "__file__", None)
    if cls.__module__ == MAIN and (file is None or not _defined_in(cls, file)):
        return ClassSource(MAIN, name)
    if module is None or file is None:
        raise SourceNotFoundError(
            f"The module {cls.__module__!r} of the class {name} has no source file that can be "
            "found."
        )
    path = inside(git.root, file)
    if path is None:
        return _outside(cls, file, git)
    return _within(module, name, path, source_roots(git.root))


def _within(module: ModuleType, name: str, path: str, roots: tuple[str, ...]) -> ClassSource:
    dotted = module.__name__
    if dotted == MAIN:
        spec = getattr(module, "__spec__", None)
        dotted = spec.name if spec is not None else os.path.splitext(os.path.basename(path))[0]
    root = root_of(path, dotted)
    if root is None:  # executed from its file under a name of somebody's own
        dotted = module_name(path, roots)
        root = root_of(path, dotted)
    if root is None:
        raise SourceNotFoundError(
            f"{path} cannot be imported: a file of steps must be called like a Python module, "
            "with no dot before its `.py`."
        )
    return ClassSource(dotted, name, root)


def _outside(cls: type, file: str, git: GitRepository) -> ClassSource:
    installed = "site-packages" in file or "dist-packages" in file
    packages = distributions([cls.__module__]) if installed else {}
    if packages:
        return ClassSource(cls.__module__, cls.__qualname__, None, tuple(packages.items()))
    other = find_root(os.path.dirname(file))
    home = f"in another repository, {other}" if other else f"in {file}"
    raise SourceNotFoundError(
        f"The class {cls.__module__}.{cls.__qualname__} is {home}, and not in {git.root}, so its "
        "version cannot be told. Run from its own repository, move it into this one, or install it "
        "as a package."
    )


def _defined_in(cls: type, file: str) -> bool:
    """False for a class typed into an interpreter after its script ran (`python -i`)."""
    for value in vars(cls).values():
        code = getattr(getattr(value, "__func__", value), "__code__", None)
        if code is not None and code.co_filename.startswith(_TYPED):
            return False
    return True


def source_of_name(source: str, git: GitRepository, tree: SourceTree) -> ClassSource:
    """Finds which part of `module.Class` is the module, in the files of a tree.

    Raises:
        SourceNotFoundError: No part of it is a module of the tree.
    """
    parts = source.split(".")
    if len(parts) < 2 or not all(parts):
        raise SourceNotFoundError(f"{source!r} is no class: write it as 'module.Class'.")
    error: SourceNotFoundError | None = None
    for end in range(len(parts) - 1, 0, -1):
        module = ".".join(parts[:end])
        try:
            resolver = Resolver.of(git, tree, module)
        except SourceNotFoundError as exc:
            error = error or exc
            continue
        return ClassSource(module, ".".join(parts[end:]), resolver.first)
    assert error is not None
    raise error


def installed_class(source: str, git: GitRepository) -> type | None:
    """The class of an installed package, by its dotted path; None where that is none."""
    parts = source.split(".")
    spec = external_spec(parts[0], git.root)
    if spec is None or not distributions([source]):
        return None
    for end in range(len(parts) - 1, 0, -1):
        module = ".".join(parts[:end])
        if external_spec(module, git.root) is not None:
            return class_in(importlib.import_module(module), ".".join(parts[end:]), source)
    return None


def class_in(module: ModuleType, name: str, source: str) -> type:
    """A class of a module, by its name there.

    Args:
        module: The module.
        name: With dots where classes are nested.
        source: What was asked for, said in the error.

    Raises:
        SourceNotFoundError: The module has no such class; lists those it has.
    """
    found: object = module
    for part in name.split("."):
        found = getattr(found, part, None)
    if isinstance(found, type):
        return found
    own = [
        key
        for key, value in vars(module).items()
        if isinstance(value, type) and value.__module__ == module.__name__
    ]
    have = f"It defines {', '.join(sorted(own))}." if own else "It defines no class."
    raise SourceNotFoundError(f"{source}: there is no class {name!r} in {module.__name__}. {have}")
