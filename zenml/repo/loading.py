"""Definitions by their dotted path and version: today's, and as they were at a commit."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import ModuleType
from typing import Any

from zenml.errors import SourceNotFoundError, StepInterfaceError, VersionNotFoundError, ZenMLError
from zenml.repo.at_commit import CommitModules
from zenml.repo.definitions import Definition, definition_in, is_function, origin
from zenml.repo.git import GitRepository
from zenml.repo.moment import one_moment
from zenml.repo.resolver import Resolver
from zenml.repo.root import origin_root
from zenml.repo.roots import path_roots
from zenml.repo.source import (
    MAIN,
    Source,
    installed_definition,
    source_of_name,
    typed_definition,
)
from zenml.repo.tree import WorkTree
from zenml.repo.versions import (
    OWN_PREFIX,
    StepVersion,
    commit_tree,
    refuse_edited,
    remember,
    told,
    version_of,
)
from zenml.spec import UNPINNED, StepSpec
from zenml.steps.base import BaseStep
from zenml.steps.function import step
from zenml.version import __version__

_loading: ContextVar[bool] = ContextVar("zenml_loading", default=False)
_commits: dict[tuple[str, str, str], CommitModules] = {}


def is_loading() -> bool:
    """Whether a user's module is being imported only to load something from it.

    A script that is imported for its step must not run its pipeline once more.
    """
    return _loading.get()


def load_step(spec: StepSpec) -> BaseStep:
    """Brings a step back to life: its code at its version, with its arguments.

    Raises:
        VersionNotFoundError: There is no such class or function at that version.
        SourceNotFoundError: There is no such class or function today.
        StepInterfaceError: What is found is no step.
    """
    found = as_step(load_definition(spec.source, spec.version))
    is_class = isinstance(found, type)
    if not (issubclass(found, BaseStep) if is_class else isinstance(found, BaseStep)):
        what = "does not inherit from BaseStep" if is_class else f"is {found!r}"
        raise StepInterfaceError(f"{spec.source} is no step: it {what}.")
    made: BaseStep = found.from_config(spec)
    return made


def load_function(source: str, version: str | None = None) -> Callable[..., Any]:
    """Loads a function, such as a hook; of a step out of a function, that function.

    Args:
        source: `module.function`.
        version: As of a step; None is the code of today.

    Raises:
        VersionNotFoundError: There is no such function at that version.
        SourceNotFoundError: There is no such function today, or it is a class.
    """
    found = origin(load_definition(source, version or UNPINNED))
    if isinstance(found, type) or not callable(found):
        raise SourceNotFoundError(f"{source} is a class, where a function is needed.")
    function: Callable[..., Any] = found
    return function


def load_class(source: str, version: str | None = None) -> type:
    """Loads a class; see `load_function`."""
    found = load_definition(source, version or UNPINNED)
    if not isinstance(found, type):
        raise SourceNotFoundError(f"{source} is no class, where a class is needed.")
    return found


def as_step(definition: Definition) -> Any:
    """A step as users handle it: `trainer = step(train)` leaves a plain function in the module."""
    return step(definition) if is_function(definition) else definition


def load_definition(source: str, version: str, *, git: GitRepository | None = None) -> Any:
    """Loads a class, a function, or what a decorator made of one, at a version.

    Args:
        source: `module.Class` or `module.function`.
        version: "unpinned", "zenml_<version>", or a commit. If the code of today
            is at that version, it is imported in the ordinary way.
        git: The repository; None is the one around the current folder.

    Raises:
        VersionNotFoundError: It is not there at that version; lists what there is.
        SourceNotFoundError: It is not there today, or importing it failed.
        RepositoryError: What is in memory is not what its files hold any more.
    """
    if version.startswith(OWN_PREFIX) or source.startswith("zenml."):
        return _load_own(source, version)
    git = git or GitRepository()
    known = told(source, version, git)
    if known is not None:
        return known[0]
    with one_moment():
        if version == UNPINNED:
            return _load_today(source, git)[0]
        today = _if_todays(source, version, git)
        if today is None:
            return load_definition_at(source, version, git=git, keep=True)
        definition, place = _load_today(source, git)
        if place is not None:
            remember(definition, place, today, git)
        return definition


def load_definition_at(
    source: str, revision: str, *, git: GitRepository | None = None, keep: bool = False
) -> Any:
    """Loads a definition from git's objects as it was at a commit, with what it imported then.

    Args:
        source: `module.Class` or `module.function`.
        revision: Name of the commit: a sha, whole or abbreviated, or a tag.
        git: The repository; None is the one around the current folder.
        keep: Leave its modules in `sys.modules`, under names of their own, as Beam
            needs it; otherwise `sys.modules` stays as it is.

    Returns:
        A definition whose class or function has `__zenml_version__`, the full sha.
        Instances of a class can be pickled.

    Raises:
        VersionNotFoundError: No such commit, module or name; lists what there is.
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
        definition = definition_in(module, found.name, source)
    except SourceNotFoundError as exc:
        touched = git.log([str(module.__file__)[len(str(git.root)) + 1 :].rpartition("@")[0]], 10)
        listed = "".join(f"\n  {commit}" for commit in touched)
        raise VersionNotFoundError(f"{exc} Commits that touched its file:{listed}") from exc
    if keep:
        _commits[key].keep()
    if definition.__module__.startswith(f"{_commits[key].prefix}."):
        _mark(origin(definition), source, tree.sha, git)
    return definition


