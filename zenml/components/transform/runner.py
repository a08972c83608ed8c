"""A Beam runner of one process that hands elements on as they are.

Beam's own local runners send every function and every element through protocol
buffers and pickle, as if the workers were elsewhere: for the four hundred small
transforms of an analysis that is most of the time, and what two transforms read is
kept in memory in between. Here a pass pushes each element through all transforms that
can run, and what a later pass needs again is read again, not kept.
"""

from __future__ import annotations

from typing import Any

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.pipeline import AppliedPTransform, PipelineVisitor
from apache_beam.runners import common
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from apache_beam.runners.runner import PipelineResult, PipelineRunner, PipelineState
from apache_beam.transforms import core, userstate

from zenml.components.transform.passes import Passes


class Options(PipelineOptions):
    """Pipeline options that make each of their views once.

    Beam asks for a view several times for each transform, and makes an argument parser
    for each: a quarter of the time that it takes to put an analysis together.
    """

    def __init__(self) -> None:
        self.__dict__["_views"] = {}  # attributes are options to this class
        super().__init__(["--no_pipeline_type_check"])

    def view_as(self, cls: type) -> Any:
        """The options of one class."""
        views: dict[type, Any] = self.__dict__["_views"]
        if cls not in views:
            views[cls] = super().view_as(cls)
        return views[cls]


class InProcessRunner(PipelineRunner):
    """Runs batch pipelines without windows, timers or state; hands others to FnApiRunner.

    Example:
        >>> with beam.Pipeline(runner=InProcessRunner()) as pipeline:
        ...     _ = pipeline | beam.Create([1, 2]) | beam.CombineGlobally(sum) | beam.Map(print)
        3
    """

    def run_pipeline(self, pipeline: beam.Pipeline, options: Any) -> PipelineResult:
        """Runs a pipeline to its end.

        Args:
            pipeline: What to run.
            options: For the other runner, if it has to be that.
        """
        steps = _Steps()
        pipeline.visit(steps)
        if steps.refused:
            return FnApiRunner().run_pipeline(pipeline, options)
        Passes(steps.found).run()
        return PipelineResult(PipelineState.DONE)


class _Steps(PipelineVisitor):
    """The transforms to execute: leaves, and composites that are executed as one."""

    def __init__(self) -> None:
        self.found: list[AppliedPTransform] = []
        self.refused = False
        self._inside: AppliedPTransform | None = None

    def enter_composite_transform(self, node: AppliedPTransform) -> None:
        if self._inside is None and _is_whole(node):
            self._inside = node
            self._add(node)

    def leave_composite_transform(self, node: AppliedPTransform) -> None:
        if self._inside is node:
            self._inside = None

    def visit_transform(self, node: AppliedPTransform) -> None:
        if self._inside is None:
            self._add(node)

    def _add(self, node: AppliedPTransform) -> None:
        known = isinstance(
            node.transform, (core.Impulse, core.ParDo, core.GroupByKey, core.Flatten)
        ) or _is_whole(node)
        windowed = any(not out.windowing.is_default() for out in node.outputs.values())
        stateful = isinstance(node.transform, core.ParDo) and _is_special(node.transform.fn)
        self.refused = self.refused or not known or windowed or stateful
        self.found.append(node)


def _is_whole(node: AppliedPTransform) -> bool:
    if isinstance(node.transform, core.CombinePerKey):
        return not node.side_inputs
    return isinstance(node.transform, beam.Reshuffle) and bool(node.parts)


def _is_special(fn: Any) -> bool:
    if isinstance(fn, core.CallableWrapperDoFn):
        return False
    if userstate.is_stateful_dofn(fn):
        return True
    return bool(common.DoFnSignature(fn).is_splittable_dofn())
