"""RunResult: what a run did."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class NodeResult:
    """One node of a run.

    Attributes:
        name: Of the node.
        state: "succeeded" or "cached".
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

    @property
    def executed(self) -> list[str]:
        """Names of the nodes that were not taken from the cache."""
        return [node.name for node in self.nodes.values() if not node.cached]