def _mark(itself: Any, source: str, sha: str, git: GitRepository) -> None:
    """Notes on a class or function of a commit what it is, and makes instances picklable."""
    if "__zenml_version__" in vars(itself):
        return
    itself.__zenml_version__ = sha
    itself.__zenml_source__ = source
    plain: Any = (object.__reduce__, object.__reduce_ex__)
    if not isinstance(itself, type) or (itself.__reduce__, itself.__reduce_ex__) != plain:
        return
    root = str(git.root)

    def reduce(self: object, protocol: Any = None) -> Any:
        if type(self) is not itself:
            return object.__reduce_ex__(self, 2)
        state = getattr(self, "__getstate__", None)  # which every object has since 3.11
        return _empty_instance, (root, source, sha), state() if state else vars(self)

    setattr(itself, "__reduce_ex__", reduce)  # noqa: B010 - mypy knows it as a method


def _empty_instance(root: str, source: str, sha: str) -> object:
    """Unpickles an instance of a class of a commit, here or in another process."""
    cls: Any = load_definition_at(source, sha, git=GitRepository(root))
    return cls.__new__(cls)


def _load_own(source: str, version: str) -> Any:
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
        return definition_in(importlib.import_module(module), name, source)
    except ImportError as exc:
        raise SourceNotFoundError(f"{source} cannot be imported: {exc}") from exc


def _if_todays(source: str, version: str, git: GitRepository) -> StepVersion | None:
    """The version of today's code, if it is that one.

    In a checkout of a commit, today is that commit, whatever touched the code last.
    """
    try:
        found = version_of(source, git=git)
    except SourceNotFoundError:
        return None
    if found.version == version:
        return found
    is_checkout = origin_root(git.root) is not None and git.head_sha() == version
    return found if is_checkout and found.is_pinned else None


def _load_today(source: str, git: GitRepository) -> tuple[Any, Source | None]:
    """The definition in the code of today, and where it is in the repository."""
    if source.startswith(f"{MAIN}."):
        return typed_definition(source), None
    try:
        found = source_of_name(source, git, WorkTree(git))
    except SourceNotFoundError:
        installed = installed_definition(source, git)
        if installed is None:
            raise
        return installed, None
    definition = definition_in(_import_today(found, git), found.name, source)
    refuse_edited(definition, found, git)
    return definition, found


def _import_today(found: Source, git: GitRepository) -> ModuleType:
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
