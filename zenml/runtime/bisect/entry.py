"""The way into a search."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from zenml.edges import edge
from zenml.errors import RunInterruptedError, VersionNotFoundError
from zenml.repo import Repository
from zenml.repo.git import Commit, GitRepository
from zenml.runtime.bisect.finding import Finding, change_of
from zenml.runtime.bisect.laboratory import Laboratory
from zenml.runtime.bisect.metric import Metric
from zenml.runtime.bisect.search import Search, Wanted
from zenml.runtime.bisect.template import template_of
from zenml.runtime.bisect.trial import Listener
from zenml.runtime.signals import Terminated, stoppable


@edge
def bisect(
    pipeline: str,
    *,
    metric: str,
    good: str,
    bad: str = "HEAD",
    slice: Mapping[str, str] | None = None,
    threshold: float | None = None,
    drop: float | None = None,
    lower_is_better: bool = False,
    run: str | None = None,
    built_by: str = "",
    listener: Listener | None = None,
) -> Finding:
    """Finds the commit that moved a metric of a pipeline.

    The pipeline runs in checkouts outside of the work tree, with the repository's
    stores: a step runs only where no run before has the result of the same code.

    Args:
        pipeline: Name of the pipeline.
        metric: Of an evaluation, an output that is a number, or a number that a step
            logged; `step.metric` where several steps give it.
        good: A commit before: a sha, a branch or a tag.
        bad: A commit after it.
        slice: Column -> value of the rows that it is about; None is all of them.
        threshold: The limit between good and bad.
        drop: How far from the good commit's value the limit is. Without it and
            without `threshold` the limit is in the middle.
        lower_is_better: Whether smaller values are better.
        run: The run that tells what runs at each commit; None is the newest that
            succeeded.
        built_by: `module.name` of a pipeline that the module puts together, or of a
            function that gives one: at each commit it is taken from there, with the
            arguments that it has there.
        listener: Hears of every commit that is looked at.

    Raises:
        VersionNotFoundError: There is no such commit.
        MetricNotFoundError: The run does not give the metric; names what it gives.
        BisectError: The two commits cannot tell; says why.
        RunInterruptedError: The process was told to stop.

    Example:
        >>> bisect("digits", metric="accuracy", good="v1.0")  # doctest: +SKIP
    """
    git = Repository.get_instance().get_git_wrapper()
    first, last = _commit(git, good), _commit(git, bad)
    asked = Metric(metric, slice or {})
    try:
        with stoppable():
            laboratory = Laboratory(git)
            template = replace(template_of(pipeline, asked, run), built_by=built_by)
            template = laboratory.only_given(template, last)
            search = Search(git, template, asked, listener or Listener(), laboratory)
            found = search.run(first, last, Wanted(threshold, drop, lower_is_better))
            code = set().union(*search.files.values())
            change = change_of(git, found[0], code, search.trials) if len(found) == 1 else None
    except Terminated as exc:
        raise RunInterruptedError(f"{exc}; bisecting left nothing behind.") from None
    return Finding(
        pipeline,
        template.node,
        asked,
        first,
        last,
        search.limit,
        [_told(git, sha) for sha in found],
        search.trials,
        change,
    )


def _commit(git: GitRepository, name: str) -> str:
    found = git.resolve(name)
    if found is None:
        raise VersionNotFoundError(
            f"There is no commit {name!r} in {git.root}. A clone may lack commits: `git fetch "
            "--unshallow` or `git fetch --all` brings them."
        )
    return found


def _told(git: GitRepository, sha: str) -> Commit:
    raw = git.ask("show", "--no-patch", "--format=%H%x1f%an%x1f%cI%x1f%s", sha)
    return Commit(*raw.decode("utf-8", errors="replace").strip().split("\x1f"))
