"""RunResults: what the standard steps of one run came to."""

from __future__ import annotations

import os
from numbers import Integral
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zenml.client.arguments import refuse_shortened
from zenml.client.results.finding import Finding
from zenml.edges import edges
from zenml.errors import ResultNotFoundError, RunNotFoundError
from zenml.hints import did_you_mean
from zenml.metadata import parts
from zenml.models.folders import model_folder

if TYPE_CHECKING:
    import pandas as pd

    from zenml.client.results.anomalies import Anomalies
    from zenml.client.results.evaluation import Evaluation
    from zenml.client.results.statistics import SplitStatistics
    from zenml.client.run import RunView

_TRAINER, _EVALUATOR = "trainer", "evaluator"
_NO_THRESHOLDS = "the evaluator has no thresholds, so every model is"


@edges
class RunResults:
    """What the standard steps of a run came to, of whatever kind its pipeline is.

    Args:
        run: The run.

    Example:
        >>> from zenml.client.run import RunView
        >>> from zenml.metadata.runs import Run
        >>> RunResults(RunView(None, Run(1, "p-1", "p", "succeeded"))).name
        'p-1'
    """

    def __init__(self, run: RunView) -> None:
        """Reads nothing yet."""
        self.run = run
        self._found = Finding(run)

    @property
    def name(self) -> str:
        """The name of the run."""
        return self.run.name

    def statistics(self) -> SplitStatistics:
        """The statistics of each split; of the rows as they came where they were not split.

        Raises:
            ResultNotFoundError: The run has none; says why.
            DataError: Their files are gone.
        """
        from zenml.client.results.statistics import SplitStatistics

        return SplitStatistics(self._found.statistics().uri)

    def schema(self) -> list[dict[str, Any]]:
        """The schema: of each column `column`, `type`, `required` and `values`.

        Raises:
            ResultNotFoundError: The run has none; says why.
            DataError: Its file is gone.
        """
        from zenml.records.tables import schema_rows

        return schema_rows(self._found.schema().uri)

    def anomalies(self, split: str = "eval", drift: float | None = None) -> Anomalies:
        """What in a split is not as in the splits that the model was trained on.

        Args:
            split: Name of the split.
            drift: How far a column may be from the training rows, from 0 to 1; None
                asks only of columns for which the schema has a comparator.

        Raises:
            ResultNotFoundError: The run has no such split.
        """
        from zenml.client.results.anomalies import find_anomalies

        statistics = self.statistics()
        schema = self._found.schema().uri
        declared = self._found.declared_types()
        return find_anomalies(statistics, split, self.train_splits, schema, declared, drift)

    def evaluation(self) -> Evaluation:
        """Metrics overall and by slice, curves, and how the training went.

        Raises:
            ResultNotFoundError: The run has none; says why.
        """
        from zenml.client.results.evaluation import read_evaluation

        uri, logs = self._found.evaluation().uri, self._found.training_logs()
        blessing = self._found.blessing()
        told = dict(blessing.properties) if blessing else None
        if told and not told.get("note") and self._asks_nothing():
            told["note"] = _NO_THRESHOLDS
        return read_evaluation(uri, logs.uri if logs else None, told)

    @property
    def hyperparameters(self) -> dict[str, Any]:
        """The arguments of the trainer, defaults included.

        Raises:
            ResultNotFoundError: The pipeline has no trainer; or its file is gone, and an
                argument was too long to be recorded besides.
        """
        arguments = self._arguments(_TRAINER)
        if arguments is None:
            raise ResultNotFoundError(
                f"Run {self.name} of pipeline {self.run.pipeline_name!r} has no standard trainer, "
                "so there are no hyperparameters."
            )
        refuse_shortened(arguments, f"{_TRAINER} of run {self.name}")
        return arguments

    @property
    def model_uri(self) -> str:
        """The folder of the model that the run trained.

        Raises:
            ResultNotFoundError: The run has none; says why.
        """
        return model_folder(self._found.model().uri)

    def download_model(self, out_path: str | os.PathLike[str]) -> Path:
        """Copies the model to a folder of yours; see `zenml.client.results.download_model`."""
        from zenml.client.results.model_files import download_model

        return download_model(self.model_uri, out_path)

    def transformed(self, split: str = "eval", rows: int = 100000) -> pd.DataFrame:
        """The first rows of a split as the preprocesser left them.

        Args:
            split: Name of the split.
            rows: At most so many.

        Raises:
            ResultNotFoundError: The run has none; says why.
            DataError: There is no such split.
        """
        from zenml.records.frames import read_table, to_frame

        given: Any = rows  # a whole number of NumPy does too
        if isinstance(given, bool) or not isinstance(given, Integral) or given < 1:
            raise ResultNotFoundError(
                f"A sample of {rows!r} rows cannot be taken: give a whole number from 1."
            )
        return to_frame(read_table(self._found.transformed().uri, split, int(rows)))

    def artifacts(self, component: str | None = None) -> list[dict[str, str]]:
        """Where everything lies that the run made or took: `step`, `output`, `type`, `uri`.

        Args:
            component: Only what this node made, e.g. "split", or this component, "SplitGen".

        Raises:
            ResultNotFoundError: The run has no such node; names those it has.
        """
        from zenml.runtime.queries import nodes_named

        steps, spec = self.run.steps, self.run.spec
        nodes = list(steps)
        if component is not None:
            nodes = nodes_named(component, nodes, *([spec] if spec is not None else []))
        if component is not None and not nodes:
            have = ", ".join(steps) or "none"
            raise ResultNotFoundError(
                f"Run {self.name} has no node {component!r}.{did_you_mean(component, steps)} It "
                f"has {have}."
            )
        return [
            {"step": name, "output": key, "type": view.type, "uri": view.uri}
            for name, step in steps.items()
            if name in nodes
            for key, view in step.outputs.items()
        ]

    @property
    def train_splits(self) -> list[str]:
        """Names of the splits that the model was trained on."""
        mapping = (self._arguments(_TRAINER) or {}).get("split_mapping") or {}
        return list(mapping.get("train_splits") or ["train"])

    def _asks_nothing(self) -> bool:
        """Whether the evaluator blesses every model."""
        found = self._arguments(_EVALUATOR)
        if found is None or "thresholds" not in found:
            return False
        return not found["thresholds"] and not found.get("parity")

    def _arguments(self, component: str) -> dict[str, Any] | None:
        """The arguments of the last step of a component; None where the run has none.

        Of a run whose file is gone or was edited, they are those that were recorded with it.
        """
        spec = self.run.spec
        if spec is not None:
            steps = [node.step for node in spec.nodes if node.component == component]
            found = [step.args for step in steps if step is not None]
        else:
            told = [parts.of(step.record) for step in self.run.steps.values()]
            found = [one.args for one in told if one is not None and one.component == component]
        return dict(found[-1]) if found else None


def results_of(pipeline: str, run: str | int | None = None) -> RunResults:
    """What a run of a pipeline came to.

    Args:
        pipeline: Name of the pipeline.
        run: Name of the run, its first letters or its id; None is the newest.

    Raises:
        PipelineNotFoundError: There is no such pipeline; names those there are.
        RunNotFoundError: It never ran, or has no such run.
    """
    from zenml.client.client import Client

    client = Client()
    if run is not None:
        return RunResults(client.get_pipeline_run(run, pipeline))
    runs = client.list_pipeline_runs(pipeline, limit=1)
    if not runs:
        raise RunNotFoundError(f"Pipeline {pipeline!r} never ran here: run() it first.")
    return RunResults(runs[0])
