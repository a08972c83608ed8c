"""TrainingRuns: what training runs were given, and what they came to, in one table."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from zenml.client.comparison.metrics import metrics_of
from zenml.client.comparison.side import Side

if TYPE_CHECKING:
    import pandas as pd

    from zenml.client.comparison.comparison import RunComparison

_TRAINING = ("training", "nlp")


@dataclass(frozen=True)
class TrainingRuns:
    """Training runs, the oldest first. `Repository.compare_training_runs()` makes it.

    Attributes:
        runs: Of each "run", "pipeline", "started", "state", "seconds" and "commit".
        arguments: Argument, `trainer.epochs` -> its value in each run, None where a run has
            no such argument; those that differ between the runs.
        metrics: Metric, `evaluator.accuracy [island=Biscoe]` -> its value in each run.

    Example:
        >>> runs = ({"run": "monday"}, {"run": "tuesday"})
        >>> TrainingRuns(runs, {"trainer.epochs": (1, 2)}).rows[1]
        {'run': 'tuesday', 'trainer.epochs': 2}
    """

    runs: tuple[dict[str, Any], ...] = ()
    arguments: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    metrics: Mapping[str, tuple[float | None, ...]] = field(default_factory=dict)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """A dict for each run, with everything."""
        columns = {**self.arguments, **self.metrics}
        return [
            {**run, **{name: values[place] for name, values in columns.items()}}
            for place, run in enumerate(self.runs)
        ]

    def to_frame(self) -> pd.DataFrame:
        """A pandas DataFrame with a row for each run."""
        import pandas as pd

        return pd.DataFrame(self.rows)

    def to_html(self, file: str | os.PathLike[str]) -> None:
        """Writes a page that shows them with plots, and needs nothing else."""
        from zenml.client.comparison.runs_page import page
        from zenml.client.html.writing import write_page

        write_page(file, page(self))

    def between(self, a: str | int, b: str | int) -> RunComparison:
        """What differs between two of them, given by their names; see `compare_runs`."""
        from zenml.client.comparison.comparing import compare_runs

        return compare_runs(a, b)


def training_runs(datasource: str | None = None) -> TrainingRuns:
    """The training runs of this repository that ended well.

    Args:
        datasource: Only those that read the datasource of that name.

    Raises:
        DatasourceNotFoundError: There is no such datasource; names those there are.
    """
    from zenml.client.client import Client
    from zenml.repo.datasources import datasource_spec

    found = [Side(run) for run in Client().list_pipeline_runs(status="completed")[::-1]]
    sides = [side for side in found if _is_wanted(side, datasource)]
    if datasource is not None and not sides:
        datasource_spec(datasource)
    arguments = _columns([_arguments(side) for side in sides])
    metrics = _columns([_metrics(side) for side in sides])
    return TrainingRuns(
        tuple(_row(side) for side in sides),
        {name: values for name, values in arguments.items() if _differ(values)},
        metrics,
    )


def _is_wanted(side: Side, datasource: str | None) -> bool:
    spec = side.run.spec
    if spec is None or spec.type not in _TRAINING:
        return False
    return datasource is None or (
        spec.datasource is not None and spec.datasource.name == datasource
    )


def _row(side: Side) -> dict[str, Any]:
    told = side.summary
    source = side.run.spec.datasource if side.run.spec else None
    kept = {key: told[key] for key in ("run", "pipeline", "started", "state", "seconds")}
    return {**kept, "commit": source.commit if source else None}


def _arguments(side: Side) -> dict[str, Any]:
    nodes = side.nodes.values()
    return {f"{n.name}.{k}": v for n in nodes if n.step for k, v in n.step.args.items()}


def _metrics(side: Side) -> dict[str, Any]:
    return {
        f"{step}.{metric}{f' [{where}]' if where else ''}": value
        for (step, where, metric), value in metrics_of(side).items()
    }


def _columns(rows: list[dict[str, Any]]) -> dict[str, tuple[Any, ...]]:
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: tuple(row.get(name) for row in rows) for name in names}


def _differ(values: Iterable[Any]) -> bool:
    first, *others = values
    return any(other != first for other in others)
