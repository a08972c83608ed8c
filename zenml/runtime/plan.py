"""Plan: what a run has to do, and how it may do it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from zenml.errors import PipelineError
from zenml.repo.moment import one_moment
from zenml.runtime.environment import Environment
from zenml.runtime.records import NodeRecords
from zenml.runtime.schedule import FAIL_FAST, MODES
from zenml.runtime.trees import commits_of
from zenml.spec import NodeSpec, PipelineSpec

_TYPED = "__main__."  # where the steps are that were typed into a session


@dataclass(frozen=True)
class Plan:
    """What is to run, and how.

    Attributes:
        spec: The frozen pipeline.
        records: Fingerprints of its nodes, and what else is recorded of each.
        mode: "fail_fast" or "continue".
        max_workers: How many nodes may run at once; each is in a process of its own
            where that is more than one.
        commits: Node -> commit, of the nodes that run in a process of their own which
            sees the files of that commit, and not those of today.
        environment: What it runs with.

    Example:
        >>> Plan(PipelineSpec("p", "data", "x.Y", "v"), NodeRecords({})).in_process
        True
    """

    spec: PipelineSpec
    records: NodeRecords
    mode: str = FAIL_FAST
    max_workers: int = 1
    commits: Mapping[str, str] = field(default_factory=dict)
    environment: Environment = field(default_factory=Environment)

    def is_here(self, node: NodeSpec) -> bool:
        """Whether a node runs in the process of the run."""
        return self.in_process and node.name not in self.commits

    @property
    def in_process(self) -> bool:
        """Whether the nodes of today's code run in the process of the run."""
        return self.max_workers == 1

    @property
    def can_move(self) -> bool:
        """Whether another process can load its steps: none was typed into a session."""
        return _typed(self.spec) is None

    @classmethod
    def of(
        cls,
        spec: PipelineSpec,
        *,
        marks: dict[str, str] | None = None,
        mode: str | None = None,
        max_workers: int | None = None,
    ) -> Plan:
        """Computes the fingerprints, and checks what a user may have said wrong.

        Args:
            spec: The frozen pipeline.
            marks: Fingerprints that nodes have for another reason than the spec.
            mode: None is the pipeline's setting.
            max_workers: None is 1.

        Raises:
            PipelineError: Names the option, what was given and what would do.
        """
        mode = mode or spec.settings.get("execution_mode") or FAIL_FAST
        workers = 1 if max_workers is None else max_workers
        if mode not in MODES:
            raise PipelineError(
                f"execution_mode of pipeline {spec.name!r} is {mode!r}; take one of "
                f"{', '.join(MODES)}."
            )
        if isinstance(workers, bool) or not isinstance(workers, int) or workers < 1:
            raise PipelineError(f"max_workers is {workers!r}; take a whole number, 1 or more.")
        typed = _typed(spec)
        if typed is not None and workers > 1:
            raise PipelineError(
                f"Step `{typed}` was typed into a session, where no other process can load "
                "it. Move it into a file, or run with max_workers=1."
            )
        with one_moment():
            records = NodeRecords.of(spec, marks)
            return cls(spec, records, mode, workers, commits_of(spec), Environment.of(spec))


def _typed(spec: PipelineSpec) -> str | None:
    """The first node whose step was typed into a session; None where every one has a file."""
    steps = ((node.name, node.step) for node in spec.nodes)
    return next((name for name, step in steps if step and step.source.startswith(_TYPED)), None)
