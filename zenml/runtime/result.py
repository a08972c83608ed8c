"""RunResult: what a run did."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from zenml.errors import RunError
from zenml.hints import number_of

if TYPE_CHECKING:
    from zenml.client.named import Named
    from zenml.client.run import RunView
    from zenml.client.step import StepView

KEPT = "kept"  # what a node did that had ended well before the run was resumed
GIVEN = "given"  # what a node did that only stands for a model which was there


@dataclass(frozen=True)
class NodeResult:
    """One node of a run.

    Attributes:
        name: Of the node.
        state: "succeeded", "cached", "kept": it had ended before the run was resumed, or
            "given": it stands for a model that was there.
        seconds: Wall time in this run.
        outputs: Output key -> folder of the artifact.

    Example:
        >>> NodeResult("split", "cached", 0.01).cached
        True
    """

    name: str
    state: str
    seconds: float
    outputs: dict[str, str] = field(default_factory=dict)

    @property
    def cached(self) -> bool:
        """Whether an earlier result was reused."""
        return self.state == "cached"


@dataclass(frozen=True)
class RunResult:
    """A run that ended well.

    Attributes:
        name: Of the run.
        pipeline: Name of the pipeline.
        file: Absolute path of the pipeline's YAML file.
        seconds: Wall time of the whole run.
        nodes: Node -> what it did, in the order they ran.
        loading_seconds: Part of `seconds` in which TFX was loaded and the pipeline
            compiled; 0.0 where everything was cached.
        store: The open metadata store that has its records.

    Example:
        >>> RunResult("p-1", "p", "p.yaml", 1.0).executed
        []
    """

    name: str
    pipeline: str
    file: str
    seconds: float
    nodes: dict[str, NodeResult] = field(default_factory=dict)
    loading_seconds: float = 0.0
    store: Any = field(default=None, repr=False, compare=False)

    def __repr__(self) -> str:
        """The run in one line."""
        cached = sum(node.cached for node in self.nodes.values())
        return (
            f"<run {self.name!r} of pipeline {self.pipeline!r}: "
            f"{number_of('steps', len(self.nodes))}, {cached} cached, {self.seconds:.1f} s>"
        )

    @property
    def view(self) -> RunView:
        """The run as it is recorded.

        Raises:
            RunError: It is not recorded any more.
        """
        from zenml.client.run import run_view

        found = run_view(self.store, self.name) if self.store is not None else None
        if found is None:
            raise RunError(f"The run {self.name!r} is not in the metadata store any more.")
        return found

    @property
    def status(self) -> str:
        """How the run ended, as `Client` says it."""
        return self.view.status

    @property
    def steps(self) -> Named[StepView]:
        """Its steps by name, with what they made: `run.steps["train"].output.load()`."""
        return self.view.steps

    def get_step(self, name: str) -> StepView:
        """One of its steps."""
        return self.view.get_step(name)

    @property
    def executed(self) -> list[str]:
        """Names of the nodes whose results were not there."""
        return [node.name for node in self.nodes.values() if node.state == "succeeded"]
