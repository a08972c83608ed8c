"""A pipeline of standard steps, for tests of the graph that it makes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from zenml import pipeline, step
from zenml.datasources import CSVDatasource
from zenml.errors import PipelineInterfaceError
from zenml.pipelines import BasePipeline
from zenml.pipelines.graph import Graph
from zenml.spec import NodeSpec
from zenml.steps import Output
from zenml.steps.deployer import FolderDeployer
from zenml.steps.evaluator import TFMAEvaluator
from zenml.steps.preprocesser import StandardPreprocesser
from zenml.steps.sequencer import SequencerStep
from zenml.steps.split import RandomSplit
from zenml.steps.trainer import TFFeedForwardTrainer

SPLIT = {"train": 0.5, "eval": 0.3, "test": 0.2}


@step
def load() -> pd.DataFrame:
    return pd.DataFrame({"a": [1]})


@step
def load_anything():
    return [{"a": 1}]


@step
def look_at_nothing() -> None: ...


@step
def load_splits() -> dict[str, pd.DataFrame]:
    return {}


@step
def count() -> int:
    return 1


@step
def load_two() -> Output(train=pd.DataFrame, test=pd.DataFrame):
    return pd.DataFrame(), pd.DataFrame()


@step
def report(train: pd.DataFrame, model: Any, evaluation: dict) -> float:
    return 1.0


class Sequences(SequencerStep):
    """Makes no sequences: nothing runs here."""

    def get_timestamp_do_fn(self) -> Any: ...
    def get_category_do_fn(self) -> Any: ...
    def get_window(self) -> Any: ...
    def get_combine_fn(self) -> Any: ...


def split(**kwargs: Any) -> RandomSplit:
    return RandomSplit(**{"split_map": SPLIT, **kwargs})


def preprocesser(**kwargs: Any) -> StandardPreprocesser:
    return StandardPreprocesser(features=["a"], labels=["b"], **kwargs)


def trainer(**kwargs: Any) -> TFFeedForwardTrainer:
    return TFFeedForwardTrainer(**kwargs)


def evaluator(**kwargs: Any) -> TFMAEvaluator:
    return TFMAEvaluator(metrics={"b": ["binary_accuracy"]}, **kwargs)


def deployer() -> FolderDeployer:
    return FolderDeployer(path="deployed")


def source(name: str = "d", **kwargs: Any) -> CSVDatasource:
    return CSVDatasource(name=name, path="d.csv", **kwargs)


def graph_of(made: BasePipeline) -> Graph:
    graph = Graph(lambda step: step.to_config("v"))
    made.connect_steps(graph)
    return graph


def nodes_of(function: Callable[[], Any]) -> dict[str, NodeSpec]:
    return {node.name: node for node in graph_of(pipeline(function)).nodes}


def train_on(rows: Any) -> Any:
    parts = split()(rows)
    transformed = preprocesser()(parts)
    model = trainer()(transformed)
    evaluation = evaluator()(transformed, model)
    pushed = deployer()(model, evaluation)
    return parts, transformed, model, evaluation, pushed


def refused(function: Callable[[], Any], match: str) -> None:
    with pytest.raises(PipelineInterfaceError, match=match):
        graph_of(pipeline(function))
