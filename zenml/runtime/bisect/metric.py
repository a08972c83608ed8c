"""A metric of a run: the number that a step gave, logged, or evaluated a model to."""

from __future__ import annotations

import json
import math
import numbers
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from zenml.artifacts.values import ValueRecord
from zenml.errors import MetricNotFoundError
from zenml.hints import did_you_mean
from zenml.metadata import producers
from zenml.metadata.artifact_versions import VALUE_TYPE
from zenml.metadata.artifacts import Artifact
from zenml.metadata.executions import Execution
from zenml.steps.user_metadata import USER_METADATA

_EVALUATION = "ModelEvaluation"
_OUTPUT = "output"  # what the only output of a step is called where nobody names it
_NUMBERS = ("builtins.float", "builtins.int")


@dataclass(frozen=True)
class Metric:
    """What is asked for.

    Attributes:
        name: Of the metric: of an evaluation, of an output that is a number, or of
            what a step logged. `step.name` where several steps give one.
        slice: Column -> value of the rows that it is about; empty is all of them.

    Example:
        >>> str(Metric("accuracy", {"island": "Biscoe"}))
        'accuracy (island=Biscoe)'
    """

    name: str
    slice: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        where = ", ".join(f"{column}={value}" for column, value in self.slice.items())
        return f"{self.name} ({where})" if where else self.name

    def is_called(self, node: str, name: str) -> bool:
        """Whether it means a number of a node."""
        called = [name, f"{node}.{name}"] + ([node] if name == _OUTPUT else [])
        return self.name in called


def node_with(metric: Metric, store: Any, executions: Sequence[Execution]) -> str:
    """The node of a run that gives a metric.

    Args:
        metric: The metric.
        store: The open metadata store.
        executions: Those of the run.

    Raises:
        MetricNotFoundError: None gives it, or several do; names what there is.
    """
    found = {e.node for e in executions if value_of(metric, store, e) is not None}
    if len(found) == 1:
        return found.pop()
    if found:
        names = ", ".join(f"{node}.{metric.name}" for node in sorted(found))
        raise MetricNotFoundError(f"Several steps give {metric}. Say which one you mean: {names}.")
    raise _not_found(metric, store, executions)


def _not_found(metric: Metric, store: Any, executions: Sequence[Execution]) -> MetricNotFoundError:
    every = [(e.node, *number) for e in executions for number in numbers_of(store, e)]
    if metric.slice:
        slices = [about for node, about, name, _ in every if metric.is_called(node, name) and about]
        listed = "; ".join(str(Metric(metric.name, about)) for about in slices)
        have = f"It has {listed}." if slices else "Only evaluators give slices; it has none."
        return MetricNotFoundError(f"The run gives no {metric}. {have}")
    names = list(dict.fromkeys(name for _, about, name, _ in every if not about))
    have = (
        f"It gives {', '.join(names)}."
        if names
        else (
            "It gives none: a metric is a number that a step returns or logs, or that an evaluator "
            "computes."
        )
    )
    return MetricNotFoundError(
        f"The run gives no metric {metric.name!r}.{did_you_mean(metric.name, names)} {have}"
    )


def value_of(metric: Metric, store: Any, execution: Execution) -> float | None:
    """The metric as an execution gave it; None where it gave none."""
    for about, name, value in numbers_of(store, execution):
        if about == dict(metric.slice) and metric.is_called(execution.node, name):
            return value
    return None


def numbers_of(store: Any, execution: Execution) -> Iterator[tuple[dict[str, str], str, float]]:
    """Slice, name and value of every number that an execution gave."""
    for key, artifacts in execution.outputs.items():
        for artifact in artifacts:
            if artifact.type == _EVALUATION:
                yield from _evaluated(artifact)
            elif artifact.type == VALUE_TYPE and (number := _number_in(artifact)) is not None:
                yield {}, key, number
    ran = producers.original_of(store, execution)
    logged = json.loads(ran.properties.get(USER_METADATA) or "{}")
    for key, value in logged.items():
        if (number := _as_number(value)) is not None:
            yield {}, key, number


def _evaluated(artifact: Artifact) -> Iterator[tuple[dict[str, str], str, float]]:
    try:
        told = json.loads(Path(artifact.uri, "metrics.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):  # pruned meanwhile: it is evaluated anew
        return
    for part in [{"slice": {}, "metrics": told["overall"]}, *told["slices"]]:
        about = {column: str(value) for column, value in part["slice"].items()}
        for name, value in part["metrics"].items():
            if (number := _as_number(value)) is not None:
                yield about, name, number


def _number_in(artifact: Artifact) -> float | None:
    record = ValueRecord.from_properties(artifact.properties)
    is_number = record.type in _NUMBERS or record.type.startswith("numpy.")
    return _as_number(record.metadata.get("value")) if is_number else None


def _as_number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        return None
    number = float(value)
    return number if math.isfinite(number) else None
