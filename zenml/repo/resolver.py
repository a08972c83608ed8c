"""Finds modules in a file tree the way Python's import would, without importing."""

from __future__ import annotations

from dataclasses import dataclass

from zenml.errors import SourceNotFoundError
from zenml.repo.git import GitRepository
from zenml.repo.packages import external_spec, is_standard
from zenml.repo.roots import is_own, path_roots, root_of, search_root, source_roots
from zenml.repo.tree import SourceTree

_OWN = "zenml"


@dataclass(frozen=True)
class Place:
    """Where a module lies.

    Attributes:
        file: Its source; None for a namespace package.
        folders: Where its submodules are looked for; None for a plain module.

    Example:
        >>> Place("pkg/__init__.py", ("pkg",)).is_package
        True
    """

    file: str | None
    folders: tuple[str, ...] | None = None

    @property
    def is_package(self) -> bool:
        """Whether it can have submodules."""
        return self.folders is not None


class Resolver:
    """Answers where in a tree a module lies, for one module and all that it imports.

    Args:
        tree: The files.
        module: Dotted name of the module to start from. The source root that it
            is found in comes before the others, as if it was run from there,
            unless it has a place in `sys.path`.
        roots: Source roots, in the order in which they are looked through.
        first: The source root in which the first module is looked for before.
        on_path: The roots whose place in the order is Python's own.

    Attributes:
        first: The source root that the first module is in.
        absent: Paths that were looked at and are not there: would they come to
            be, another file might be found.

    Raises:
        SourceNotFoundError: The tree has no such module.

    Example:
        >>> import subprocess, tempfile
        >>> from pathlib import Path
        >>> from zenml.repo.tree import WorkTree
        >>> folder = Path(tempfile.mkdtemp())
        >>> done = subprocess.run(["git", "init", "--quiet", folder])
        >>> done = (folder / "step.py").write_text("import helper, json")
        >>> done = (folder / "helper.py").write_text("")
        >>> resolver = Resolver(WorkTree(GitRepository(folder)), "step", ("",))
        >>> resolver.locate("helper"), resolver.locate("json")
        (Place(file='helper.py', folders=None), None)
    """

    def __init__(
        self,
        tree: SourceTree,
        module: str,
        roots: tuple[str, ...],
        first: str | None = None,
        on_path: tuple[str, ...] = (),
    ) -> None:
        self.tree = tree
        self.roots = roots
        self.absent: set[str] = set()
        self._known: dict[str, Place | None] = {}
        self.first = self._root_of(module, roots if first is None else (first, *roots))
        if self.first not in on_path:
            self.roots = tuple(dict.fromkeys((self.first, *roots)))

    @classmethod
    def of(
        cls, git: GitRepository, tree: SourceTree, module: str, first: str | None = None
    ) -> Resolver:
        """With the source roots of this process.

        Args:
            git: The repository.
            tree: The files.
            module: Dotted name of the module to start from.
            first: The source root to look for it in first.
        """
        return cls(tree, module, source_roots(git.root), first, path_roots(git.root))

    def locate(self, name: str) -> Place | None:
        """Where a module lies, by its dotted name; None if not in the user's tree."""
        if name not in self._known:
            self._known[name] = self._look_for(name)
        return self._known[name]

    def _look_for(self, name: str) -> Place | None:
        parent, _, last = name.rpartition(".")
        if parent:
            place = self.locate(parent)
            return self._find(place.folders, last) if place and place.folders else None
        if name == _OWN or name == "__future__":
            return None
        if is_standard(name):
            # Only beside the first module, where Python looks before its own library.
            place = self._find((self.first,), name)
            return place if place and place.file else None
        place = self._find(self.roots, name)
        if place is not None and place.file is not None:
            return place
        spec = external_spec(name, self.tree.git.root)
        if spec is not None:
            # A folder that happens to be called like an installed package is not it, but
            # a namespace package can lie in both.
            return place if spec.origin is None else None
        return place or self._elsewhere(name)

    def _elsewhere(self, name: str) -> Place | None:
        """A module that code puts on `sys.path` when it runs, or an editable install does."""
        tops = (f"{name}.py", f"{name}/__init__.py")
        found = [path for path in self.tree.files() if path.endswith(tops)]
        roots = {root_of(path, name) for path in found}
        own = sorted(root for root in roots if root is not None and is_own(root))
        return self._find((own[0],), name) if own else None

    def _find(self, folders: tuple[str, ...], name: str) -> Place | None:
        portions = []
        for folder in folders:
            base = f"{folder}/{name}" if folder else name
            is_folder = self.tree.is_dir(base)
            if is_folder and self._has(f"{base}/__init__.py"):
                return Place(self.tree.canonical(f"{base}/__init__.py"), (base,))
            if self._has(f"{base}.py"):
                return Place(self.tree.canonical(f"{base}.py"))
            if is_folder:
                portions.append(base)
            else:
                self.absent.add(base)
        return Place(None, tuple(portions)) if portions else None

    def _has(self, path: str) -> bool:
        found = self.tree.is_file(path)
        if not found:
            self.absent.add(path)
        return found

    def _root_of(self, module: str, roots: tuple[str, ...]) -> str:
        top, *rest = module.split(".")
        for root in dict.fromkeys(roots):
            place = self._find((root,), top)
            for part in rest:
                place = self._find(place.folders, part) if place and place.folders else None
            if place is not None and place.file is not None:
                return root
        found = search_root(self.tree, module)
        if found is None:
            looked = ", ".join(repr(root or ".") for root in roots)
            raise SourceNotFoundError(
                f"There is no module {module!r} in {self.tree}. Looked in {looked}, "
                "then in every folder."
            )
        return found
