"""A split or a label that nobody makes is named before anything runs."""

from __future__ import annotations

from typing import Any

import pytest

from zenml.datasources import CSVDatasource
from zenml.errors import PipelineInterfaceError
from zenml.pipelines import TrainingPipeline
from zenml.steps.evaluator import TFMAEvaluator
from zenml.steps.preprocesser import StandardPreprocesser
from zenml.steps.split import NoSplit, RandomSplit
from zenml.steps.trainer import TFFeedForwardTrainer, TrainerStep


class NoLabels(TrainerStep):
    def run_fn(self) -> None:
        """Learns none."""


class OwnLabels(StandardPreprocesser):
    def preprocessing_fn(self, inputs: dict[str, Any]) -> dict[str, Any]:
        return {"x_xf": inputs["x"], "y_xl": inputs["x"]}


def pipeline(**evaluator: object) -> TrainingPipeline:
    made = TrainingPipeline(name="p")
    made.add_datasource(CSVDatasource(name="d", path="d.csv"))
    made.add_split(RandomSplit(split_map={"train": 0.7, "eval": 0.3}))
    made.add_preprocesser(StandardPreprocesser(labels=["y"]))
    made.add_trainer(TFFeedForwardTrainer())
    made.add_evaluator(TFMAEvaluator(metrics={"y": ["accuracy"]}, **evaluator))
    return made


def test_an_evaluated_split_has_to_be_made() -> None:
    with pytest.raises(PipelineInterfaceError, match=r"evaluates the split 'test'.*train, eval"):
        pipeline().check()


def test_what_is_learned_has_to_be_named() -> None:
    made = pipeline(split_mapping={"test_splits": ["eval"]})
    made.steps_dict["preprocesser"] = StandardPreprocesser()
    with pytest.raises(
        PipelineInterfaceError,
        match=r"TensorflowFeedForwardTrainer needs a label, and StandardPreprocesser has no "
        r"labels. Name what is to be learned: StandardPreprocesser\(labels=\['y'\]\)",
    ):
        made.check()
    made.steps_dict["trainer"] = NoLabels()
    with pytest.raises(PipelineInterfaceError, match="TFMAEvaluator needs a label"):
        made.check()
    del made.steps_dict["evaluator"]
    made.check()


def test_labels_may_be_made_in_a_preprocessing_fn_of_ones_own() -> None:
    made = pipeline(split_mapping={"test_splits": ["eval"]})
    made.steps_dict["preprocesser"] = OwnLabels()
    made.check()


def test_another_split_may_be_evaluated() -> None:
    pipeline(split_mapping={"test_splits": ["eval"]}).check()


def test_no_split_says_how_the_steps_are_told_to_use_it() -> None:
    made = pipeline()
    made.steps_dict["split"] = NoSplit()
    with pytest.raises(
        PipelineInterfaceError,
        match=r"Pipeline 'p': StandardPreprocesser trains on the split 'train', and the data has "
        r"'nosplit'. Say which to use with split_mapping=\{'train_splits': \[...\]",
    ):
        made.check()
    mapping = {"train_splits": ["nosplit"]}
    made.steps_dict["preprocesser"] = StandardPreprocesser(labels=["y"], split_mapping=mapping)
    with pytest.raises(PipelineInterfaceError, match=r"TensorflowFeedForwardTrainer trains on"):
        made.check()
    made.steps_dict["trainer"] = TFFeedForwardTrainer(split_mapping=mapping)
    with pytest.raises(PipelineInterfaceError, match=r"evaluates the split 'test'.*nosplit"):
        made.check()
    del made.steps_dict["evaluator"]
    made.check()


def test_a_mapping_names_splits_that_are_made() -> None:
    made = pipeline(split_mapping={"test_splits": ["eval"]})
    made.steps_dict["trainer"] = TFFeedForwardTrainer(split_mapping={"eval_splits": ["evil"]})
    with pytest.raises(PipelineInterfaceError, match=r"names the split 'evil', and the data has"):
        made.check()
