"""Evaluation: what an evaluator found, and how the training went."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from zenml.errors import ArtifactStoreError

METRICS, CURVES, HISTORY = "metrics.json", "curves.json", "history.json"


@dataclass(frozen=True)
class Evaluation:
    """What an evaluator found.

    Attributes:
        rows: How many rows it evaluated; 0 where that was not recorded.
        overall: Metric -> value; None for one that is no finite number.
        slices: Of each slice `slice`, a dict of columns and values, and `metrics`.
        curves: Output -> confusion, ROC and others of its curves, as `curves.json` has them.
        history: Metric -> its value after each epoch of the training.

    Example:
        >>> found = Evaluation(overall={"accuracy": 0.9})
        >>> found.table()
        [{'slice': '', 'accuracy': 0.9}]
    """

    rows: int = 0
    overall: Mapping[str, float | None] = field(default_factory=dict)
    slices: Sequence[Mapping[str, Any]] = ()
    curves: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    history: Mapping[str, Sequence[float]] = field(default_factory=dict)

    @property
    def metrics(self) -> list[str]:
        """Names of the metrics."""
        found = [self.overall, *(one["metrics"] for one in self.slices)]
        return list(dict.fromkeys(name for metrics in found for name in metrics))

    def table(self) -> list[dict[str, Any]]:
        """A row for all rows, where `slice` is "", and one for each slice."""
        from zenml.client.comparison.metrics import slice_name

        return [{"slice": "", **self.overall}] + [
            {"slice": slice_name(one["slice"]), **one["metrics"]} for one in self.slices
        ]


def read_evaluation(uri: str, logs: str | None = None) -> Evaluation:
    """Reads what an evaluator and a trainer wrote.

    Args:
        uri: Folder of the evaluation.
        logs: Folder of the trainer's logs.

    Raises:
        ArtifactStoreError: The metrics cannot be read.
    """
    told = _read(Path(uri, METRICS))
    if told is None:
        raise ArtifactStoreError(
            f"There is no {METRICS} in the evaluation {uri}: run the evaluator again."
        )
    curves = _read(Path(uri, CURVES)) or {}
    history = (_read(Path(logs, HISTORY)) or {}) if logs else {}
    return Evaluation(
        rows=int(told.get("rows") or 0),
        overall=told.get("overall", {}),
        slices=told.get("slices", ()),
        curves=curves.get("outputs", {}),
        history=history,
    )


def _read(path: Path) -> dict[str, Any] | None:
    """A file of JSON; None where there is none.

    Raises:
        ArtifactStoreError: It cannot be read.
    """
    try:
        told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as exc:
        raise ArtifactStoreError(f"{path} cannot be read ({exc}); run its step again.") from exc
    return told
