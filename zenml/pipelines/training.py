"""TrainingPipeline: from a datasource to a model that is evaluated and deployed."""

from __future__ import annotations

from typing import Any, ClassVar

from zenml.edges import edges
from zenml.errors import DataError, PipelineInterfaceError
from zenml.pipelines.data import connect_data
from zenml.pipelines.graph import Graph
from zenml.pipelines.slotted import Slot, SlottedPipeline
from zenml.pipelines.views import TrainingViews
from zenml.steps.base import BaseStep
from zenml.steps.deployer.base import DeployerStep
from zenml.steps.evaluator.base import EvaluatorStep
from zenml.steps.preprocesser.base import PreprocessStep
from zenml.steps.sequencer.base import SequencerStep
from zenml.steps.split.base import SplitStep
from zenml.steps.split_mapping import splits_of
from zenml.steps.tokenizer.base import TokenizerStep
from zenml.steps.trainer.base import TrainerStep


@edges
class TrainingPipeline(TrainingViews, SlottedPipeline):
    """Data -> split -> (sequencer) -> preprocesser -> trainer -> (evaluator) -> (deployer).

    Example:
        >>> TrainingPipeline(name="penguins").run()
        Traceback (most recent call last):
        zenml.errors.PipelineInterfaceError: Pipeline 'penguins' has no datasource: \
call add_datasource(...) before run().
    """

    TYPE = "training"
    SLOTS: ClassVar[dict[str, Slot]] = {
        "split": Slot(SplitStep, "add_split"),
        "sequencer": Slot(SequencerStep, "add_sequencer", required=False),
        "preprocesser": Slot(PreprocessStep, "add_preprocesser"),
        "trainer": Slot(TrainerStep, "add_trainer"),
        "evaluator": Slot(EvaluatorStep, "add_evaluator", required=False),
        "deployer": Slot(DeployerStep, "add_deployment", required=False),
    }

    def add_split(self, step: SplitStep) -> None:
        """Sets the step that splits the rows."""
        self._add("split", step)

    def add_sequencer(self, step: SequencerStep) -> None:
        """Sets the step that makes sequences of rows."""
        self._add("sequencer", step)

    def add_preprocesser(self, step: PreprocessStep) -> None:
        """Sets the step that turns columns into features and labels."""
        self._add("preprocesser", step)

    def add_trainer(self, step: TrainerStep) -> None:
        """Sets the step that trains the model."""
        self._add("trainer", step)

    def add_evaluator(self, step: EvaluatorStep) -> None:
        """Sets the step that evaluates the model."""
        self._add("evaluator", step)

    def add_deployment(self, step: DeployerStep) -> None:
        """Sets the step that deploys the model."""
        self._add("deployer", step)

    def check(self) -> None:
        """Checks that it is whole, and that the splits and labels that its steps use are made.

        Raises:
            PipelineInterfaceError: Names what is missing and how to add it.
        """
        super().check()
        split, evaluator = self.steps_dict["split"], self.steps_dict.get("evaluator")
        if not isinstance(split, SplitStep):
            return
        names = split.get_split_names()
        for step in self.steps_dict.values():
            if isinstance(step, (TokenizerStep, PreprocessStep, TrainerStep)):
                try:
                    splits_of(step, step.split_mapping, names)
                except DataError as exc:
                    raise PipelineInterfaceError(f"Pipeline {self.name!r}: {exc}") from exc
        if isinstance(evaluator, EvaluatorStep):
            self._check_evaluated(evaluator, split, names)
        self._check_labels()

    def _check_labels(self) -> None:
        trainer, evaluator = self.steps_dict.get("trainer"), self.steps_dict.get("evaluator")
        learns = isinstance(trainer, TrainerStep) and trainer.LEARNS_LABELS
        judged = evaluator.label_names if isinstance(evaluator, EvaluatorStep) else None
        preprocesser = self.steps_dict.get("preprocesser")
        if not isinstance(preprocesser, PreprocessStep) or not preprocesser.makes_no_labels:
            return
        if learns or judged:
            needs, name = type(trainer if learns else evaluator), type(preprocesser).__name__
            raise PipelineInterfaceError(
                f"Pipeline {self.name!r}: {needs.__name__} needs a label, and {name} has no "
                f"labels. Name what is to be learned: {name}(labels={judged or '[...]'})."
            )

    def _check_evaluated(
        self, evaluator: EvaluatorStep, split: SplitStep, names: list[str]
    ) -> None:
        for name in evaluator.test_splits:
            if name not in names:
                raise PipelineInterfaceError(
                    f"Pipeline {self.name!r}: {type(evaluator).__name__} evaluates the split "
                    f"{name!r}, and {type(split).__name__} makes {', '.join(names)}. Name it, "
                    f"or say what to evaluate: {type(evaluator).__name__}(split_mapping="
                    f"{{'test_splits': [...]}}, ...)."
                )

    def connect_steps(self, graph: Graph) -> None:
        """The order that the class docstring shows."""
        assert self.datasource is not None  # check() has seen to it
        examples, statistics, schema = connect_data(graph, self.datasource)
        steps = self.steps_dict
        inputs = {"data": examples, "statistics": statistics, "schema": schema}
        graph.add("split", "split_gen", step=steps["split"], inputs=inputs)
        examples = "split.examples"
        _, schema = graph.add_examples("split", examples, self._declared())
        if "sequencer" in steps:
            inputs = {"examples": examples, "schema": schema}
            graph.add("sequencer", "sequencer", step=steps["sequencer"], inputs=inputs)
            examples = "sequencer.sequences"
            _, schema = graph.add_examples("sequencer", examples, self._declared())
        self._connect_model(graph, steps, {"examples": examples, "schema": schema})

    def _declared(self) -> str:
        import json

        declared = self.datasource.schema if self.datasource else None
        return json.dumps(declared) if declared else ""

    def _connect_model(
        self,
        graph: Graph,
        steps: dict[str, BaseStep],
        inputs: dict[str, str],
        beside: dict[str, str] | None = None,
    ) -> None:
        """Adds what comes after the rows; `beside` is what the trainer takes besides them."""
        graph.add("preprocesser", "transform", step=steps["preprocesser"], inputs=inputs)
        transformed = {
            "examples": "preprocesser.transformed_examples",
            "schema": inputs["schema"],
        }
        graph_input = {"transform_graph": "preprocesser.transform_graph"}
        inputs_of_trainer = {**transformed, **graph_input, **(beside or {})}
        graph.add("trainer", "trainer", step=steps["trainer"], inputs=inputs_of_trainer)
        model: dict[str, Any] = {"model": "trainer.model"}
        if "evaluator" in steps:
            tested = {"raw_examples": inputs["examples"], "test_results": "trainer.test_results"}
            inputs = {**transformed, **graph_input, **model, **tested}
            graph.add("evaluator", "evaluator", step=steps["evaluator"], inputs=inputs)
        if "deployer" in steps:
            blessing = {"blessing": "evaluator.blessing"} if "evaluator" in steps else {}
            graph.add("deployer", "pusher", step=steps["deployer"], inputs={**model, **blessing})
