"""The version of a step's code: the newest commit that touched what it stands on."""

from __future__ import annotations

import sys
import weakref
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from zenml.errors import RepositoryError, SourceNotFoundError, VersionNotFoundError
from zenml.repo.closure import Closure, closure_of, digest_of
from zenml.repo.git import GitRepository
from zenml.repo.interactive import describe
from zenml.repo.source import (
    MAIN,
    ClassSource,
    class_in,
    installed_class,
    source_of_class,
    source_of_name,
)
from zenml.repo.tree import CommitTree, WorkTree
from zenml.spec import UNPINNED
from zenml.version import __version__

OWN_PREFIX = "zenml_"

_Key = tuple[str, str, str, str]
_Where = tuple[str, str, str]
_pins: dict[_Key, tuple[str, str]] = {}
_told: dict[tuple[str, str, str], tuple[weakref.ref[type], StepVersion]] = {}
_first: weakref.WeakKeyDictionary[type, dict[_Where, dict[str, str]]] = weakref.WeakKeyDictionary()


@dataclass(frozen=True)
class StepVersion:
    """A class and the version of its code.

    Attributes:
        source: `module.Class`.
        version: 40 hex digits of a commit, "unpinned", or "zenml_<version>".
        digest: sha256 of the code it stands on: another commit with the same
            code has the same digest.
        packages: Distribution -> installed version, of what its code imports.
        diff: What is not committed, where the version is "unpinned".

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

    @property
    def is_pinned(self) -> bool:
        """Whether the code can be had again from its version alone."""
        return self.version != UNPINNED


def version_of(
    step: type | str, version: str | None = None, *, git: GitRepository | None = None
) -> StepVersion:
    """Tells the version of a class, and what its code stands on.

    Args:
        step: The class, or its dotted path `module.Class`.
        version: With a dotted path: as of that version, and not as of now.
        git: The repository; None is the one around the current folder.

    Raises:
        NotAGitRepositoryError: There is none.
        RepositoryError: A file that the class was made from was edited since this
            process first told its version.
        SourceNotFoundError: The class has no source there.
        VersionNotFoundError: There is no such version, or no such class at it.
    """
    dotted = step if isinstance(step, str) else f"{step.__module__}.{step.__qualname__}"
    if dotted.startswith("zenml."):
        own = version or f"{OWN_PREFIX}{__version__}"
        return StepVersion(dotted, own, digest_of(own))
    git = git or GitRepository()
    if isinstance(step, str):
        return _of_name(step, version, git)
    if "__zenml_version__" in vars(step):
        return _at_commit(vars(step)["__zenml_source__"], vars(step)["__zenml_version__"], git)
    source = source_of_class(step, git)
    if source.is_interactive:
        found = _of_interactive(step, source, git)
    else:
        refuse_edited(step, source, git)
        found = _of_source(source, git)
    _told[str(git.root), found.source, found.version] = weakref.ref(step), found
    return found


def source_name(step: type, git: GitRepository) -> str:
    """The dotted path of a class, as `version_of` tells it, whatever its files hold today."""
    dotted = f"{step.__module__}.{step.__qualname__}"
    if dotted.startswith("zenml."):
        return dotted
    return vars(step).get("__zenml_source__") or source_of_class(step, git).dotted


def refuse_edited(step: type, source: ClassSource, git: GitRepository) -> None:
    """Refuses a class in memory that is not what its files hold any more.

    Its results would be taken for those of the code in the files. What its files
    held when it was imported is not known, so what they held when this process
    first asked stands for it.

    Raises:
        RepositoryError: Names the files that were edited, and what to do.
    """
    if source.root is None:
        return
    files = closure_of(source.module, git, root=source.root).files
    where = str(git.root), source.root, source.module
    first = _first.setdefault(step, {}).setdefault(where, files)
    if first == files:
        return
    edited = sorted(path for path in {*first, *files} if first.get(path) != files.get(path))
    raise RepositoryError(
        f"{source.dotted} is in memory as it was before {', '.join(edited)} in {git.root} changed, "
        "so its results would be kept as those of code that did not run. Restart the process (or "
        "the notebook's kernel), or reload the changed modules, and run again."
    )


def class_told(source: str, version: str, git: GitRepository) -> tuple[type, StepVersion] | None:
    """The class in memory whose version was last told to be that one, if it is still in use.

    A run goes on with the class that it began with, whatever happens to the
    files while it runs.
    """
    reference, found = _told.get((str(git.root), source, version), (None, None))
    step = reference() if reference is not None else None
    if step is None or found is None:
        return None
    home: Any = sys.modules.get(step.__module__)
    for name in step.__qualname__.split("."):
        home = getattr(home, name, None)
    return (step, found) if home is step else None


def commit_tree(git: GitRepository, revision: str, source: str) -> CommitTree:
    """The files of the commit that a class is asked for at.

    Raises:
        VersionNotFoundError: There is no such commit; lists some that there are.
    """
    sha = git.resolve(revision)
    if sha is None:
        raise VersionNotFoundError(
            f"There is no commit {revision!r} in {git.root}, so {source} cannot be had as it was "
            f"there. {_known_commits(git, source)}A clone may lack commits: `git fetch "
            "--unshallow` or `git fetch --all` brings them."
        )
    return CommitTree(git, sha)


def _known_commits(git: GitRepository, source: str) -> str:
    try:
        found = source_of_name(source, git, WorkTree(git))
        commits = git.log(closure_of(found.module, git, root=found.root).files, limit=10)
    except RepositoryError:
        return ""
    listed = "".join(f"\n  {commit}" for commit in commits)
    return f"The newest commits that touched its code are:{listed}\n" if commits else ""


def _of_name(source: str, version: str | None, git: GitRepository) -> StepVersion:
    told = class_told(source, version, git) if version else None
    if told is not None:
        return told[1]
    if source.startswith(f"{MAIN}."):
        return version_of(class_in(sys.modules[MAIN], source[len(MAIN) + 1 :], source), git=git)
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
        step = installed_class(source, git)
        if step is None:
            raise
        found = source_of_class(step, git)
    return _of_source(found, git)


def _at_commit(source: str, revision: str, git: GitRepository) -> StepVersion:
    tree = commit_tree(git, revision, source)
    found = source_of_name(source, git, tree)
    closure = closure_of(found.module, git, tree, found.root)
    return StepVersion(source, tree.sha, closure.digest, closure.packages)


def _of_source(source: ClassSource, git: GitRepository) -> StepVersion:
    if source.root is None:
        packages = dict(source.packages)
        digest = digest_of([source.dotted, packages])
        return StepVersion(source.dotted, UNPINNED, digest, packages)
    closure = closure_of(source.module, git, root=source.root)
    version, diff = _pin(closure, git)
    return StepVersion(source.dotted, version, closure.digest, closure.packages, diff)


def _of_interactive(step: type, source: ClassSource, git: GitRepository) -> StepVersion:
    lines, modules = describe(step)
    digests: list[str] = []
    packages: dict[str, str] = {}
    for module in sorted(modules):
        found = _closure_if_own(module, git)
        if found is not None:
            digests.append(found.digest)
            packages.update(found.packages)
    diff = f"The class {source.name} was typed into a session and is in no file.\n"
    return StepVersion(source.dotted, UNPINNED, digest_of([lines, digests]), packages, diff)


def _closure_if_own(module: str, git: GitRepository) -> Closure | None:
    try:
        return closure_of(module, git)
    except SourceNotFoundError:
        return None


def _pin(closure: Closure, git: GitRepository) -> tuple[str, str]:
    head = git.head_sha()
    absent = digest_of(sorted(closure.absent))
    key = (str(git.root), head or "", digest_of(closure.files), absent)
    if key not in _pins:
        changed = _changed(closure, git, head)
        if head is None or changed:
            _pins[key] = UNPINNED, _nested(changed, git) + git.diff(changed)
        else:
            _pins[key] = _newest(closure, git, head), ""
    return _pins[key]


def _nested(paths: list[str], git: GitRepository) -> str:
    """Says which files belong to a repository within this one, whose commits do not hold them."""
    found = {
        folder.as_posix(): None
        for path in paths
        for folder in PurePosixPath(path).parents
        if folder.name and (git.root / folder / ".git").exists()
    }
    return "".join(
        f"The folder {folder} is a git repository (or submodule) of its own: the commits of this "
        "one do not hold its files, so they cannot be pinned.\n"
        for folder in found
    )


def _changed(closure: Closure, git: GitRepository, head: str | None) -> list[str]:
    """Files that differ from HEAD, and files of HEAD whose absence changes what is found."""
    if head is None:
        return list(closure.files)
    at_head = git.blobs_at(head, [*closure.files, *sorted(closure.absent)])
    changed = [path for path, blob in closure.files.items() if at_head.get(path) != blob]
    return changed + sorted(path for path in closure.absent if path in at_head)


def _newest(closure: Closure, git: GitRepository, head: str) -> str:
    """The newest commit that changed the closure, be it by taking a file away.

    From there to HEAD none of its files changed. But a file that lay there then,
    and is gone now, may have been imported in the place of one of them: it is
    watched as well, which leads to the commit that removed it. All paths that
    could matter are hundreds, and make git slow; the ones that do are few.
    """
    watched = set(closure.files)
    while True:
        sha = git.newest_commit(sorted(watched)) or head
        gone = set(git.blobs_at(sha, sorted(closure.absent))) if sha != head else set()
        if gone <= watched:
            return sha
        watched |= gone
