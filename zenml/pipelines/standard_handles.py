"""StandardHandle: what stands for the artifacts of a standard step in a pipeline."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from zenml.errors import PipelineInterfaceError
from zenml.steps.handles import Handle
from zenml.steps.readable import SPLIT_UP, misfit

# What a handle can be handed over as, whole, to another standard step.
ROWS, TRANSFORMED, MODEL = "rows", "transformed", "model"
RAW = "raw_examples"  # the rows that transformed ones were made of
EVALUATION, DEPLOYMENT, PREDICTED = "evaluation", "deployment", "predicted"


@dataclass(frozen=True)
class Part:
    """One artifact that a handle carries.

    Attributes:
        reference: "node.output".
        type: Its ML Metadata type, e.g. "Examples".

    Example:
        >>> Part("split.examples", "Examples").node
        'split'
    """

    reference: str
    type: str

    @property
    def node(self) -> str:
        """The node that makes it."""
        return self.reference.partition(".")[0]

    @property
    def output(self) -> str:
        """What the node calls it."""
        return self.reference.partition(".")[2]


class StandardHandle(Handle):
    """The artifacts of a standard step that has not run yet.

    As a whole it goes to the next standard step, and to a free step as its first
    artifact. `handle["train"]` is one split of it, `handle["schema"]` another artifact.

    Args:
        graph: The graph that the nodes belong to.
        parts: Name -> artifact; the first one is what a free step gets.
        role: What it is as a whole, "" for a part of one.
        splits: Names of its splits; None where they are not known yet.
        split: The one that is meant, "" for all.
        declared: Column types that a datasource declares, as JSON.

    Example:
        >>> parts = {"examples": Part("split.examples", "Examples")}
        >>> handle = StandardHandle(object(), parts, ROWS, splits=("train", "test"))
        >>> handle["train"]
        <split 'train' of step 'split'>
        >>> handle["valid"]
        Traceback (most recent call last):
        zenml.errors.PipelineInterfaceError: Step 'split' has neither a split nor an output \
'valid'; its splits are train, test, and its outputs examples.
    """

    def __init__(
        self,
        graph: Any,
        parts: dict[str, Part],
        role: str = "",
        *,
        splits: tuple[str, ...] | None = (),
        split: str = "",
        declared: str = "",
    ) -> None:
        first = next(iter(parts.values()))
        super().__init__(graph, first.node, (first.output,), split)
        self.parts = parts
        self.role = role
        self.splits = splits
        self.declared = declared

    @property
    def type(self) -> str:
        """The ML Metadata type of its first artifact."""
        return next(iter(self.parts.values())).type

    def __getitem__(self, key: int | str) -> Handle:
        name = next(iter(self.parts))
        if key == 0 or (key == name and key not in (self.splits or ())):
            return self
        if self._is_split(key):
            return StandardHandle(self.graph, {name: self.parts[name]}, splits=(), split=str(key))
        if isinstance(key, str) and key in self.parts:
            splits = self.splits if self.parts[key].type in SPLIT_UP else ()
            return StandardHandle(self.graph, {key: self.parts[key]}, splits=splits)
        outputs = ", ".join(self.parts)
        if self.splits:
            raise PipelineInterfaceError(
                f"Step {self.node!r} has neither a split nor an output {key!r}; its splits are "
                f"{', '.join(self.splits)}, and its outputs {outputs}."
            )
        raise PipelineInterfaceError(
            f"{self!r} has no part {key!r}"
            + (f"; the outputs of the step are {outputs}." if self.role else ".")
        )

    def _is_split(self, key: int | str) -> bool:
        """Whether a key names a split; any name may, where they are not known yet."""
        if self.split or self.type not in SPLIT_UP or not isinstance(key, str):
            return False
        return key not in self.parts if self.splits is None else key in self.splits

    def __iter__(self) -> Iterator[Handle]:
        name = (self.splits or list(self.parts))[0]
        raise PipelineInterfaceError(
            f"{self!r} cannot be unpacked: take what you need by name, as in [{name!r}]."
        )

    def check_reader(self, annotation: Any, where: str) -> None:
        """Checks that a free step's input can be given this as it is annotated.

        Args:
            annotation: Of the input.
            where: Said in the error, e.g. "Step `report`: the input 'train'".

        Raises:
            PipelineInterfaceError: Says what would do.
        """
        splits = None if self.splits is None else len(self.splits)
        why = misfit(self.type, annotation, splits=1 if self.split else splits)
        if why:
            raise PipelineInterfaceError(f"{where} is {self!r}: {why}.")

    def __repr__(self) -> str:
        if self.split:
            return f"<split {self.split!r} of step {self.node!r}>"
        return super().__repr__()
