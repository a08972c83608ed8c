"""The version of a definition's code: the newest commit that touched what it stands on."""

from __future__ import annotations

import sys
import weakref
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from zenml.errors import RepositoryError, SourceNotFoundError, VersionNotFoundError
from zenml.repo.closure import Closure, closure_of, digest_of
from zenml.repo.definitions import Definition, attribute, noun, origin
from zenml.repo.git import GitRepository
from zenml.repo.interactive import describe
from zenml.repo.moment import once
from zenml.repo.pins import pin
from zenml.repo.source import (
    MAIN,
    Source,
    installed_definition,
    source_of,
    source_of_name,
    typed_definition,
)
from zenml.repo.tree import CommitTree, WorkTree
from zenml.spec import UNPINNED
from zenml.version import __version__

OWN_PREFIX = "zenml_"

_Where = tuple[str, str, str]
_told: dict[tuple[str, str, str], tuple[weakref.ref[Any], Source, StepVersion]] = {}
_first: weakref.WeakKeyDictionary[Any, dict[_Where, dict[str, str]]] = weakref.WeakKeyDictionary()
_trees: dict[tuple[str, str], CommitTree] = {}


@dataclass(frozen=True)
class StepVersion:
    """A definition and the version of its code.

    Attributes:
        source: `module.Class` or `module.function`.
        version: 40 hex digits of a commit, "unpinned", or "zenml_<version>".
        digest: sha256 of the code it stands on: another commit with the same
            code has the same digest.
        packages: Distribution -> installed version, of what its code imports.
        diff: What is not committed, where the version is "unpinned".
        files: Path from the repository's root -> name of its content in git, of
            the files that it stands on.
        undecorated: Path -> sha256 without the decorators of steps and pipelines,
            of the files that have any: this is what counts of them.

    Example:
        >>> found = version_of("zenml.steps.split.RandomSplit")
        >>> found.version.startswith("zenml_"), found.is_pinned
        (True, True)
    """

    source: str
    version: str
    digest: str
    packages: dict[str, str] = field(default_factory=dict)
    diff: str = ""
    files: dict[str, str] = field(default_factory=dict, repr=False)
    undecorated: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def is_pinned(self) -> bool:
        """Whether the code can be had again from its version alone."""
        return self.version != UNPINNED


def version_of(
    definition: Definition | str, version: str | None = None, *, git: GitRepository | None = None
) -> StepVersion:
    """Tells the version of a step, a pipeline or a hook, and what its code stands on.

    Args:
        definition: A class, a function, what `@step` or `@pipeline` made of one, or
            its dotted path.
        version: With a dotted path: as of that version, and not as of now.
        git: The repository; None is the one around the current folder.

    Raises:
        NotAGitRepositoryError: There is none.
        RepositoryError: A file that it was made from was edited since this process
            first told its version.
        SourceNotFoundError: It has no source there.
        VersionNotFoundError: There is no such version, or it is not there at it.
    """
    dotted = definition if isinstance(definition, str) else _dotted(definition)
    if dotted.startswith("zenml."):
        own = version or f"{OWN_PREFIX}{__version__}"
        return StepVersion(dotted, own, digest_of(own))
    git = git or once("git", GitRepository)
    if isinstance(definition, str):
        return once((definition, version, git.root), partial(_of_name, definition, version, git))
    return once((origin(definition), git.root), partial(_of_definition, definition, git))


def source_name(definition: Definition, git: GitRepository) -> str:
    """The dotted path of a definition, as `version_of` tells it, whatever its files hold today."""
    dotted = _dotted(definition)
    if dotted.startswith("zenml."):
        return dotted
    loaded: str | None = getattr(origin(definition), "__dict__", {}).get("__zenml_source__")
    return loaded or source_of(definition, git).dotted


def _dotted(definition: Definition) -> str:
    return f"{definition.__module__}.{definition.__qualname__}"


def closure_now(source: Source, git: GitRepository) -> Closure:
    """What a definition of the repository stands on, as the files are now."""
    key = "closure", git.root, source.root, source.module
    return once(key, lambda: closure_of(source.module, git, root=source.root))


def refuse_edited(definition: Definition, source: Source, git: GitRepository) -> None:
    """Refuses a definition in memory that is not what its files hold any more.

    Its results would be taken for those of the code in the files. What its files
    held when it was imported is not known, so what they held when this process
    first asked stands for it.

    Raises:
        RepositoryError: Names the files that were edited, and what to do.
    """
    if source.root is None:
        return
    files = closure_now(source, git).files
    where = str(git.root), source.root, source.module
    first = _first.setdefault(origin(definition), {}).setdefault(where, files)
    if first is files or first == files:
        return
    edited = sorted(path for path in {*first, *files} if first.get(path) != files.get(path))
    raise RepositoryError(
        f"{source.dotted} is in memory as it was before {', '.join(edited)} in {git.root} changed, "
        "so its results would be kept as those of code that did not run. Restart the process (or "
        "the notebook's kernel), or reload the changed modules, and run again."
    )


