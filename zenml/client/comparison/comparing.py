"""Compares two runs."""

from __future__ import annotations

from collections.abc import Iterator

from zenml.client.comparison.changes import changes
from zenml.client.comparison.code import CodeReader
from zenml.client.comparison.comparison import RunComparison
from zenml.client.comparison.datasets import compare_data
from zenml.client.comparison.metrics import compare_metrics
from zenml.client.comparison.schemas import compare_schemas
from zenml.client.comparison.side import Side
from zenml.client.comparison.steps import compare_steps
from zenml.client.comparison.surroundings import (
    compare_datasource,
    compare_packages,
    packages_of,
)
from zenml.client.comparison.times import compare_times
from zenml.client.run import RunView
from zenml.edges import edge
from zenml.repo import Repository


@edge
def compare_runs(a: RunView | str | int, b: RunView | str | int) -> RunComparison:
    """What differs between two runs, of one pipeline or of two.

    Nothing is run, and no step is imported.

    Args:
        a: The first run: itself, its name, the beginning of that, or its id.
        b: The second run.

    Raises:
        RunNotFoundError: There is no such run, or several begin so.

    Example:
        >>> compare_runs("monday", "tuesday").differing  # doctest: +SKIP
        ['steps', 'metrics']
    """
    one, other = Side(_run(a)), Side(_run(b))
    reader = CodeReader(Repository.get_instance().get_git_wrapper())
    return RunComparison(
        one.summary,
        other.summary,
        compare_steps(one, other, reader),
        changes(one.run.parameters, other.run.parameters),
        compare_packages(one, other),
        compare_datasource(one, other),
        compare_data(one, other),
        compare_schemas(one, other),
        compare_metrics(one, other),
        compare_times(one, other),
        tuple(_notes(one, other)),
    )


def _run(run: RunView | str | int) -> RunView:
    if isinstance(run, RunView):
        return run
    from zenml.client.client import Client

    return Client().get_pipeline_run(run)


def _notes(*sides: Side) -> Iterator[str]:
    for side in sides:
        name = side.run.name
        if side.run.spec is None:
            yield (
                f"The pipeline's file of {name} ({side.run.file or 'not recorded'}) is not there "
                "or was edited, so its parameters and datasource are not known."
            )
        if side.steps and not packages_of(side):
            yield f"The packages of {name} were not recorded."
    if sides[0].run.pipeline_name != sides[1].run.pipeline_name:
        names = " and ".join(side.run.pipeline_name for side in sides)
        yield f"They are runs of two pipelines, {names}: steps of one name are compared."
