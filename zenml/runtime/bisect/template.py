"""Template: the pipeline that is run at each commit, as an earlier run of it tells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from zenml import spec_yaml
from zenml.errors import BisectError, PipelineEditedError, RunNotFoundError, SpecError
from zenml.metadata import runs
from zenml.metadata.runs import Run
from zenml.repo import Repository
from zenml.runtime.bisect.metric import Metric, node_with
from zenml.runtime.workspace import Workspace
from zenml.runtime.workspaces import open_stores
from zenml.spec import PipelineSpec


@dataclass(frozen=True)
class Template:
    """What stays the same at each commit.

    Attributes:
        spec: As the run froze it; of its arguments only those that were given, where
            the others came from the code.
        node: The step that gives the metric.
        run: Name of the run.
        is_called: Whether the pipeline is a function that is called anew at each
            commit. The steps of any other pipeline are frozen anew, and connected as
            they were in the run.
        configured: Step -> parameters that the run set for it.
        built_by: `module.name` of a pipeline, or of a function that gives one: at each
            commit it is taken from there. "" knows of none.

    Example:
        >>> Template(PipelineSpec("p", "steps", "m.p", "v"), "train", "p-1").configured
        {}
    """

    spec: PipelineSpec
    node: str
    run: str
    is_called: bool = False
    configured: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    built_by: str = ""


def template_of(pipeline: str, metric: Metric, run: str | None = None) -> Template:
    """The template that a run gives.

    Args:
        pipeline: Name of the pipeline.
        metric: What the run has to give.
        run: Name of the run; None is the newest that succeeded.

    Raises:
        PipelineNotFoundError: No pipeline of that name ran here.
        RunNotFoundError: No run of that name.
        MetricNotFoundError: The run does not give the metric; names what it gives.
        BisectError: No run of it succeeded.
    """
    for store, found in _runs(pipeline, run):
        spec = _spec_of(found)
        if spec is not None:
            return Template(spec, node_with(metric, store, runs.nodes(store, found)), found.name)
    Repository.get_instance().pipeline_record(pipeline)
    if run is not None:
        raise RunNotFoundError(f"Pipeline {pipeline!r} has no run {run!r} that succeeded.")
    raise BisectError(
        f"No run of pipeline {pipeline!r} succeeded whose file is in this work tree. Run it once: "
        "from that run bisecting learns what to run, and where the metric is."
    )


def _runs(pipeline: str, name: str | None) -> Iterator[tuple[Any, Run]]:
    for store in open_stores():
        for run in runs.list_runs(store, pipeline):
            if run.state == runs.SUCCEEDED and name in (None, run.name):
                yield store, run


def _spec_of(run: Run) -> PipelineSpec | None:
    """What ran; None where its file is on another branch, or was edited."""
    if not run.file:
        return None
    try:
        return spec_yaml.read(Workspace.default().root / run.file)
    except (SpecError, PipelineEditedError):
        return None
