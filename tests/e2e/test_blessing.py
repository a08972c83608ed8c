"""Against the latest blessed model, and served against tested: whole runs, one after another."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.tf

STEPS = '''
import unittest.mock

from zenml.models.transform_graph import TransformGraph
from zenml.steps.preprocesser import StandardPreprocesser
from zenml.steps.trainer import TFFeedForwardTrainer


class Reversed(StandardPreprocesser):
    """Numbers the classes from the other end, and has another feature less."""

    def preprocessing_fn(self, inputs):
        outputs = super().preprocessing_fn(inputs)
        outputs["species_xl"] = 2 - outputs["species_xl"]
        return outputs


class Skewed(TFFeedForwardTrainer):
    """Forgets to scale the mass where raw rows come in."""

    def save(self, model):
        import tensorflow as tf

        whole = TransformGraph.__call__

        def unscaled(graph, raw, outputs):
            found = whole(graph, raw, outputs)
            mass = raw["body_mass_g"]
            mass = tf.sparse.to_dense(mass) if isinstance(mass, tf.SparseTensor) else mass
            scaled = found["body_mass_g_xf"]
            found["body_mass_g_xf"] = tf.reshape(tf.cast(mass, tf.float32), tf.shape(scaled))
            return found

        with unittest.mock.patch.object(TransformGraph, "__call__", unscaled):
            super().save(model)
'''
NUMBERS = ["bill_length_mm", "bill_depth_mm", "body_mass_g"]
VOCABULARY = [{"method": "compute_and_apply_vocabulary", "parameters": {}}]
THRESHOLDS = {
    "accuracy": {"min": 0.5, "min_change": -0.02, "slices": {"by": "island", "min_change": -0.2}}
}


@pytest.fixture
def run(commit: Callable[..., str], penguins: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs a pipeline of the penguins with a trainer and what else is given."""
    from zenml.datasources import CSVDatasource
    from zenml.pipelines import TrainingPipeline
    from zenml.repo import Repository
    from zenml.steps.deployer import FolderDeployer
    from zenml.steps.evaluator import TFMAEvaluator
    from zenml.steps.preprocesser import StandardPreprocesser
    from zenml.steps.split import RandomSplit

    commit({"steps.py": STEPS, "penguins.csv": penguins.read_text()})
    Repository.init_repo()
    monkeypatch.syspath_prepend(str(Path.cwd()))
    rows = CSVDatasource(name="penguins", path="penguins.csv")

    def run(trainer: Any, evaluator: Any = None, preprocesser: type = StandardPreprocesser) -> Any:
        pipeline = TrainingPipeline(name="penguins")
        pipeline.add_datasource(rows)
        pipeline.add_split(RandomSplit(split_map={"train": 0.5, "test": 0.5}))
        pipeline.add_preprocesser(
            preprocesser(
                features=NUMBERS,
                labels=["species"],
                overwrite={"species": {"transform": VOCABULARY}},
            )
        )
        pipeline.add_trainer(trainer)
        pipeline.add_evaluator(
            evaluator
            or TFMAEvaluator(
                metrics={"species": ["accuracy"]},
                slices=[["island"]],
                thresholds={"species": THRESHOLDS},
            )
        )
        pipeline.add_deployment(FolderDeployer(path="deployed"))
        return pipeline.run()

    return run


def sklearn(**kwargs: Any) -> Any:
    from zenml.steps.trainer import ScikitLearnTrainer

    return ScikitLearnTrainer(**kwargs)


def good(**params: Any) -> Any:
    return sklearn(estimator="sklearn.linear_model.LogisticRegression", params=params)


def evaluation(ran: Any, name: str = "metrics.json") -> Any:
    uri = ran.nodes["evaluator"].outputs["evaluation"]
    return json.loads(Path(uri, name).read_text(encoding="utf-8"))


