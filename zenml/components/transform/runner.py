"""A Beam runner of one process that hands elements on as they are.

Beam's own local runners send every function and every element through protocol
buffers and pickle, as if the workers were elsewhere: for the four hundred small
transforms of an analysis that is most of the time, and what two transforms read is
kept in memory in between. Here a pass pushes each element through all transforms that
can run, and what a later pass needs again is read again, not kept.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

import apache_beam as beam
from apache_beam import pvalue
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.pipeline import AppliedPTransform, PipelineVisitor
from apache_beam.runners import common
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from apache_beam.runners.runner import PipelineResult, PipelineRunner, PipelineState
from apache_beam.transforms import combiners, core, sideinputs, userstate
from apache_beam.transforms.window import GlobalWindows

Value: TypeAlias = Any  # a WindowedValue


class SourceDoFn(beam.DoFn):
    """A DoFn that reads much: its output is read again rather than kept."""


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
        _Run(steps.found).run()
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


class _Run:
    """The passes of one run.

    A node is live in a pass when its side inputs are known and its main inputs are
    known, or come from a node that is live too. Nodes behind a source wait until no
    other node can go on, so that the source is read as seldom as can be.
    """

    def __init__(self, nodes: list[AppliedPTransform]) -> None:
        self.waiting = list(nodes)
        self.kept: dict[pvalue.PCollection, list[Value]] = {}
        self.producers = {out: node for node in nodes for out in node.outputs.values()}
        self.main = {node: _main_inputs(node) for node in nodes}
        self.behind_source: set[AppliedPTransform] = set()
        for node in nodes:
            if _is_source(node) or any(
                self.producers[pcoll] in self.behind_source for pcoll in self.main[node]
            ):
                self.behind_source.add(node)

    def run(self) -> None:
        """Passes, until no node is left."""
        while self.waiting:
            live = self._live(sources=False) or self._live(sources=True)
            if not live:
                names = ", ".join(node.full_label for node in self.waiting[:3])
                raise RuntimeError(f"The pipeline cannot go on at {names}.")
            self._pass(live)
            done = set(live)
            self.waiting = [node for node in self.waiting if node not in done]

    def _live(self, sources: bool) -> list[AppliedPTransform]:
        live: dict[AppliedPTransform, None] = {}
        for node in self.waiting:
            if node in self.behind_source and not sources:
                continue
            sides = all(side.pvalue in self.kept for side in node.side_inputs)
            mains = all(
                pcoll in self.kept or self.producers[pcoll] in live or self._replays(pcoll)
                for pcoll in self.main[node]
            )
            if sides and mains:
                live[node] = None
        return list(live)

    def _replays(self, pcoll: pvalue.PCollection) -> bool:
        """Whether a collection that was not kept can be made again, from a source."""
        node = self.producers[pcoll]
        if node in self.waiting or pcoll in self.kept:
            return False
        if _is_source(node):
            return True
        plain = isinstance(node.transform, (core.ParDo, core.Flatten))
        return plain and node in self.behind_source and all(map(self._again, self.main[node]))

    def _again(self, pcoll: pvalue.PCollection) -> bool:
        return pcoll in self.kept or self._replays(pcoll)

    def _pass(self, live: list[AppliedPTransform]) -> None:
        """Pushes all elements once through the nodes that are live, in order."""
        again = self._replayed(live)
        nodes = again + live
        executors = {node: _executor(node, self.kept) for node in nodes}
        new = set(live)
        for node in nodes:
            for tag, pcoll in node.outputs.items():
                targets: list[Any] = [
                    executors[other]
                    for other in nodes
                    if pcoll in self.main[other] and (other in new or node not in new)
                ]
                if node in new and self._must_keep(pcoll, node, new):
                    self.kept[pcoll] = []
                    targets.append(_Keeper(self.kept[pcoll]))
                executors[node].connect(tag, targets)
        for node in nodes:
            executors[node].start()
        for node in nodes:
            executor = executors[node]
            for pcoll in self.main[node]:
                if pcoll in self.kept and self.producers[pcoll] not in executors:
                    for value in self.kept[pcoll]:
                        executor.receive(value)
            executor.finish()

    def _replayed(self, live: list[AppliedPTransform]) -> list[AppliedPTransform]:
        """Nodes of earlier passes to run again for what live nodes read, first ones first."""
        found: dict[AppliedPTransform, None] = {}

        def add(node: AppliedPTransform) -> None:
            for pcoll in self.main[node]:
                producer = self.producers[pcoll]
                if pcoll not in self.kept and producer not in live and producer not in found:
                    add(producer)
                    found[producer] = None

        for node in live:
            add(node)
        return list(found)

    def _must_keep(
        self, pcoll: pvalue.PCollection, node: AppliedPTransform, live: set[AppliedPTransform]
    ) -> bool:
        for other in self.waiting:
            if any(side.pvalue is pcoll for side in other.side_inputs):
                return True
            if pcoll in self.main[other] and other not in live and not self._will_replay(node):
                return True
        return False

    def _will_replay(self, node: AppliedPTransform) -> bool:
        if _is_source(node):
            return True
        plain = isinstance(node.transform, (core.ParDo, core.Flatten))
        return (
            plain
            and node in self.behind_source
            and all(
                pcoll in self.kept or self._will_replay(self.producers[pcoll])
                for pcoll in self.main[node]
            )
        )


def _main_inputs(node: AppliedPTransform) -> tuple[pvalue.PCollection, ...]:
    return tuple(value for value in node.inputs if isinstance(value, pvalue.PCollection))


def _is_source(node: AppliedPTransform) -> bool:
    return isinstance(node.transform, core.ParDo) and isinstance(node.transform.fn, SourceDoFn)


class _Executor(common.Receiver):
    """Executes one node: takes elements, hands on what comes of them."""

    def __init__(self) -> None:
        self.targets: dict[str | None, _Fan] = {}

    def connect(self, tag: str | None, targets: list[Any]) -> None:
        """Says where the elements of an output go."""
        self.targets[tag] = _Fan(targets)

    def start(self) -> None:
        """Before the first element."""

    def receive(self, value: Value) -> None:
        """Takes an element."""
        self.give(value)

    def finish(self) -> None:
        """After the last element."""

    def give(self, value: Value) -> None:
        """Hands an element of the main output on."""
        fan = self.targets.get(None)
        if fan is not None:
            fan.receive(value)


class _Fan(common.Receiver):
    """Hands each element to several."""

    def __init__(self, targets: Iterable[Any]) -> None:
        self.targets = list(targets)

    def receive(self, value: Value) -> None:
        for target in self.targets:
            target.receive(value)


class _Keeper:
    """Keeps elements for later passes."""

    def __init__(self, kept: list[Value]) -> None:
        self.receive = kept.append


class _Impulse(_Executor):
    def finish(self) -> None:
        self.give(GlobalWindows.windowed_value(b""))


class _ParDo(_Executor):
    def __init__(
        self, node: AppliedPTransform, kept: dict[pvalue.PCollection, list[Value]]
    ) -> None:
        super().__init__()
        self.node = node
        self.kept = kept

    def start(self) -> None:
        transform = self.node.transform
        sides = [
            sideinputs.SideInputMap(type(side), side._view_options(), self.kept[side.pvalue])
            for side in self.node.side_inputs
        ]
        receivers = {None: _Fan([]), **self.targets}
        self.runner = common.DoFnRunner(
            transform.fn,
            transform.args,
            transform.kwargs,
            sides,
            next(iter(self.node.outputs.values())).windowing,
            tagged_receivers=receivers,
            step_name=self.node.full_label,
        )
        self.runner.setup()
        self.runner.start()
        self.receive = self.runner.process  # type: ignore[method-assign]

    def finish(self) -> None:
        self.runner.finish()
        self.runner.teardown()


class _Group(_Executor):
    def start(self) -> None:
        self.groups: dict[Any, tuple[Any, list[Any]]] = {}

    def receive(self, value: Value) -> None:
        key, element = value.value
        self.groups.setdefault(_hashable(key), (key, []))[1].append(element)

    def finish(self) -> None:
        for pair in _emptied(self.groups):
            self.give(GlobalWindows.windowed_value(pair))


class _Combine(_Executor):
    def __init__(self, transform: core.CombinePerKey) -> None:
        super().__init__()
        self.fn = combiners.curry_combine_fn(transform.fn, transform.args, transform.kwargs)

    def start(self) -> None:
        self.fn.setup()
        self.groups: dict[Any, tuple[Any, Any]] = {}

    def receive(self, value: Value) -> None:
        key, element = value.value
        known = _hashable(key)
        found = self.groups.get(known)
        so_far = self.fn.create_accumulator() if found is None else found[1]
        self.groups[known] = (key, self.fn.add_input(so_far, element))

    def finish(self) -> None:
        for key, so_far in _emptied(self.groups):
            value = self.fn.extract_output(self.fn.compact(so_far))
            self.give(GlobalWindows.windowed_value((key, value)))
        self.fn.teardown()


def _emptied(groups: dict[Any, Any]) -> Iterator[Any]:
    while groups:
        yield groups.pop(next(iter(groups)))


def _hashable(key: Any) -> Any:
    """What tells keys apart: 1, 1.0 and True are three; arrays by their content."""
    if type(key) in (str, bytes, int) or key is None:
        return key
    return pickle.dumps(key)


def _executor(node: AppliedPTransform, kept: dict[pvalue.PCollection, list[Value]]) -> _Executor:
    transform = node.transform
    if isinstance(transform, core.Impulse):
        return _Impulse()
    if isinstance(transform, core.ParDo):
        return _ParDo(node, kept)
    if isinstance(transform, core.CombinePerKey):
        return _Combine(transform)
    if isinstance(transform, core.GroupByKey):
        return _Group()
    return _Executor()
