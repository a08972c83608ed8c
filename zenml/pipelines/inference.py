"""BatchInferencePipeline: a model predicts the rows of a datasource."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from zenml.edges import edges
from zenml.pipelines.data import connect_data
from zenml.pipelines.given_model import GivenModelPipeline
from zenml.pipelines.graph import Graph
from zenml.pipelines.overwriting import refuse_overwriting
from zenml.pipelines.slotted import Slot
from zenml.pipelines.views import DataViews
from zenml.steps.inferrer.base import InferrerStep

if TYPE_CHECKING:
    import pandas as pd


@edges
class BatchInferencePipeline(DataViews, GivenModelPipeline):
    """Data -> inferrer, with a model that is there already.

    Example:
        >>> from zenml.steps.inferrer import FileWriterInferrer
        >>> pipeline = BatchInferencePipeline("deployed/penguins", name="predict penguins")
        >>> pipeline.add_infer_step(FileWriterInferrer(output_path="out/penguins"))
        >>> pipeline.run()
        Traceback (most recent call last):
        zenml.errors.PipelineInterfaceError: Pipeline 'predict penguins' has no datasource: \
call add_datasource(...) before run().
    """

    TYPE = "inference"
    SLOTS: ClassVar[dict[str, Slot]] = {"inferrer": Slot(InferrerStep, "add_infer_step")}

    def add_infer_step(self, step: InferrerStep) -> None:
        """Sets the step that has the model predict."""
        self._add("inferrer", step)

    def get_predictions(
        self, sample_size: int | None = None, *, run: str | int | None = None
    ) -> pd.DataFrame:
        """The predictions behind the columns of the source, in its order.

        Args:
            sample_size: How many rows at most, from the first; None is all.
            run: Name of the run, its first letters or its id; None is the newest.

        Raises:
            PipelineError: `sample_size` is no number of rows.
            PipelineNotFoundError: The pipeline never ran here.
            RunNotFoundError: It has no such run.
            ResultNotFoundError: The run predicted nothing; says why.
        """
        from zenml.client.results.predictions import read_predictions

        return read_predictions(self._results(run).run, sample_size)

    def connect_steps(self, graph: Graph) -> None:
        """Data, statistics, schema, model, inferrer."""
        assert self.datasource is not None  # check() has seen to it
        examples, _, schema = connect_data(graph, self.datasource)
        inputs = {"examples": examples, "schema": schema, "model": self.add_model(graph)}
        step = self.steps_dict["inferrer"]
        refuse_overwriting(graph, step, f"The inferrer of pipeline {self.name!r}")
        graph.add("inferrer", "inferrer", step=step, inputs=inputs)
