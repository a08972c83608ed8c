"""What a node is asked to do, and what came of it: plain data that goes between processes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from zenml.artifacts.store import Content
from zenml.spec import NodeSpec, PipelineSpec


@dataclass(frozen=True)
class Input:
    """An artifact that a node reads, as far as it needs to know it.

    Attributes:
        type: Its ML Metadata type.
        uri: Where its files lie.
        properties: Everything recorded with it.

    Example:
        >>> Input("ZenMLValue", "/store/data/1").properties
        {}
    """

    type: str
    uri: str
    properties: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Task:
    """One node that is to run.

    Attributes:
        node: The node.
        run: Name of the run.
        log: Where what it prints is kept.
        settings: Its own, with the pipeline's where it has none.
        inputs: Input key -> artifacts; of a Python node.
        outputs: Output name -> folder to save it in; of a Python node.
        code: Digest of a step's code that is in no commit: it is checked where the
            step is loaded anew. "" is not checked.
        fingerprint: Of a TFX node; "" is the one that it was compiled with.
        found: Input key -> numbers of artifacts, of what a TFX node reads that comes from no
            other node of the run.

    Example:
        >>> Task(NodeSpec("split", "split_gen"), "p-1", "/logs/split.log").is_python
        False
    """

    node: NodeSpec
    run: str
    log: str
    settings: dict[str, Any] = field(default_factory=dict)
    inputs: dict[str, list[Input]] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)
    code: str = ""
    fingerprint: str = ""
    found: dict[str, list[int]] = field(default_factory=dict)

    @property
    def is_python(self) -> bool:
        """Whether zenml calls it itself; else it is TFX's to launch."""
        return is_python(self.node)


@dataclass(frozen=True)
class Failure:
    """Why a node failed.

    Attributes:
        message: What is said of it, first of all that it is a failure of that step.
        user_traceback: From the user's own code on; "" where none took part.
        cause: What was raised; None where it cannot be told to another process.

    Example:
        >>> Failure("Step `trainer` failed: no rows").user_traceback
        ''
    """

    message: str
    user_traceback: str = ""
    cause: BaseException | None = None


@dataclass(frozen=True)
class Saved:
    """An output that lies in its folder.

    Attributes:
        content: Number, size and hash of its files.
        properties: What is recorded of it besides.

    Example:
        >>> Saved(Content(1, 10, "ab")).content.files
        1
    """

    content: Content
    properties: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What came of a task.

    Attributes:
        seconds: Wall time of all its attempts.
        attempts: How many there were.
        failure: Why the last one failed, or None.
        saved: Output name -> what was saved; of a Python node.
        metadata: What the step logged.
        execution: Number of the execution; of a TFX node.

    Example:
        >>> Outcome(0.5).failure is None
        True
    """

    seconds: float
    attempts: int = 1
    failure: Failure | None = None
    saved: dict[str, Saved] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    execution: int = 0


def is_python(node: NodeSpec) -> bool:
    """Whether a node is a free step, which zenml calls itself."""
    return node.component == "python_step"


def is_given(node: NodeSpec) -> bool:
    """Whether a node stands for a model that was there before the pipeline."""
    return node.component == "importer"


def settings_of(spec: PipelineSpec, node: NodeSpec) -> dict[str, Any]:
    """The settings of a node: its own, and the pipeline's where it has none."""
    return {**spec.settings, **node.settings}


def uses_cache(spec: PipelineSpec, node: NodeSpec) -> bool:
    """Whether a node may take an earlier result."""
    return bool(node.settings.get("enable_cache", spec.enable_cache))


def describes_commit(spec: PipelineSpec, node: NodeSpec) -> bool:
    """Whether a node reads a datasource, or describes what was read, and nothing else.

    Example:
        >>> nodes = NodeSpec("rows", "data_gen"), NodeSpec("table", "examples_gen")
        >>> spec = PipelineSpec("p", "steps", "x.y", "v", nodes)
        >>> [describes_commit(spec, node) for node in nodes]
        [True, False]
    """
    if node.component in ("statistics_gen", "schema_gen"):
        return all(describes_commit(spec, spec.node(name)) for name in node.upstream)
    return node.component == "data_gen"
