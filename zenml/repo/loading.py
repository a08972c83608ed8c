"""Classes by their dotted path and version: today's, and as they were at a commit."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import ModuleType
from typing import Any

from zenml.errors import SourceNotFoundError, StepInterfaceError, VersionNotFoundError, ZenMLError
from zenml.repo.at_commit import CommitModules
from zenml.repo.git import GitRepository
from zenml.repo.resolver import Resolver
from zenml.repo.roots import path_roots
from zenml.repo.source import (
    MAIN,
    ClassSource,
    class_in,
    installed_class,
    source_of_name,
)
from zenml.repo.tree import WorkTree
from zenml.repo.versions import OWN_PREFIX, class_told, commit_tree, refuse_edited, version_of
from zenml.spec import UNPINNED, StepSpec
from zenml.steps.base import BaseStep
from zenml.version import __version__

_loading: ContextVar[bool] = ContextVar("zenml_loading", default=False)
_commits: dict[tuple[str, str, str], CommitModules] = {}


def is_loading() -> bool:
    """Whether a user's module is being imported only to load a class from it.

    A script that is imported for its step must not run its pipeline once more.
    """
    return _loading.get()


def load_step(spec: StepSpec) -> BaseStep:
    """Brings a step back to life: its class at its version, made from its arguments.

    Raises:
        VersionNotFoundError: There is no such class at that version.
        SourceNotFoundError: There is no such class today.
        StepInterfaceError: The class is no step.
    """
    cls = load_class(spec.source, spec.version)
    if not issubclass(cls, BaseStep):
        raise StepInterfaceError(f"{spec.source} is no step: it does not inherit from BaseStep.")
    return cls.from_config(spec)


def load_class(source: str, version: str, *, git: GitRepository | None = None) -> type:
    """Loads a class at a version.

    Args:
        source: `module.Class`.
        version: "unpinned", "zenml_<version>", or a commit. If the class of today
            is at that version, it is imported in the ordinary way.
        git: The repository; None is the one around the current folder.

    Raises:
        VersionNotFoundError: There is no such class at that version; lists what there is.
        SourceNotFoundError: There is no such class today, or importing it failed.
        RepositoryError: The class in memory is not what its files hold any more.
    """
    if version.startswith(OWN_PREFIX) or source.startswith("zenml."):
        return _load_own(source, version)
    git = git or GitRepository()
    told = class_told(source, version, git)
    if told is not None:
        return told[0]
    if version == UNPINNED or _is_todays(source, version, git):
        return _load_today(source, git)
    return load_class_at(source, version, git=git, keep=True)


def load_class_at(
    source: str, revision: str, *, git: GitRepository | None = None, keep: bool = False
) -> type:
    """Loads a class from git's objects as it was at a commit, with what it imported then.

    Args:
        source: `module.Class`.
        revision: Name of the commit: a sha, whole or abbreviated, or a tag.
        git: The repository; None is the one around the current folder.
        keep: Leave its modules in `sys.modules`, under names of their own, as Beam
            needs it; otherwise `sys.modules` stays as it is.

    Returns:
        A class with `__zenml_version__`, the full sha. Instances can be pickled.

    Raises:
        VersionNotFoundError: No such commit, module or class; lists what there is.
    """
    git = git or GitRepository()
    tree = commit_tree(git, revision, source)
    try:
        found = source_of_name(source, git, tree)
    except SourceNotFoundError as exc:
        files = sorted(path for path in tree.files() if path.endswith(".py"))
        listed = ", ".join(files[:20]) + (", ..." if len(files) > 20 else "")
        raise VersionNotFoundError(f"{exc} Its Python files: {listed or 'none'}.") from exc
    key = (str(git.root), tree.sha, found.root or "")
    if key not in _commits:
        _commits[key] = CommitModules(tree, found.module, found.root)
    with _importing(source, f"at {tree}", VersionNotFoundError):
        module = _commits[key].load(found.module)
    try:
        cls = class_in(module, found.name, source)
    except SourceNotFoundError as exc:
        touched = git.log([str(module.__file__)[len(str(git.root)) + 1 :].rpartition("@")[0]], 10)
        listed = "".join(f"\n  {commit}" for commit in touched)
        raise VersionNotFoundError(f"{exc} Commits that touched its file:{listed}") from exc
    if keep:
        _commits[key].keep()
    own = cls.__module__.startswith(f"{_commits[key].prefix}.")
    return _marked(cls, source, tree.sha, git) if own else cls


def _marked(cls: type, source: str, sha: str, git: GitRepository) -> type:
    if "__zenml_version__" not in vars(cls):
        root = str(git.root)

        def reduce(self: object, protocol: Any = None) -> Any:
            if type(self) is not cls:
                return object.__reduce_ex__(self, 2)
            state = getattr(self, "__getstate__", None)  # which every object has since 3.11
            return _empty_instance, (root, source, sha), state() if state else vars(self)

        for name, value in (("__zenml_version__", sha), ("__zenml_source__", source)):
            setattr(cls, name, value)
        plain: Any = (cls.__reduce__, cls.__reduce_ex__)
        if plain == (object.__reduce__, object.__reduce_ex__):
            setattr(cls, "__reduce_ex__", reduce)  # noqa: B010 - mypy knows it as a method
    return cls


def _empty_instance(root: str, source: str, sha: str) -> object:
    """Unpickles an instance of a class of a commit, here or in another process."""
    cls: Any = load_class_at(source, sha, git=GitRepository(root))
    return cls.__new__(cls)


def _load_own(source: str, version: str) -> type:
    own = f"{OWN_PREFIX}{__version__}"
    if version not in (own, UNPINNED):
        raise VersionNotFoundError(
            f"{source} is asked for at {version}, and this is {own}. "
            f"Install that one (pip install zenml=={version.removeprefix(OWN_PREFIX)}), or run the "
            "pipeline anew to have it at this one."
        )
    if not source.startswith("zenml."):
        raise VersionNotFoundError(f"{source} is not zenml's, so it has no version {version}.")
    module, _, name = source.rpartition(".")
    try:
        return class_in(importlib.import_module(module), name, source)
    except ImportError as exc:
        raise SourceNotFoundError(f"{source} cannot be imported: {exc}") from exc


def _is_todays(source: str, version: str, git: GitRepository) -> bool:
    try:
        return version_of(source, git=git).version == version
    except SourceNotFoundError:
        return False


def _load_today(source: str, git: GitRepository) -> type:
    if source.startswith(f"{MAIN}."):
        return class_in(sys.modules[MAIN], source[len(MAIN) + 1 :], source)
    try:
        found = source_of_name(source, git, WorkTree(git))
    except SourceNotFoundError:
        cls = installed_class(source, git)
        if cls is None:
            raise
        return cls
    cls = class_in(_import_today(found, git), found.name, source)
    refuse_edited(cls, found, git)
    return cls


def _import_today(found: ClassSource, git: GitRepository) -> ModuleType:
    resolver = Resolver.of(git, WorkTree(git), found.module, found.root)
    place = resolver.locate(found.module)
    assert place is not None
    assert place.file is not None
    file = os.path.realpath(git.root / place.file)
    main = sys.modules.get(MAIN)
    if _is_file(main, file):
        assert main is not None
        return main
    known = sys.modules.get(found.module)
    if known is not None:
        if not _is_file(known, file):
            raise SourceNotFoundError(
                f"{file} cannot be imported as {found.module!r}: that name was imported from "
                f"{getattr(known, '__file__', 'elsewhere')} before. Rename one of the two."
            )
        return known
    _extend_path(git, resolver)
    importlib.invalidate_caches()
    with _importing(found.dotted, f"of {file}", SourceNotFoundError):
        return importlib.import_module(found.module)


def _is_file(module: ModuleType | None, file: str) -> bool:
    known = getattr(module, "__file__", None)
    return known is not None and os.path.realpath(known) == file


def _extend_path(git: GitRepository, resolver: Resolver) -> None:
    """Puts the source roots on `sys.path`, to stay: steps import inside functions too."""
    there = path_roots(git.root)
    if resolver.first not in there:
        sys.path.insert(0, str(git.root / resolver.first))
    for root in resolver.roots:
        folder = str(git.root / root)
        if root not in (*there, resolver.first) and os.path.isdir(folder):
            sys.path.append(folder)


@contextmanager
def _importing(source: str, where: str, error: type[ZenMLError]) -> Iterator[None]:
    """While user's code is imported for loading; says which import failed, and keeps its cause."""
    token = _loading.set(True)
    try:
        yield
    except ZenMLError:
        raise
    except Exception as exc:  # whatever the user's module raises
        raise error(
            f"{source}: importing its module {where} failed with {type(exc).__name__}: {exc}"
        ) from exc
    finally:
        _loading.reset(token)
