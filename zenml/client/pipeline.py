"""PipelineView: a pipeline and its runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from zenml.client.run import RunView
from zenml.edges import edges
from zenml.errors import PipelineError, RunNotFoundError
from zenml.hints import shown
from zenml.metadata import runs


@edges
class PipelineView:
    """A pipeline that ran here.

    Args:
        stores: The open metadata stores in which its runs are recorded.
        name: Its name.

    Example:
        >>> PipelineView([], "penguins").runs
        []
    """

    def __init__(self, stores: Sequence[Any], name: str) -> None:
        """Asks nothing yet."""
        self.stores = stores
        self.name = name

    def __repr__(self) -> str:
        return f"PipelineView({self.name!r})"

    @property
    def runs(self) -> list[RunView]:
        """Its runs, the newest first, without unlisted ones."""
        return [
            RunView(store, run)
            for store in self.stores
            for run in runs.list_runs(store, self.name)
            if not run.unlisted
        ]

    @property
    def last_run(self) -> RunView:
        """The newest run.

        Raises:
            RunNotFoundError: It never ran.
        """
        return self._newest(self.runs, "no run")

    @property
    def last_successful_run(self) -> RunView:
        """The newest run that ended well.

        Raises:
            RunNotFoundError: None did.
        """
        ended_well = [run for run in self.runs if run.state == runs.SUCCEEDED]
        return self._newest(ended_well, "no run that ended well")

    def _newest(self, found: Sequence[RunView], none: str) -> RunView:
        if not found:
            raise RunNotFoundError(f"Pipeline {self.name!r} has {none} yet.")
        return found[0]


def name_of(pipeline: Any) -> str:
    """The name of a pipeline that is told by its name, itself, or its class.

    Raises:
        PipelineError: It is nothing of these.
    """
    if isinstance(pipeline, str):
        return pipeline
    if isinstance(pipeline, type):
        return pipeline.__name__
    name = getattr(pipeline, "name", None)
    if isinstance(name, str):
        return name
    raise PipelineError(
        f"A question about a pipeline takes a pipeline or its name, not {shown(pipeline)}."
    )
