"""What executes one transform of a pipeline: it takes elements, and hands on what comes of them."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

from apache_beam import pvalue
from apache_beam.pipeline import AppliedPTransform
from apache_beam.runners import common
from apache_beam.transforms import combiners, core, sideinputs
from apache_beam.transforms.window import GlobalWindows

Value: TypeAlias = Any  # a WindowedValue


class Executor(common.Receiver):
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


class Keeper:
    """Keeps elements for later passes."""

    def __init__(self, kept: list[Value]) -> None:
        self.receive = kept.append


class _Impulse(Executor):
    def finish(self) -> None:
        self.give(GlobalWindows.windowed_value(b""))


class _ParDo(Executor):
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


class _Group(Executor):
    def start(self) -> None:
        self.groups: dict[Any, tuple[Any, list[Any]]] = {}

    def receive(self, value: Value) -> None:
        key, element = value.value
        self.groups.setdefault(_hashable(key), (key, []))[1].append(element)

    def finish(self) -> None:
        for pair in _emptied(self.groups):
            self.give(GlobalWindows.windowed_value(pair))


class _Combine(Executor):
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


def executor_of(node: AppliedPTransform, kept: dict[pvalue.PCollection, list[Value]]) -> Executor:
    """What executes a node.

    Args:
        node: A transform of the pipeline.
        kept: Collections of earlier passes, which side inputs are taken from.
    """
    transform = node.transform
    if isinstance(transform, core.Impulse):
        return _Impulse()
    if isinstance(transform, core.ParDo):
        return _ParDo(node, kept)
    if isinstance(transform, core.CombinePerKey):
        return _Combine(transform)
    if isinstance(transform, core.GroupByKey):
        return _Group()
    return Executor()
