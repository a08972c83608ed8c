"""The user's code that values of a release may need: classes of theirs are defined in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from zenml.repo import versions
from zenml.repo.git import GitRepository
from zenml.repo.moment import one_moment
from zenml.runtime.release.release import Release
from zenml.runtime.task import is_python


@dataclass(frozen=True)
class Code:
    """Files of the tagged commit.

    Attributes:
        files: Path from the repository's root -> content.
        roots: The folders among them that modules are imported from; "" is the root.

    Example:
        >>> Code({"src/mine/model.py": b""}, ["src"]).roots
        ['src']
    """

    files: dict[str, bytes]
    roots: list[str]


@one_moment()
def code_of(git: GitRepository, release: Release) -> Code:
    """The closures of the free steps of a release, and of the materializers that they name."""
    wanted = {}
    for node in release.spec.nodes:
        if is_python(node) and node.step is not None:
            wanted[node.step.source] = node.step.version
            outputs = (node.args.get("outputs") or {}).values()
            named = [output["materializer"] for output in outputs if output.get("materializer")]
            wanted |= dict.fromkeys(named, release.commit)
    paths: set[str] = set()
    roots = set()
    for source, version in wanted.items():
        found = versions.version_of(source, version, git=git).files
        paths |= set(found)
        roots |= {_root(source, found)}
    blobs = git.blobs_at(release.commit, sorted(paths))
    contents = git.read_blobs(blobs.values())
    return Code({path: contents[blob] for path, blob in blobs.items()}, sorted(roots))


def _root(source: str, paths: Iterable[str]) -> str:
    """The folder that a module is imported from.

    Example:
        >>> _root("mine.steps.fit", ["src/mine/steps.py", "src/mine/__init__.py"])
        'src'
    """
    module = source.rpartition(".")[0].replace(".", "/")
    for path in paths:
        for ending in (f"{module}.py", f"{module}/__init__.py"):
            if f"/{path}".endswith(f"/{ending}"):
                return path[: -len(ending)].rstrip("/")
    return ""
