"""Handles: what stands for the outputs of a step while a pipeline is being put together."""

from __future__ import annotations

import dis
import sys
from collections.abc import Iterator, Mapping
from types import FrameType
from typing import Any, NoReturn

from zenml.errors import PipelineInterfaceError

# How handles write themselves into text; see `Handle.__repr__`.
WRITTEN = r"<(?:outputs?|split) [^<>]* of step '(?P<node>[\w-]+)'>"


class Handle:
    """The outputs of a node that has not run yet.

    A step called in a pipeline gives one. It is handed to other steps, whole or one
    output at a time: it unpacks, and `handle["name"]` and `handle[0]` pick one output.

    Args:
        graph: The graph that the node belongs to.
        node: Name of the node.
        outputs: Names of its outputs.
        split: Of examples: the split that is meant, "" for all.
        types: Output -> its annotation, of those that have one.

    Example:
        >>> quotient, remainder = Handle(object(), "divide", ("quotient", "remainder"))
        >>> remainder
        <output 'remainder' of step 'divide'>
    """

    def __init__(
        self,
        graph: Any,
        node: str,
        outputs: tuple[str, ...],
        split: str = "",
        types: Mapping[str, Any] | None = None,
    ) -> None:
        self.graph = graph
        self.node = node
        self.outputs = outputs
        self.split = split
        self.types = types or {}

    @property
    def references(self) -> tuple[str, ...]:
        """Each output as "node.output"."""
        return tuple(f"{self.node}.{output}" for output in self.outputs)

    def __len__(self) -> int:
        if len(self.outputs) == 1:
            self._refuse()
        return len(self.outputs)

    def __iter__(self) -> Iterator[Handle]:
        if len(self.outputs) == 1:
            raise PipelineInterfaceError(
                f"Step {self.node!r} has one output, {self.outputs[0]!r}, which cannot be unpacked "
                "while the pipeline is put together. To have several, return `a, b` and annotate "
                "it Tuple[A, B]."
            )
        wanted = _names_to_unpack_into(sys._getframe(1))
        if wanted not in (None, len(self.outputs)):
            raise PipelineInterfaceError(
                f"Step {self.node!r} has {len(self.outputs) or 'no'} outputs"
                f"{': ' if self.outputs else ''}{', '.join(self.outputs)}. Here they are unpacked "
                f"into {wanted} names."
            )
        return iter([self._one(output) for output in self.outputs])

    def __getitem__(self, key: int | str) -> Handle:
        if isinstance(key, int) and -len(self.outputs) <= key < len(self.outputs):
            return self._one(self.outputs[key])
        if isinstance(key, str) and key in self.outputs:
            return self._one(key)
        raise PipelineInterfaceError(
            f"Step {self.node!r} has no output {key!r}; it has "
            f"{', '.join(self.outputs) or 'none'}. (What a step returns is known once it ran: look "
            "into it in another step.)"
        )

    def check_reader(self, annotation: Any, where: str) -> None:
        """Checks that it can be handed over to an input; what a free step gives always can.

        Args:
            annotation: Of the input. Values of free steps are checked when they are there.
            where: Said in errors.
        """

    def _one(self, output: str) -> Handle:
        return type(self)(self.graph, self.node, (output,), types=self.types)

    def __repr__(self) -> str:
        if len(self.outputs) == 1:
            return f"<output {self.outputs[0]!r} of step {self.node!r}>"
        return f"<outputs {', '.join(map(repr, self.outputs)) or 'none'} of step {self.node!r}>"

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise PipelineInterfaceError(
            f"{self!r} has no value while the pipeline is put together: it is known once the step "
            "ran. Compute with it in another step."
        )

    __bool__ = __int__ = __float__ = __complex__ = __index__ = __call__ = _refuse
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __contains__ = _refuse
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __matmul__ = _refuse
    __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = _refuse
    __pow__ = __rpow__ = __and__ = __rand__ = __or__ = __ror__ = __xor__ = __rxor__ = _refuse
    __neg__ = __pos__ = __abs__ = __invert__ = __round__ = __rmatmul__ = _refuse
    __setitem__ = __delitem__ = __array__ = _refuse
    __hash__ = object.__hash__

    def __format__(self, spec: str) -> str:
        if spec:
            self._refuse()
        return repr(self)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        raise PipelineInterfaceError(
            f"{self!r} has no attribute {name!r} while the pipeline is put together: its value is "
            "known once the step ran. Look at it in another step."
        )


def _names_to_unpack_into(frame: FrameType) -> int | None:
    """How many names stand before the `=` that a frame is at; None where it is at none."""
    for instruction in dis.get_instructions(frame.f_code):
        if instruction.offset == frame.f_lasti and instruction.opname == "UNPACK_SEQUENCE":
            return instruction.arg
    return None
