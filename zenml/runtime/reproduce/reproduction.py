"""Reproduces a run: runs it again at its commits, and compares what comes of it."""

from __future__ import annotations

import dataclasses
import time
from pathlib import Path

from zenml.edges import edge
from zenml.errors import RunInterruptedError
from zenml.metadata.executions import Execution
from zenml.repo.git import GitRepository
from zenml.runtime.environment import Environment
from zenml.runtime.progress import Progress
from zenml.runtime.reproduce.comparing import compare_node
from zenml.runtime.reproduce.obstacles import obstacles
from zenml.runtime.reproduce.record import Record
from zenml.runtime.reproduce.repetition import Repetition
from zenml.runtime.reproduce.scratch import is_repeatable, scratch_folder
from zenml.runtime.reproduce.tolerance import Tolerance
from zenml.runtime.reproduce.verdict import (
    DIFFERENT,
    IDENTICAL,
    LEFT_OUT,
    NOT_REPRODUCIBLE,
    Comparison,
    NodeVerdict,
    Reproduction,
)
from zenml.runtime.signals import Terminated, stoppable
from zenml.spec import NodeSpec

_OUTSIDE = "a deployment acts on more than the stores, so it is not repeated"


@edge
def reproduce(
    run: str,
    *,
    tolerance: Tolerance | None = None,
    keep: str | None = None,
    progress: Progress | None = None,
) -> Reproduction:
    """Runs a recorded run once more, and compares all that it makes.

    The code is that of the run's commits, checked out outside of the working tree; the
    cache is off, and the stores are scratch ones. The repository, its stores and its
    records stay as they are. A node that cannot run again is taken as it is recorded,
    so that those after it can.

    Args:
        run: Name of the run.
        tolerance: Within which weights, metrics and other floats count as equal.
        keep: Folder that keeps what was made; None removes it.
        progress: Where it is said what happens; None is standard output.

    Raises:
        RunNotFoundError: There is no run of that name.
        RunError: It runs now, or the file of its pipeline is gone.
        RunInterruptedError: The process was told to stop.

    Example:
        >>> reproduce("penguins-2026_11_21-13_25_22_527231").verdict  # doctest: +SKIP
        'identical'
    """
    began = time.time()
    record = Record.find(run)
    given = _given(record)
    changes = _changes(record, given)
    with scratch_folder(keep) as folder:
        repetition = Repetition(record, folder, given, progress or Progress())
        try:
            with stoppable():
                repetition.run()
                verdicts = _verdicts(record, repetition, tolerance or Tolerance(), changes)
        except Terminated as exc:
            raise RunInterruptedError(f"{exc}; nothing of it stays.") from None
    kept = str(Path(folder)) if keep is not None else ""
    return Reproduction(record.run.name, verdicts, changes, time.time() - began, kept)


def _given(record: Record) -> dict[str, str]:
    """Node -> why it does not run again."""
    left_out = {node.name: _OUTSIDE for node in record.spec.nodes if not is_repeatable(node)}
    return {**obstacles(record.spec, GitRepository()), **left_out}


def _changes(record: Record, given: dict[str, str]) -> list[str]:
    """What the nodes that can run will run with that is another version than in the run."""
    nodes = tuple(node for node in record.spec.nodes if node.name not in given)
    now = Environment.of(dataclasses.replace(record.spec, nodes=nodes))
    return now.differences(record.environment)


def _verdicts(
    record: Record, repetition: Repetition, tolerance: Tolerance, changes: list[str]
) -> list[NodeVerdict]:
    found: dict[str, NodeVerdict] = {}
    for node in record.spec.nodes:
        verdict = _verdict(node, record, repetition, tolerance)
        if verdict.verdict == DIFFERENT:
            verdict = _explained(verdict, node, found, changes)
        found[node.name] = verdict
    return list(found.values())


def _verdict(
    node: NodeSpec, record: Record, repetition: Repetition, tolerance: Tolerance
) -> NodeVerdict:
    name = node.name
    if name not in record.executions:
        return NodeVerdict(name, LEFT_OUT, "it did not end well in the run")
    if name in repetition.given:
        why = repetition.given[name]
        return NodeVerdict(name, LEFT_OUT if why == _OUTSIDE else NOT_REPRODUCIBLE, why)
    if name in repetition.unreachable:
        source = repetition.unreachable[name]
        why = f"it reads what `{source}` made, which is not there any more and cannot be made again"
        return NodeVerdict(name, NOT_REPRODUCIBLE, why)
    return _compared(repetition.done[name], record.executions[name], tolerance)


def _compared(new: Execution, recorded: Execution, tolerance: Tolerance) -> NodeVerdict:
    found = compare_node(new, recorded, tolerance)
    outputs = {key: one.verdict for key, one in found.items()}
    worst = Comparison.worst(list(found.values()))
    key = next((key for key, one in found.items() if one is worst), "")
    why = f"{key}: {worst.told}" if worst.told and worst.verdict != IDENTICAL else ""
    return NodeVerdict(recorded.node, worst.verdict, why, outputs)


def _explained(
    verdict: NodeVerdict, node: NodeSpec, before: dict[str, NodeVerdict], changes: list[str]
) -> NodeVerdict:
    """A difference that something else accounts for: versions, or what the node reads."""
    why = verdict.why
    if changes:
        return NodeVerdict(
            verdict.node,
            NOT_REPRODUCIBLE,
            f"package versions differ ({', '.join(changes)}); {why}",
            verdict.outputs,
        )
    reads = [name for name in node.upstream if before[name].verdict == DIFFERENT]
    if reads:
        why = f"{why} (it reads `{'`, `'.join(reads)}`, which differs)"
    return NodeVerdict(verdict.node, DIFFERENT, why, verdict.outputs)
