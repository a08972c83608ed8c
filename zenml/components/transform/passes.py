"""The passes of a run: which transforms run together, and what is kept in between."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

import apache_beam as beam
from apache_beam import pvalue
from apache_beam.pipeline import AppliedPTransform
from apache_beam.transforms import core

from zenml.components.transform.node_executors import Keeper, Value, executor_of


class SourceDoFn(beam.DoFn):
    """A DoFn that reads much: its output is read again rather than kept."""


class Passes:
    """The passes of one run of a pipeline.

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
                pcoll in self.kept or self._is_given(self.producers[pcoll], live)
                for pcoll in self.main[node]
            )
            if sides and mains:
                live[node] = None
        return list(live)

    def _is_given(self, node: AppliedPTransform, live: Container[AppliedPTransform]) -> bool:
        """Whether a node runs in a pass: it is live, or of an earlier one and runs again."""
        return node in live or (node not in self.waiting and self._can_replay(node))

    def _pass(self, live: list[AppliedPTransform]) -> None:
        """Pushes all elements once through the nodes that are live, in order."""
        again = self._replayed(live)
        nodes = again + live
        executors = {node: executor_of(node, self.kept) for node in nodes}
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
                    targets.append(Keeper(self.kept[pcoll]))
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
            if pcoll in self.main[other] and other not in live and not self._can_replay(node):
                return True
        return False

    def _can_replay(self, node: AppliedPTransform) -> bool:
        """Whether a node gives the same once more, from a source: it need not be kept."""
        if _is_source(node):
            return True
        plain = isinstance(node.transform, (core.ParDo, core.Flatten))
        return (
            plain
            and node in self.behind_source
            and all(
                pcoll in self.kept or self._can_replay(self.producers[pcoll])
                for pcoll in self.main[node]
            )
        )


def _main_inputs(node: AppliedPTransform) -> tuple[pvalue.PCollection, ...]:
    return tuple(value for value in node.inputs if isinstance(value, pvalue.PCollection))


def _is_source(node: AppliedPTransform) -> bool:
    return isinstance(node.transform, core.ParDo) and isinstance(node.transform.fn, SourceDoFn)
