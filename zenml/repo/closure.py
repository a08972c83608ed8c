"""The closure of a module: all the user's code that it stands on.

That is its own file and every module of the repository that it imports,
directly or through others, with the `__init__.py` of the packages on the way.
What comes from outside counts by its installed version.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from zenml.repo.git import GitRepository
from zenml.repo.imports import Import, ModuleImports, read_imports
from zenml.repo.packages import distributions
from zenml.repo.resolver import Place, Resolver
from zenml.repo.tree import SourceTree, WorkTree

_imports: dict[str, ModuleImports] = {}


@dataclass(frozen=True)
class Closure:
    """The code that a module stands on, by content.

    Attributes:
        module: Dotted name of the module.
        files: Path from the repository's root -> name of its content in git.
        packages: Distribution -> installed version.
        absent: Paths that were looked for and are not there.
        root: The source root that the module is imported from.
        undecorated: Path -> sha256 without the decorators of steps and pipelines,
            of the files that have any.

    Example:
        >>> one = Closure("step", {"step.py": "1" * 40}, {"numpy": "1.26.4"})
        >>> two = Closure("step", {"step.py": "2" * 40}, {"numpy": "1.26.4"})
        >>> one.digest == two.digest
        False
    """

    module: str
    files: dict[str, str]
    packages: dict[str, str]
    absent: frozenset[str] = field(default=frozenset(), compare=False, repr=False)
    root: str = field(default="", compare=False, repr=False)
    undecorated: dict[str, str] = field(default_factory=dict, repr=False)

    @cached_property
    def digest(self) -> str:
        """sha256 over the contents of the files and the versions of the packages, in hex.

        The decorators of steps and pipelines do not count: see `without_decorators`.
        """
        files = {**self.files, **self.undecorated}
        return digest_of({"files": files, "packages": self.packages})


def digest_of(value: object) -> str:
    """sha256 of plain data, in hex; the order of keys does not matter."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def closure_of(
    module: str, git: GitRepository, tree: SourceTree | None = None, root: str | None = None
) -> Closure:
    """Reads the closure of a module.

    Args:
        module: Dotted name.
        git: The repository.
        tree: Its files; None is the working tree.
        root: The source root to look for it in first.

    Raises:
        SourceNotFoundError: The tree has no such module.
    """
    resolver = Resolver.of(git, tree or WorkTree(git), module, root)
    walk = _Walk(resolver)
    walk.run(module)
    files = {path: resolver.tree.blob(path) for path in sorted(walk.files)}
    undecorated = {path: _imports[blob].undecorated for path, blob in files.items()}
    return Closure(
        module=module,
        files=files,
        packages=distributions(walk.external),
        undecorated={path: digest for path, digest in undecorated.items() if digest},
        absent=frozenset(resolver.absent),
        root=resolver.first,
    )


class _Walk:
    """From import to import, all files of one distance at a time."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self.files: set[str] = set()
        self.external: set[str] = set()
        self._seen: set[str] = set()
        self._next: list[tuple[str, Place]] = []

    def run(self, module: str) -> None:
        self._visit(module)
        while self._next:
            level, self._next = self._next, []
            self.resolver.tree.prefetch([place.file for _, place in level if place.file])
            for name, place in level:
                for statement in self._read(place).imports:
                    self._follow(statement, name, place)

    def _read(self, place: Place) -> ModuleImports:
        if place.file is None:
            return ModuleImports()
        blob = self.resolver.tree.blob(place.file)
        if blob not in _imports:
            _imports[blob] = read_imports(self.resolver.tree.read(place.file))
        return _imports[blob]

    def _visit(self, name: str) -> Place | None:
        """Takes in a module and the packages around it; None if not the user's."""
        place: Place | None = None
        for prefix in _prefixes(name):
            place = self.resolver.locate(prefix)
            if place is None:
                return None
            if prefix not in self._seen:
                self._seen.add(prefix)
                self._next.append((prefix, place))
                if place.file is not None:
                    self.files.add(place.file)
        return place

    def _follow(self, statement: Import, name: str, place: Place) -> None:
        base = statement.module
        if statement.level:
            package = (name if place.is_package else name.rpartition(".")[0]).split(".")
            if statement.level > len(package) or not package[0]:
                return  # more dots than packages: an error for Python to report
            above = package[: len(package) - statement.level + 1]
            base = ".".join([*above, base] if base else above)
        found = self._visit(base)
        if found is None:
            self._outside(base, statement.names)
            return
        star = "*" in statement.names
        for item in self._read(found).exports if star else statement.names:
            if found.is_package and self._visit(f"{base}.{item}") is None and not found.file:
                self._outside(f"{base}.{item}", ())

    def _outside(self, base: str, names: tuple[str, ...]) -> None:
        """Notes an import that is not the user's, unless it is a name within his modules."""
        top = self.resolver.locate(base.partition(".")[0])
        if top is not None and top.file is not None:
            return
        self.external.add(base)
        self.external.update(f"{base}.{name}" for name in names if name != "*")


def _prefixes(name: str) -> Iterator[str]:
    parts = name.split(".")
    return (".".join(parts[:end]) for end in range(1, len(parts) + 1))