def test_models_are_compared_with_the_latest_blessed_one(run: Any, capsys: Any) -> None:
    first = run(good())
    step = first.get_step("evaluator")
    assert step.blessed is True
    assert "baseline_model" not in step.inputs
    assert "no model of this pipeline was blessed before" in capsys.readouterr().out
    assert len(list(Path("deployed").iterdir())) == 1

    again = run(good())
    assert again.executed == []

    bad = run(sklearn(estimator="sklearn.dummy.DummyClassifier"))
    step = bad.get_step("evaluator")
    assert step.blessed is False
    assert step.inputs["baseline_model"].uri == first.nodes["trainer"].outputs["model"]
    assert "accuracy for all rows changed by -0." in step.reason
    assert "and must change by at least -0.02" in step.reason
    assert "accuracy for island=Biscoe changed by" in step.reason
    assert bad.get_step("deployer").reason == f"not deployed: the model is {step.reason}"
    assert len(list(Path("deployed").iterdir())) == 1
    assert "accuracy for island=Biscoe changed by" in capsys.readouterr().out

    # Neither the refused model is compared with, nor the candidate with itself.
    assert run(good()).executed == []
    assert run(sklearn(estimator="sklearn.dummy.DummyClassifier")).executed == []
    other = run(good(C=0.5))
    assert other.get_step("evaluator").blessed is True
    assert evaluation(other)["baseline"]["overall"] == evaluation(first)["overall"]

    import tensorflow_model_analysis as tfma

    uri = other.nodes["evaluator"].outputs["evaluation"]
    before = tfma.load_eval_result(uri, model_name="baseline").slicing_metrics
    value = dict(before)[()][""][""]["accuracy"]["doubleValue"]
    assert value == pytest.approx(evaluation(first)["overall"]["accuracy"])
    assert tfma.load_validation_result(uri).validation_ok


def test_a_baseline_with_other_preprocessing(run: Any) -> None:
    from steps import Reversed

    from zenml.steps.evaluator import AgnosticEvaluator

    def agnostic() -> Any:
        return AgnosticEvaluator(
            label_key="species",
            prediction_key="species_o",
            metrics=["accuracy"],
            slices=[["island"]],
            thresholds=THRESHOLDS,
            parity=50,
        )

    first = run(good(), agnostic())
    assert first.get_step("evaluator").blessed, first.get_step("evaluator").reason
    assert evaluation(first, "parity.json")["rows"] == 50
    other = run(good(C=0.5), agnostic(), Reversed)
    step = other.get_step("evaluator")
    assert step.blessed, step.reason
    graph = first.nodes["preprocesser"].outputs["transform_graph"]
    assert step.inputs["baseline_graph"].uri == graph
    found = evaluation(other)
    assert found["baseline"]["overall"] == evaluation(first)["overall"]
    by_slice = {str(entry["slice"]): entry["metrics"] for entry in evaluation(first)["slices"]}
    assert {str(entry["slice"]): entry["baseline"] for entry in found["slices"]} == by_slice


def test_what_is_served_is_what_was_tested(run: Any) -> None:
    from steps import Skewed

    from zenml.steps.evaluator import TFMAEvaluator
    from zenml.steps.trainer import TFFeedForwardTrainer

    network = {
        "loss": "sparse_categorical_crossentropy",
        "last_activation": "softmax",
        "output_units": 3,
        "batch_size": 64,
    }
    evaluator = TFMAEvaluator(metrics={"species": ["accuracy"]}, parity=True)
    for trainer in (TFFeedForwardTrainer(**network), good()):
        ran = run(trainer, evaluator)
        told = evaluation(ran, "parity.json")
        assert ran.get_step("evaluator").blessed, ran.get_step("evaluator").reason
        assert told["passed"]
        assert told["rows"] == evaluation(ran)["rows"] > 100
        assert told["largest_difference"] <= 1e-6
    skewed = run(Skewed(**network), evaluator)
    step, told = skewed.get_step("evaluator"), evaluation(skewed, "parity.json")
    assert step.blessed is False
    assert not told["passed"]
    assert told["rows_failed"] > 0.9 * told["rows"]
    assert told["worst"]["output"] == "species_o"
    assert told["worst"]["columns"]["body_mass_g"] > 2000
    assert told["worst"]["features"] == []
    assert f"Worst is row {told['worst']['row']} of split test" in step.reason
    assert "served otherwise than it was tested" in step.reason
