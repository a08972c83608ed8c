"""Wiring: what the inputs of a step that is called in a pipeline are connected with."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from zenml.errors import PipelineInterfaceError
from zenml.pipelines.graph import Graph
from zenml.steps.fitting import can_fit
from zenml.steps.handles import WRITTEN, Handle
from zenml.steps.readable import item_type
from zenml.steps.signature import Signature
from zenml.steps.types import type_name


def is_wired(value: Any) -> bool:
    """Whether an argument stands for outputs of steps: a handle, or a list with one in it.

    Example:
        >>> is_wired([Handle(object(), "load", ("output",))]), is_wired([1])
        (True, False)
    """
    if isinstance(value, (list, tuple)):
        return any(isinstance(item, Handle) for item in value)
    return isinstance(value, Handle)


def _holds_handle(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(map(_holds_handle, value.values()))
    if isinstance(value, (list, tuple, set)):
        return any(map(_holds_handle, value))
    return isinstance(value, Handle)


def refuse_written(given: Mapping[str, Any], graph: Graph, where: str) -> None:
    """Refuses text that an output was written into while the pipeline was put together.

    Args:
        given: Input -> what a call hands over.
        graph: Of the pipeline.
        where: Said in the error, e.g. "Step `train`".

    Raises:
        PipelineInterfaceError: Names the input, and the output whose value is not known yet.
    """
    for key, value in given.items():
        for text in _texts(value):
            for found in re.finditer(WRITTEN, text):
                if found["node"] in graph:
                    raise PipelineInterfaceError(
                        f"{where}: the input {key!r} is text with {found[0]} written into it, "
                        "whose value is known once that step ran. Hand the output to a step, "
                        "and make the text in there."
                    )


def _texts(value: Any) -> Iterator[str]:
    """All strings in a parameter."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from _texts([*value.keys(), *value.values()])
    elif isinstance(value, (list, tuple, set, frozenset)):
        for item in value:
            yield from _texts(item)
    elif not isinstance(value, type) and (
        dataclasses.is_dataclass(value) or hasattr(type(value), "model_fields")
    ):
        yield from _texts(getattr(value, "__dict__", {}))


class Wiring:
    """Sorts the arguments of a call: what comes from other nodes, and plain values."""

    def __init__(self, graph: Graph, where: str, signature: Signature) -> None:
        self.graph = graph
        self.where = where
        self.signature = signature
        self.inputs: dict[str, str] = {}
        self.splits: dict[str, dict[str, str]] = {}

    def takes(self, key: str, value: Any) -> bool:
        """Wires an argument to the outputs that it stands for; False for a plain value."""
        if isinstance(value, Handle):
            if len(value.outputs) == 1:
                self._check_type(key, value)
                self._wire(key, value)
            else:
                if value.outputs:
                    self._check_takes_list(key, value)
                self._wire_all(key, list(value), value)
            return True
        if isinstance(value, (list, tuple)) and any(isinstance(item, Handle) for item in value):
            self._check_takes_list(key, value)
            self._wire_all(key, value, value)
            return True
        if _holds_handle(value):
            raise PipelineInterfaceError(
                f"{self.where}: the input {key!r} is a {type(value).__name__} with outputs of "
                "other steps deep in it. Hand them over as a plain list, or each as an input of "
                "its own."
            )
        return False

    def _check_type(self, key: str, handle: Handle) -> None:
        """Refuses an output that can never be what the input asks for."""
        wanted = self.signature.inputs[key].annotation
        given = handle.types.get(handle.outputs[0], Any)
        if not can_fit(given, wanted):
            raise PipelineInterfaceError(
                f"{self.where}: the input {key!r} is {handle!r}, which is of type "
                f"{type_name(given)}; it must be of type {type_name(wanted)}."
            )

    def _check_takes_list(self, key: str, given: Any) -> None:
        """Refuses several outputs for an input that takes no list or tuple."""
        wanted = self.signature.inputs[key].annotation
        if can_fit(list, wanted) or can_fit(tuple, wanted):
            return
        what = (
            f"all {len(given.outputs)} outputs of step {given.node!r}: {', '.join(given.outputs)}"
            if isinstance(given, Handle)
            else repr(given)
        )
        raise PipelineInterfaceError(
            f"{self.where}: the input {key!r} is {what}. It must be one of type "
            f"{type_name(wanted)}; pick it by name or number, as in [0]."
        )

    def _wire_all(self, key: str, items: Iterable[Any], given: Any) -> None:
        found = list(items)
        if not found:
            raise PipelineInterfaceError(
                f"{self.where}: the input {key!r} is {given!r}, which gives nothing. To have it "
                "run later than that, write after=[...]."
            )
        for i, item in enumerate(found):
            if not isinstance(item, Handle) or len(item.outputs) != 1:
                raise PipelineInterfaceError(
                    f"{self.where}: the input {key!r} is a list with {item!r} among outputs of "
                    "other steps; every item must be one output of a step."
                )
            self._wire(f"{key}[{i}]", item)

    def _wire(self, key: str, handle: Handle) -> None:
        if handle.graph is not self.graph:
            raise PipelineInterfaceError(
                f"{self.where}: the input {key!r} is {handle!r} of another pipeline. What another "
                "run made can be loaded in a step: Client().get_artifact_version(name).load()."
            )
        handle.check_reader(self._annotation(key), f"{self.where}: the input {key!r}")
        (self.inputs[key],) = handle.references
        if handle.split:
            self.splits[key] = {"split": handle.split}

    def _annotation(self, key: str) -> Any:
        """What the step asks for as an input, or as one item of it."""
        name, _, is_item = key.partition("[")
        annotation = self.signature.inputs[name].annotation
        return item_type(annotation) if is_item else annotation