def told(source: str, version: str, git: GitRepository) -> tuple[Any, StepVersion] | None:
    """The definition in memory whose version was last told to be that one, if still in use.

    A run goes on with the code that it began with, whatever happens to the files
    while it runs.
    """
    reference, place, found = _told.get((str(git.root), source, version), (None, None, None))
    itself = reference() if reference is not None else None
    if itself is None or place is None or found is None:
        return None
    there = attribute(sys.modules.get(itself.__module__), place.name)
    return (there, found) if there is not None and origin(there) is itself else None


def is_todays(source: str, version: str, git: GitRepository) -> bool:
    """Whether a definition is at that version in the code of today.

    That is what is in memory, if its version was told there, and else what the files hold.
    """
    if told(source, version, git) is not None:
        return True
    try:
        return version_of(source, git=git).version == version
    except SourceNotFoundError:
        return False


def remember(
    definition: Definition, source: Source, found: StepVersion, git: GitRepository
) -> None:
    """Notes that a version was told of a definition in memory."""
    itself = weakref.ref(origin(definition))
    _told[str(git.root), found.source, found.version] = itself, source, found


def commit_tree(git: GitRepository, revision: str, source: str) -> CommitTree:
    """The files of the commit that a definition is asked for at.

    Raises:
        VersionNotFoundError: There is no such commit; lists some that there are.
    """
    known = _trees.get((str(git.root), revision))
    if known is not None:
        return known
    sha = git.resolve(revision)
    if sha is None:
        raise VersionNotFoundError(
            f"There is no commit {revision!r} in {git.root}, so {source} cannot be had as it was "
            f"there. {_known_commits(git, source)}A clone may lack commits: `git fetch "
            "--unshallow` or `git fetch --all` brings them."
        )
    return _trees.setdefault((str(git.root), sha), CommitTree(git, sha))


def _known_commits(git: GitRepository, source: str) -> str:
    try:
        found = source_of_name(source, git, WorkTree(git))
        commits = git.log(closure_of(found.module, git, root=found.root).files, limit=10)
    except RepositoryError:
        return ""
    listed = "".join(f"\n  {commit}" for commit in commits)
    return f"The newest commits that touched its code are:{listed}\n" if commits else ""


def _of_definition(definition: Definition, git: GitRepository) -> StepVersion:
    loaded = getattr(origin(definition), "__dict__", {})
    if "__zenml_version__" in loaded:
        return _at_commit(loaded["__zenml_source__"], loaded["__zenml_version__"], git)
    source = source_of(definition, git)
    if source.is_interactive:
        found = _of_interactive(definition, source, git)
    else:
        refuse_edited(definition, source, git)
        found = _of_source(source, git)
    remember(definition, source, found, git)
    return found


def _of_name(source: str, version: str | None, git: GitRepository) -> StepVersion:
    known = told(source, version, git) if version else None
    if known is not None:
        return known[1]
    if source.startswith(f"{MAIN}."):
        return version_of(typed_definition(source), git=git)
    if version in (None, UNPINNED):
        return _of_today(source, git)
    try:
        today = _of_today(source, git)
    except SourceNotFoundError:
        today = None
    return today if today and today.version == version else _at_commit(source, version, git)


def _of_today(source: str, git: GitRepository) -> StepVersion:
    try:
        found = source_of_name(source, git, WorkTree(git))
    except SourceNotFoundError:
        installed = installed_definition(source, git)
        if installed is None:
            raise
        found = source_of(installed, git)
    return _of_source(found, git)


def _at_commit(source: str, revision: str, git: GitRepository) -> StepVersion:
    tree = commit_tree(git, revision, source)
    found = source_of_name(source, git, tree)
    key = "closure", git.root, tree.sha, found.root, found.module
    closure = once(key, lambda: closure_of(found.module, git, tree, found.root))
    return _of_closure(source, tree.sha, closure)


def _of_source(source: Source, git: GitRepository) -> StepVersion:
    if source.root is None:
        packages = dict(source.packages)
        digest = digest_of([source.dotted, packages])
        return StepVersion(source.dotted, UNPINNED, digest, packages)
    closure = closure_now(source, git)
    version, diff = once(("pin", git.root, source.root, source.module), lambda: pin(closure, git))
    return _of_closure(source.dotted, version, closure, diff)


def _of_closure(source: str, version: str, closure: Closure, diff: str = "") -> StepVersion:
    return StepVersion(
        source,
        version,
        closure.digest,
        closure.packages,
        diff,
        closure.files,
        closure.undecorated,
    )


def _of_interactive(definition: Definition, source: Source, git: GitRepository) -> StepVersion:
    lines, modules = describe(definition)
    digests: list[str] = []
    packages: dict[str, str] = {}
    files: dict[str, str] = {}
    undecorated: dict[str, str] = {}
    for module in sorted(modules):
        found = once(("typed", git.root, module), partial(_closure_if_own, module, git))
        if found is not None:
            digests.append(found.digest)
            packages.update(found.packages)
            files.update(found.files)
            undecorated.update(found.undecorated)
    what = f"{noun(definition)} {source.name}"
    diff = f"The {what} was typed into a session and is in no file.\n"
    digest = digest_of([lines, digests])
    return StepVersion(source.dotted, UNPINNED, digest, packages, diff, files, undecorated)


def _closure_if_own(module: str, git: GitRepository) -> Closure | None:
    try:
        return closure_of(module, git)
    except SourceNotFoundError:
        return None
