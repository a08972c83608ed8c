"""What a pipeline is asked after it ran: statistics, anomalies, metrics, the model."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from zenml.edges import edges

if TYPE_CHECKING:
    import pandas as pd

    from zenml.client.pages.view import View
    from zenml.client.results.run_results import RunResults


@edges
class DataViews:
    """What is asked of a pipeline that reads a datasource.

    Every question is about the newest run of the pipeline, or about the one that is named.
    A view is a table, and a page with plots: a file below `.zenml/pages/` whose path is printed
    and stands in the table's `attrs["page"]`. A browser opens it where there is one. `magic=True`
    shows it in a notebook instead, and `port=8080` serves it on this machine until Ctrl-C.

    Example:
        >>> from zenml.pipelines import DataPipeline
        >>> table = DataPipeline(name="look").view_statistics()  # doctest: +SKIP
        Page: /home/ada/penguins/.zenml/pages/run-look-2026_11_21/statistics.html
    """

    name: str

    def view_statistics(
        self, magic: bool = False, port: int = 0, *, run: str | int | None = None
    ) -> pd.DataFrame:
        """Statistics of every column, of each split beside the others.

        Args:
            magic: Show the page in the notebook.
            port: Serve the page there until Ctrl-C; 0 writes a file.
            run: Name of the run, its first letters or its id; None is the newest.

        Returns:
            A row for each column of each split: `split`, `column`, `type`, in how many rows a
            value is `present` and in how many `missing`, and what is usual of the values.

        Raises:
            PipelineNotFoundError: The pipeline never ran here.
            RunNotFoundError: It has no such run.
            ResultNotFoundError: The run has no statistics; says why.
        """
        from zenml.client.pages.views import statistics_view

        return self._show(statistics_view(self._results(run)), magic, port)

    def view_schema(
        self, magic: bool = False, port: int = 0, *, run: str | int | None = None
    ) -> pd.DataFrame:
        """The schema; the arguments are those of `view_statistics`.

        Returns:
            A row for each column: `column`, `type`, `required`, and `values` where they are few.

        Raises:
            PipelineNotFoundError: The pipeline never ran here.
            RunNotFoundError: It has no such run.
            ResultNotFoundError: The run has no schema; says why.
        """
        from zenml.client.pages.views import schema_view

        return self._show(schema_view(self._results(run)), magic, port)

    def _results(self, run: str | int | None) -> RunResults:
        from zenml.client.results.run_results import results_of

        return results_of(self.name, run)

    @staticmethod
    def _show(view: View, magic: bool, port: int) -> pd.DataFrame:
        return view.show(magic, port)


@edges
class TrainingViews(DataViews):
    """What is asked of a pipeline that trains a model, besides.

    Example:
        >>> from zenml.pipelines import TrainingPipeline
        >>> TrainingPipeline(name="penguins").evaluate()  # doctest: +SKIP
        Traceback (most recent call last):
        zenml.errors.PipelineNotFoundError: There is no pipeline 'penguins'. There are none. \
A pipeline is known once it ran.
    """

    def view_anomalies(
        self,
        split_name: str = "eval",
        magic: bool = False,
        port: int = 0,
        *,
        drift: float | None = None,
        run: str | int | None = None,
    ) -> pd.DataFrame:
        """What in a split is not as in the rows that the model was trained on.

        TensorFlow Data Validation looks for it now, in this process: new values, missing
        columns, other types, and columns that are too far from the training rows.

        Args:
            split_name: The split to look at.
            magic: Show the page in the notebook.
            port: Serve the page there until Ctrl-C; 0 writes a file.
            drift: How far a column may be, from 0 to 1: L-infinity of texts,
                Jensen-Shannon divergence of numbers; None asks only of columns for which the
                schema has a comparator.
            run: Name of the run, its first letters or its id; None is the newest.

        Returns:
            A row for each anomaly: `column`, `anomaly`, `description`.

        Raises:
            PipelineNotFoundError: The pipeline never ran here.
            RunNotFoundError: It has no such run.
            ResultNotFoundError: The run has no such split.
        """
        from zenml.client.pages.views import anomalies_view

        return self._show(anomalies_view(self._results(run), split_name, drift), magic, port)

    def evaluate(
        self, magic: bool = False, port: int = 0, *, run: str | int | None = None
    ) -> pd.DataFrame:
        """Metrics overall and by slice, curves, and how the training went.

        The arguments are those of `view_statistics`.

        Returns:
            A row for all rows, where `slice` is "", and one for each slice; a column a metric.

        Raises:
            PipelineNotFoundError: The pipeline never ran here.
            RunNotFoundError: It has no such run.
            ResultNotFoundError: The run has no evaluation: says whether there is no evaluator.
        """
        from zenml.client.pages.views import evaluation_view

        return self._show(evaluation_view(self._results(run)), magic, port)

    def get_hyperparameters(self, *, run: str | int | None = None) -> dict[str, Any]:
        """The arguments of the trainer, defaults included.

        Raises:
            PipelineNotFoundError: The pipeline never ran here.
            RunNotFoundError: It has no such run.
        """
        return self._results(run).hyperparameters

    def get_model_uri(self, *, run: str | int | None = None) -> str:
        """The folder of the model, which `TrainedModel` and `tf.saved_model.load` take.

        Raises:
            PipelineNotFoundError: The pipeline never ran here.
            RunNotFoundError: It has no such run.
            ResultNotFoundError: The run trained no model; says why.
        """
        return self._results(run).model_uri

    def sample_transformed_data(
        self,
        split_name: str = "eval",
        sample_size: int = 100000,
        *,
        run: str | int | None = None,
    ) -> pd.DataFrame:
        """The first rows of a split as the preprocesser left them.

        Args:
            split_name: The split to read.
            sample_size: At most so many rows.
            run: Name of the run, its first letters or its id; None is the newest.

        Returns:
            The columns as they came, features `<feature>_xf` and labels `<label>_xl`.

        Raises:
            PipelineNotFoundError: The pipeline never ran here.
            RunNotFoundError: It has no such run.
            ResultNotFoundError: The run has no transformed rows; says why.
            DataError: There is no such split; names those there are.
        """
        return self._results(run).transformed(split_name, sample_size)

    def download_model(
        self, out_path: str | os.PathLike[str], *, run: str | int | None = None
    ) -> str:
        """Copies the model to a folder of yours, whole or not at all.

        Args:
            out_path: The folder that it becomes; a new or an empty one.
            run: Name of the run, its first letters or its id; None is the newest.

        Returns:
            Absolute path of the folder.

        Raises:
            AlreadyExistsException: Something lies in the folder.
            PipelineNotFoundError: The pipeline never ran here.
            RunNotFoundError: It has no such run.
            ResultNotFoundError: The run trained no model; says why.
        """
        return str(self._results(run).download_model(out_path))
