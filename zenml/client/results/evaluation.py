"""Evaluation: what an evaluator found, and how the training went."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from zenml.errors import ArtifactStoreError

METRICS, CURVES, PARITY, HISTORY = "metrics.json", "curves.json", "parity.json", "history.json"


@dataclass(frozen=True)
class Evaluation:
    """What an evaluator found.

    Attributes:
        rows: How many rows it evaluated; 0 where that was not recorded.
        overall: Metric -> value; None for one that is no finite number.
        slices: Of each slice `slice`, a dict of columns and values, `metrics`, and `baseline`
            where the model was compared with the latest blessed one.
        baseline: Metric -> value of the latest blessed model; empty without a comparison.
        blessed: Whether the model may be deployed; None where nobody decided.
        verdict: Why it may not, or what is to be said of the decision.
        parity: Whether the served model predicts what was tested, as `parity.json` has it.
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
    baseline: Mapping[str, float | None] = field(default_factory=dict)
    blessed: bool | None = None
    verdict: str = ""
    parity: Mapping[str, Any] = field(default_factory=dict)
    curves: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    history: Mapping[str, Sequence[float]] = field(default_factory=dict)

    @property
    def metrics(self) -> list[str]:
        """Names of the metrics."""
        found = [self.overall, *(one["metrics"] for one in self.slices)]
        return list(dict.fromkeys(name for metrics in found for name in metrics))

    def table(self) -> list[dict[str, Any]]:
        """A row for all rows, where `slice` is "", and one for each slice; a column a metric.

        Where the model was compared with the latest blessed one, that has columns
        `<metric> (baseline)`.
        """
        from zenml.client.comparison.metrics import slice_name

        rows = [("", self.overall, self.baseline)]
        rows += [
            (slice_name(one["slice"]), one["metrics"], one.get("baseline", {}))
            for one in self.slices
        ]
        return [
            {"slice": name, **metrics, **{f"{key} (baseline)": v for key, v in before.items()}}
            for name, metrics, before in rows
        ]


def read_evaluation(
    uri: str, logs: str | None = None, blessing: Mapping[str, Any] | None = None
) -> Evaluation:
    """Reads what an evaluator and a trainer wrote.

    Args:
        uri: Folder of the evaluation.
        logs: Folder of the trainer's logs.
        blessing: The properties of the blessing: `blessed`, `reason`, `note`.

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
    decided = blessing or {}
    return Evaluation(
        rows=int(told.get("rows") or 0),
        overall=told.get("overall", {}),
        slices=told.get("slices", ()),
        baseline=told.get("baseline", {}).get("overall", {}),
        blessed=decided["blessed"] == 1 if "blessed" in decided else None,
        verdict=str(decided.get("reason") or decided.get("note") or ""),
        parity=_read(Path(uri, PARITY)) or {},
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
