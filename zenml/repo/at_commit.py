"""Modules as they were at a commit, executed beside those of today.

Each commit has modules of its own, under names of their own
(`at_1a2b3c4d5e6f.steps.trainer`), with an `__import__` of their own: what they
import from the repository, when they load or later inside a function, comes
from the same commit. What they import from elsewhere is the normal thing.
`sys.modules` holds them only while one of them is being executed, unless they are
kept there: what runs in a pipeline is pickled by Beam, which then finds functions by
their module's name. Without it Beam would send a copy of the function, whose imports
are those of today.
"""

from __future__ import annotations

import builtins
import importlib
import importlib.util
import linecache
import os
import re
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.abc import InspectLoader
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from zenml.repo.packages import external_spec, is_standard
from zenml.repo.resolver import Place, Resolver
from zenml.repo.roots import inside
from zenml.repo.tree import CommitTree

_SHORT = 12
_lock = threading.RLock()


class CommitModules:
    """The modules of one commit.

    Args:
        tree: The files of the commit.
        module: Dotted name of the first module that will be asked for.
        root: The source root to look for it in first.

    Raises:
        SourceNotFoundError: The commit has no such module.

    Example:
        >>> import subprocess, tempfile
        >>> from pathlib import Path
        >>> from zenml.repo.git import GitRepository
        >>> folder = Path(tempfile.mkdtemp())
        >>> def git(*words):
        ...     who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"]
        ...     return subprocess.run(["git", "-C", folder, *who, *words], capture_output=True)
        >>> done = git("init")
        >>> done = (folder / "sums.py").write_text("def add(a, b): return a + b")
        >>> done = git("add", "."), git("commit", "-m", "Add sums")
        >>> done = (folder / "sums.py").write_text("broken, since")
        >>> repo = GitRepository(folder)
        >>> CommitModules(CommitTree(repo, repo.head_sha()), "sums").load("sums").add(1, 2)
        3
    """

    def __init__(self, tree: CommitTree, module: str, root: str | None = None) -> None:
        self.tree = tree
        self.prefix = re.sub(r"\W", "_", f"at_{tree.sha[:_SHORT]}_{root or ''}").rstrip("_")
        self._resolver = Resolver.of(tree.git, tree, module, root)
        self._modules: dict[str, ModuleType] = {}
        self._complete: set[str] = set()
        self._package = ModuleType(self.prefix)
        self._package.__path__ = []
        self._depth = 0
        self._kept = False
        self._builtins = {**vars(builtins), "__import__": self._import}
        self._importlib = _Importlib(self._import_module)

    def load(self, name: str) -> ModuleType:
        """The module of that dotted name.

        Raises:
            ModuleNotFoundError: The commit does not have it.
            Exception: What its code raises.
        """
        if name in self._complete:  # an import inside a function comes by at every call
            return self._modules[name]
        with _lock, self._registered():
            parent_name, _, last = name.rpartition(".")
            parent = self.load(parent_name) if parent_name else None
            if name in self._modules:
                return self._modules[name]
            place = self._resolver.locate(name)
            if place is None:
                return self._from_elsewhere(name, parent)
            module = self._execute(name, place)
            self._complete.add(name)
            setattr(parent or self._package, last, module)
            return module

    def keep(self) -> None:
        """Leaves the modules in `sys.modules`, under their own names, from now on."""
        with _lock:
            self._kept = True
            sys.modules.update(self._named())

    def has(self, name: str) -> bool:
        """Whether the commit has a module of that dotted name."""
        return self._resolver.locate(name) is not None

    def _from_elsewhere(self, name: str, parent: ModuleType | None) -> ModuleType:
        """Part of a namespace package that an installed distribution holds."""
        error = ModuleNotFoundError(
            f"No module named {name!r} at {self.tree} of {self.tree.git.root}", name=name
        )
        if parent is None or getattr(parent, "__file__", None) is not None:
            raise error
        spec = external_spec(name, self.tree.git.root)
        if spec is None:
            raise error
        module = importlib.import_module(name)
        setattr(parent, name.rpartition(".")[2], module)
        return module

    def _execute(self, name: str, place: Place) -> ModuleType:
        private = f"{self.prefix}.{name}"
        module = ModuleType(private)
        module.__dict__["__builtins__"] = self._builtins
        source = self.tree.read(place.file) if place.file else b""
        filename = f"{self.tree.git.root}/{place.file}@{self.tree.sha[:_SHORT]}"
        loader = _Loader(private, source)
        module.__spec__ = ModuleSpec(private, loader, origin=filename, is_package=place.is_package)
        module.__loader__ = loader
        module.__package__ = private if place.is_package else private.rpartition(".")[0]
        if place.folders is not None:
            module.__path__ = [f"{self.tree.git.root}/{folder}" for folder in place.folders]
        self._modules[name] = sys.modules[private] = module
        if place.file is None:
            return module
        module.__file__ = filename
        lines = loader.get_source(private).splitlines(keepends=True)
        linecache.cache[filename] = (len(source), None, lines, filename)
        try:
            exec(compile(source, filename, "exec", dont_inherit=True), module.__dict__)
        except BaseException:
            del self._modules[name]
            sys.modules.pop(private, None)
            raise
        return module

    @contextmanager
    def _registered(self) -> Iterator[None]:
        """Holds the modules in `sys.modules` while any of them is executed.

        Dataclasses, among others, look up the module of a class there.
        """
        self._depth += 1
        if self._depth == 1:
            sys.modules.update(self._named())
        try:
            yield
        finally:
            self._depth -= 1
            if self._depth == 0 and not self._kept:
                for name in self._named():
                    sys.modules.pop(name, None)

    def _named(self) -> dict[str, ModuleType]:
        """The modules by the names that they have in `sys.modules`."""
        named = {f"{self.prefix}.{name}": module for name, module in self._modules.items()}
        return {self.prefix: self._package, **named}

    def _import(
        self,
        name: str,
        globals: Mapping[str, object] | None = None,
        locals: Mapping[str, object] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        """What `import` does in these modules; see `builtins.__import__`."""
        if level:
            package = str((globals or {}).get("__package__") or "")
            name = self._absolute(name, level, package)
        top = name.partition(".")[0]
        if not self.has(top):
            return self._import_other(name, globals, locals, fromlist)
        module = self.load(name)
        if not fromlist:
            return self.load(top)
        if hasattr(module, "__path__"):
            self._load_from_list(name, module, fromlist)
        return module

    def _absolute(self, name: str, level: int, package: str) -> str:
        own = package.removeprefix(self.prefix).removeprefix(".")
        parts = own.split(".") if own else []
        if level > len(parts):
            raise ImportError("attempted relative import with no known parent package")
        above = parts[: len(parts) - level + 1]
        return ".".join([*above, name] if name else above)

    def _load_from_list(self, name: str, module: ModuleType, fromlist: Sequence[str]) -> None:
        for item in fromlist:
            if item == "*":
                self._load_from_list(name, module, list(getattr(module, "__all__", ())))
            elif not hasattr(module, item):
                try:
                    self.load(f"{name}.{item}")
                except ModuleNotFoundError as exc:
                    if exc.name != f"{name}.{item}":
                        raise

    def _import_other(
        self,
        name: str,
        globals: Mapping[str, object] | None,
        locals: Mapping[str, object] | None,
        fromlist: Sequence[str] | None,
    ) -> ModuleType:
        self._refuse_todays(name)
        module = builtins.__import__(name, globals, locals, fromlist or (), 0)
        return self._importlib if module is importlib else module

    def _refuse_todays(self, name: str) -> None:
        """A module that the repository has today, and had not then, must not be found."""
        top = name.partition(".")[0]
        if top == "zenml" or is_standard(top):
            return
        known = sys.modules.get(top)
        if known is not None:
            places = [getattr(known, "__file__", None), *getattr(known, "__path__", ())]
        else:
            spec = importlib.util.find_spec(top)
            places = [spec.origin, *(spec.submodule_search_locations or ())] if spec else []
        root = self.tree.git.root
        files = [place for place in places if place and os.path.isabs(place)]
        own = [place for place in files if inside(root, place) is not None]
        if own and len(own) == len(files):
            raise ModuleNotFoundError(
                f"No module named {name!r} at {self.tree}: {own[0]} came later", name=name
            )

    def _import_module(self, name: str, package: str | None = None) -> ModuleType:
        """What `importlib.import_module` does in these modules."""
        stripped = name.lstrip(".")
        if stripped != name:
            name = self._absolute(stripped, len(name) - len(stripped), package or "")
        name = name.removeprefix(f"{self.prefix}.")
        if self.has(name.partition(".")[0]):
            return self.load(name)
        self._refuse_todays(name)
        return importlib.import_module(name)


class _Loader(InspectLoader):
    """Lets `inspect` and tracebacks show the source of a commit's module."""

    def __init__(self, name: str, source: bytes) -> None:
        self.name = name
        self.source = source

    def get_source(self, fullname: str) -> str:
        return importlib.util.decode_source(self.source)


class _Importlib(ModuleType):
    """`importlib` whose `import_module` stays at the commit."""

    def __init__(self, import_module: Callable[..., ModuleType]) -> None:
        super().__init__("importlib")
        self.import_module = import_module

    def __getattr__(self, name: str) -> Any:
        return getattr(importlib, name)
