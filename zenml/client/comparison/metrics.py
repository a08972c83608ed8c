"""The numbers that two runs came to: of evaluations, of steps that return them or log them."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zenml.client.artifact import ArtifactView
from zenml.client.comparison.side import Side
from zenml.metadata.artifact_versions import VALUE_TYPE
from zenml.steps.user_metadata import USER_METADATA

_EVALUATION = "ModelEvaluation"
_RUN = "run"  # stands for the step of what was logged for the run as a whole
Key = tuple[str, str, str]  # step, slice, metric


@dataclass(frozen=True)
class MetricDifference:
    """One metric in two runs.

    Attributes:
        step: The step that it comes from.
        metric: Its name.
        slice: Of the rows that it was computed of, `island=Biscoe`; "" for all of them.
        a: In the first run; None where that has it not.
        b: In the second run.

    Example:
        >>> metric = MetricDifference("evaluator", "accuracy", "", 0.75, 0.5)
        >>> metric.change, metric.is_equal
        (-0.25, False)
    """

    step: str
    metric: str
    slice: str
    a: float | None
    b: float | None

    @property
    def change(self) -> float | None:
        """By how much it changed; None where a run has it not."""
        return None if self.a is None or self.b is None else self.b - self.a

    @property
    def is_equal(self) -> bool:
        """Whether both runs have it, and the same."""
        return self.a is not None and self.a == self.b

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {**vars(self), "slice": self.slice or None, "change": self.change}


def compare_metrics(a: Side, b: Side) -> tuple[MetricDifference, ...]:
    """Every metric of the two runs; of each step first that of all rows."""
    old, new = metrics_of(a), metrics_of(b)
    return tuple(
        MetricDifference(step, metric, where, old.get(key), new.get(key))
        for key in dict.fromkeys([*old, *new])
        for step, where, metric in [key]
    )


def metrics_of(side: Side) -> dict[Key, float]:
    """Step, slice and metric -> value."""
    found: dict[Key, float] = {}
    for name, step in side.steps.items():
        for key, view in step.outputs.items():
            if view.type == _EVALUATION:
                found.update(_evaluation(name, view))
            elif (
                view.type == VALUE_TYPE
                and (value := _number(view.metadata.get("value"))) is not None
            ):
                found[name, "", key] = value
        for key, value in _numbers_in(step.metadata):
            found[name, "", key] = value
    later = json.loads(side.run.record.properties.get(USER_METADATA) or "{}")
    return {**found, **{(_RUN, "", key): value for key, value in _numbers_in(later)}}


def _evaluation(step: str, view: ArtifactView) -> dict[Key, float]:
    """The metrics that an evaluator wrote; none where its files are gone."""
    try:
        told = json.loads(Path(view.uri, "metrics.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    slices: list[tuple[dict[str, Any], dict[str, Any]]] = [({}, told.get("overall", {}))]
    slices += [(one["slice"], one["metrics"]) for one in told.get("slices", ())]
    return {
        (step, slice_name(where), metric): number
        for where, metrics in slices
        for metric, value in metrics.items()
        if (number := _number(value)) is not None
    }


def slice_name(where: Mapping[str, Any]) -> str:
    """A slice for people.

    Example:
        >>> slice_name({"island": "Biscoe", "sex": "MALE"})
        'island=Biscoe, sex=MALE'
    """
    return ", ".join(f"{column}={value}" for column, value in where.items())


def _numbers_in(metadata: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """The numbers that somebody logged, those within mappings too."""
    waiting: list[tuple[str, Any]] = list(metadata.items())
    for name, value in waiting:
        if isinstance(value, Mapping):
            waiting += ((f"{name}.{key}", item) for key, item in value.items())
        elif (number := _number(value)) is not None:
            yield name, number


def _number(value: Any) -> float | None:
    """A finite number; None for anything else, truths too."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if math.isfinite(value) else None
