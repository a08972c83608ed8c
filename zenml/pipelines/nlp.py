"""NLPPipeline: from a column of text to a model that predicts sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, overload

from zenml.edges import edges
from zenml.errors import PipelineError
from zenml.hints import shown
from zenml.pipelines.data import connect_data
from zenml.pipelines.graph import Graph
from zenml.pipelines.pinned import pinned_files
from zenml.pipelines.slotted import Slot
from zenml.pipelines.training import TrainingPipeline
from zenml.steps.base import BaseStep
from zenml.steps.deployer.base import DeployerStep
from zenml.steps.evaluator.base import EvaluatorStep
from zenml.steps.preprocesser.base import PreprocessStep
from zenml.steps.preprocesser.text import TextPreprocesser
from zenml.steps.split.base import SplitStep
from zenml.steps.tokenizer.base import TokenizerStep
from zenml.steps.trainer.base import TrainerStep

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


@edges
class NLPPipeline(TrainingPipeline):
    """Data -> split -> tokenizer -> (preprocesser) -> trainer -> (evaluator) -> (deployer).

    The tokenizer learns from the training splits. Without a preprocesser of one's own, a
    `TextPreprocesser` with its `split_mapping` hands its tokens on as they are, and takes the
    one column besides the text for the label.

    Example:
        >>> from zenml.datasources import CSVDatasource
        >>> pipeline = NLPPipeline(name="sections")
        >>> pipeline.add_datasource(CSVDatasource(name="packages", path="packages.csv"))
        >>> pipeline.run()
        Traceback (most recent call last):
        zenml.errors.PipelineInterfaceError: Pipeline 'sections' has no split: \
call add_split(...) before run().
    """

    TYPE = "nlp"
    SLOTS: ClassVar[dict[str, Slot]] = {
        "split": Slot(SplitStep, "add_split"),
        "tokenizer": Slot(TokenizerStep, "add_tokenizer"),
        "preprocesser": Slot(PreprocessStep, "add_preprocesser", required=False),
        "trainer": Slot(TrainerStep, "add_trainer"),
        "evaluator": Slot(EvaluatorStep, "add_evaluator", required=False),
        "deployer": Slot(DeployerStep, "add_deployment", required=False),
    }

    def add_tokenizer(self, step: TokenizerStep) -> None:
        """Sets the step that turns text into numbers."""
        self._add("tokenizer", step)

    @overload
    def predict_sentence(self, seq: str) -> dict[str, Any]: ...

    @overload
    def predict_sentence(
        self, seq: list[str] | tuple[str, ...] | np.ndarray[Any, Any] | pd.Series[str]
    ) -> list[dict[str, Any]]: ...

    def predict_sentence(self, seq: Any) -> dict[str, Any] | list[dict[str, Any]]:
        """What the model of the last run predicts of a sentence, or of each of a list.

        Args:
            seq: The sentence, or a list of sentences: a column of a DataFrame will do.

        Returns:
            `<label>_o` -> list of floats, and `<label>_class` -> name of the most likely class,
            where the label has names; of a list, such a dict for each sentence.

        Raises:
            PipelineError: It is no text, and no list of texts.
            RunNotFoundError: The pipeline never ran.
        """
        from zenml.runtime.sentences import predict_sentences

        if isinstance(seq, str):
            return predict_sentences(self.get_model_uri(), [seq])[0]
        many = seq.tolist() if hasattr(seq, "tolist") else seq  # of NumPy and pandas
        if not isinstance(many, (list, tuple)) or not all(isinstance(one, str) for one in many):
            raise PipelineError(
                f"predict_sentence() of pipeline {self.name!r} takes a string or a list of "
                f"strings, not {shown(seq)}."
            )
        return predict_sentences(self.get_model_uri(), many)

    def connect_steps(self, graph: Graph) -> None:
        """The order that the class docstring shows."""
        assert self.datasource is not None  # check() has seen to it
        steps = self._with_preprocesser()
        examples, statistics, schema = connect_data(graph, self.datasource)
        inputs = {"data": examples, "statistics": statistics, "schema": schema}
        graph.add("split", "split_gen", step=steps["split"], inputs=inputs)
        _, schema = graph.add_examples("split", "split.examples", self._declared())
        inputs = {"examples": "split.examples", "schema": schema}
        pinned = pinned_files(steps["tokenizer"])
        graph.add("tokenizer", "tokenizer", step=steps["tokenizer"], inputs=inputs, args=pinned)
        examples = "tokenizer.tokenized_examples"
        _, schema = graph.add_examples("tokenizer", examples, self._declared())
        tokenizer = {"tokenizer": "tokenizer.tokenizer"}
        self._connect_model(graph, steps, {"examples": examples, "schema": schema}, tokenizer)

    def _with_preprocesser(self) -> dict[str, BaseStep]:
        """The steps, with a preprocesser where none was added."""
        steps = dict(self.steps_dict)
        tokenizer = steps["tokenizer"]
        if "preprocesser" not in steps and isinstance(tokenizer, TokenizerStep):
            steps["preprocesser"] = TextPreprocesser(
                text_feature=tokenizer.text_feature,
                vocab_size=getattr(tokenizer, "vocab_size", None),
                split_mapping=tokenizer.split_mapping,
            )
        return steps
