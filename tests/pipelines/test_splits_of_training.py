"""A split that nobody makes is named before anything runs."""

from __future__ import annotations

import pytest

from zenml.datasources import CSVDatasource
from zenml.errors import PipelineInterfaceError
from zenml.pipelines import TrainingPipeline
from zenml.steps.evaluator import TFMAEvaluator
from zenml.steps.preprocesser import StandardPreprocesser
from zenml.steps.split import RandomSplit
from zenml.steps.trainer import TFFeedForwardTrainer


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


def test_another_split_may_be_evaluated() -> None:
    pipeline(split_mapping={"test_splits": ["eval"]}).check()
