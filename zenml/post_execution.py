"""Asking afterwards, with the names of 2022; `zenml.client` has today's.

Example:
    >>> from zenml.post_execution import get_pipeline, get_run
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from zenml.client.client import Client
from zenml.client.pipeline import PipelineView as _PipelineView
from zenml.client.run import RunView
from zenml.edges import edge

if TYPE_CHECKING:
    from zenml.client.step import StepView
    from zenml.pipelines.base import BasePipeline


class PipelineRunView(RunView):
    """A run whose steps are a list, in the order in which they began.

    Example:
        >>> from zenml.metadata.runs import Run
        >>> PipelineRunView(None, Run(1, "p-1", "p", "succeeded")).status
        'completed'
    """

    @functools.cached_property
    def steps(self) -> list[StepView]:  # type: ignore[override]
        """Its steps."""
        return list(self.named_steps.values())


class PipelineView(_PipelineView):
    """A pipeline and its runs.

    Example:
        >>> PipelineView([], "penguins").runs
        []
    """

    @property
    def runs(self) -> list[PipelineRunView]:  # type: ignore[override]
        """Its runs, the newest first, without unlisted ones."""
        return [_as_of_2022(run) for run in super().runs]


@edge
def get_pipelines() -> list[PipelineView]:
    """The pipelines that ran here, by name, without unlisted ones."""
    return [PipelineView(found.stores, found.name) for found in Client().list_pipelines()]


@edge
def get_pipeline(pipeline: str | BasePipeline | type[BasePipeline]) -> PipelineView:
    """A pipeline that ran here.

    Args:
        pipeline: Its name, the pipeline itself, or its class.

    Raises:
        PipelineNotFoundError: It never ran; names those that did.
        PipelineError: Nothing of these.
    """
    found = Client().get_pipeline(pipeline)
    return PipelineView(found.stores, found.name)


@edge
def get_run(name: str) -> PipelineRunView:
    """The run of a name, or of its first letters.

    Raises:
        RunNotFoundError: There is none, or several begin so; names them.
    """
    return _as_of_2022(Client().get_pipeline_run(name))


@edge
def get_unlisted_runs() -> list[PipelineRunView]:
    """The runs that belong to no listed pipeline, the newest first."""
    return [_as_of_2022(run) for run in Client().list_pipeline_runs() if run.unlisted]


def _as_of_2022(run: RunView) -> PipelineRunView:
    return PipelineRunView(run.store, run.record)
