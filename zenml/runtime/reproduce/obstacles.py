"""What stands in the way of running a node again: before it is tried, and once it has failed."""

from __future__ import annotations

from zenml.errors import SourceChangedError, SourceNotFoundError, VersionNotFoundError
from zenml.repo import versions
from zenml.repo.git import GitRepository
from zenml.repo.moment import one_moment
from zenml.runtime.task import Failure
from zenml.spec import UNPINNED, PipelineSpec, StepSpec
from zenml.version import __version__


def obstacles(spec: PipelineSpec, git: GitRepository) -> dict[str, str]:
    """Node -> why its code cannot be had as it was; of the nodes of which that is so."""
    with one_moment():
        found = {node.name: _of_step(node.step, git) for node in spec.nodes if node.step}
    return {name: why for name, why in found.items() if why}


def _of_step(step: StepSpec, git: GitRepository) -> str:
    if step.version == UNPINNED:
        return (
            f"unpinned step: the code of {step.source} was in no commit (its difference is in "
            "unpinned.diff, beside the run's artifacts)"
        )
    if step.version.startswith(versions.OWN_PREFIX):
        own = f"{versions.OWN_PREFIX}{__version__}"
        if step.version != own:
            then = step.version.removeprefix(versions.OWN_PREFIX)
            return f"package versions differ (zenml {then} -> {__version__})"
        return ""
    try:
        versions.version_of(step.source, step.version, git=git)
    except (VersionNotFoundError, SourceNotFoundError) as exc:
        return f"source gone: {_first_sentence(exc)}"
    return ""


def of_failure(failure: Failure, spec: PipelineSpec, *, is_whole: bool) -> str:
    """What stands in the way of a node that failed when it ran again.

    A scratch store has no snapshots, so there a data step reads its source. Where that has
    changed, the error tells of a snapshot that is gone, which it need not be.

    Args:
        failure: Of the node.
        spec: The frozen pipeline of the run.
        is_whole: Whether what the node made in the run is still in the artifact store.
    """
    source = spec.datasource
    if source is None or not is_whole or not isinstance(failure.cause, SourceChangedError):
        return failure.message
    return (
        f"data has changed: the source of datasource {source.name} no longer holds the rows of "
        f"commit {source.commit[:12]}, so they are taken as recorded, from the snapshot"
    )


def _first_sentence(error: Exception) -> str:
    return str(error).splitlines()[0].partition(". ")[0].rstrip(".")


def commits(spec: PipelineSpec, head: str, git: GitRepository) -> dict[str, str]:
    """Node -> commit whose files it is to see.

    That is where HEAD stood when the run began, for a step may read files that are
    not code, unless the step was of another version than the code there.

    Args:
        spec: The frozen pipeline of the run.
        head: Where HEAD stood; "" if that was not recorded.
        git: The repository.
    """
    there = git.resolve(head) if head else None
    found = {}
    with one_moment():
        for node in spec.nodes:
            step = node.step
            own = step is None or step.version.startswith(versions.OWN_PREFIX)
            if own and there:
                found[node.name] = there
            elif step is not None and not own and step.version != UNPINNED:
                is_there = there and _is_same(step, there, git)
                found[node.name] = there if there and is_there else step.version
    return found


def _is_same(step: StepSpec, head: str, git: GitRepository) -> bool:
    """Whether the code of a step was the same at two commits."""
    try:
        then = versions.version_of(step.source, head, git=git)
        return then.digest == versions.version_of(step.source, step.version, git=git).digest
    except (VersionNotFoundError, SourceNotFoundError):
        return False
