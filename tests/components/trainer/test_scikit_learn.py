"""Estimators of scikit-learn as trainers: what they learn, save and refuse."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import ClassVar

import numpy as np
import pandas as pd
import pytest

from zenml.errors import DataError, StepArgumentError
from zenml.models import TrainedModel
from zenml.models.columns import Column
from zenml.records import read_serialized, split_files
from zenml.steps.trainer import ScikitLearnTrainer
from zenml.steps.trainer.table import Table

pytestmark = pytest.mark.tf

LOGISTIC = {"estimator": "sklearn.linear_model.LogisticRegression", "params": {"max_iter": 300}}


NUMBERS = np.random.RandomState(0).rand(60).astype(np.float32)


def test_it_learns_penguins_and_predicts_raw_rows(run, rows, penguins_transformed):
    out = run(ScikitLearnTrainer(**LOGISTIC))
    results = rows.read(out.results, "test")
    predicted = np.stack(results["species_o"])
    assert (predicted.argmax(1) == results["species_xl"]).mean() > 0.95
    assert {"species", "island", "sex"} < set(results)

    history = json.loads((out.logs / "history.json").read_text())
    assert set(history) == {"accuracy", "val_accuracy"}
    assert history["val_accuracy"][0] > 0.95
    assert list(out.logs.rglob("events.out.tfevents*"))

    (raw,) = read_serialized(split_files(penguins_transformed.raw, "test"))
    served = TrainedModel(out.model).predict(raw)
    assert list(served) == ["species_o"]
    np.testing.assert_allclose(served["species_o"], predicted, atol=1e-6)


def test_the_same_seed_gives_the_same_file(run):
    def model(seed):
        step = ScikitLearnTrainer(
            estimator="sklearn.ensemble.RandomForestClassifier",
            params={"n_estimators": 5},
            seed=seed,
        )
        out = run(step)
        held = Path(out.model, "model.skops").read_bytes()
        for folder in (Path(out.model).parent, out.logs, out.results):
            shutil.rmtree(folder)
        return held

    first = model(3)
    assert first == model(3)
    assert first != model(4)


def test_a_model_fn_of_a_users_own(run, rows):
    class Nearest(ScikitLearnTrainer):
        def model_fn(self, train, eval):
            from sklearn.neighbors import KNeighborsClassifier

            features, labels = train
            assert features.dtype == np.float32
            assert eval.features.shape[1] == features.shape[1]
            return KNeighborsClassifier(3).fit(features, labels)

    results = rows.read(run(Nearest()).results, "test")
    assert (np.stack(results["species_o"]).argmax(1) == results["species_xl"]).mean() > 0.9


def test_two_classes_give_the_probability_of_the_second(learn):
    frame = pd.DataFrame({"a": NUMBERS, "label": (NUMBERS > 0.5).astype(int)})
    results = learn(ScikitLearnTrainer(**LOGISTIC), frame).results
    predicted = results["label_o"].astype(float)
    assert predicted.corr(results["a"]) > 0.9
    assert predicted.between(0, 1).all()


def test_without_probabilities_the_class_itself(learn):
    frame = pd.DataFrame({"a": NUMBERS, "label": (NUMBERS * 3).astype(int)})
    step = ScikitLearnTrainer(estimator="sklearn.svm.LinearSVC")
    results = learn(step, frame).results
    assert set(np.stack(results["label_o"]).ravel()) == {0.0, 1.0}
    assert np.stack(results["label_o"]).shape == (60, 3)


def test_a_number_is_predicted_as_it_is(learn):
    frame = pd.DataFrame({"a": NUMBERS, "label": NUMBERS * 2 + 1})
    out = learn(ScikitLearnTrainer(estimator="sklearn.linear_model.LinearRegression"), frame)
    np.testing.assert_allclose(out.results["label_o"].astype(float), frame["label"], atol=1e-5)
    assert TrainedModel(out.model)([{"a": 0.5}])["label_o"].tolist() == [[pytest.approx(2.0)]]


def test_what_predicts_a_column_is_scored_row_by_row():
    from sklearn.linear_model import LinearRegression

    step = ScikitLearnTrainer()
    step.columns = {name: Column(name, "float32", (1,)) for name in ("a_xf", "label_xl")}
    table = Table(NUMBERS[:, None], NUMBERS * 2 + 1)
    model = LinearRegression().fit(table.features, table.labels[:, None])
    step.score(model, table, None)
    assert step.history["mean_squared_error"] == [pytest.approx(0, abs=1e-9)]


def test_class_weights_shift_the_probability(learn):
    frame = pd.DataFrame({"a": NUMBERS, "label": (NUMBERS > 0.9).astype(int)})

    def mean(weights):
        step = ScikitLearnTrainer(**LOGISTIC, class_weights=weights)
        return learn(step, frame).results["label_o"].astype(float).mean()

    balanced = mean("balanced")
    assert balanced > 0.35


def test_an_instance_stands_in_the_file_by_name():
    from sklearn.linear_model import Ridge

    step = ScikitLearnTrainer(estimator=Ridge(alpha=2.0), class_weights={0: 1.5, "b": 2})
    args = step.to_config().args
    assert args["estimator"] == "sklearn.linear_model.Ridge"
    assert args["params"]["alpha"] == 2.0
    assert args["class_weights"] == {"0": 1.5, "b": 2}
    assert ScikitLearnTrainer(**args).build().alpha == 2.0
    assert ScikitLearnTrainer(estimator=Ridge, params={"alpha": 3}).build().alpha == 3


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({}, "estimator is None; it must be the dotted name of an estimator"),
        ({"estimator": "Ridge"}, "it must be the dotted name"),
        ({"estimator": "sklearn.nowhere.Ridge"}, "there is no module 'sklearn.nowhere'"),
        ({"estimator": "sklearn.linear_model.Rigde"}, "Did you mean 'Ridge'"),
        ({"estimator": "sklearn.metrics.accuracy_score"}, "it must be the dotted name"),
        ({"estimator": "sklearn.decomposition.PCA"}, "it must be the dotted name"),
        ({"estimator": "sklearn.cluster.KMeans"}, "a classifier or a regressor; this one looks at"),
        ({"estimator": "sklearn.ensemble.IsolationForest"}, "a classifier or a regressor"),
        ({"estimator": "sklearn.multiclass.OneVsRestClassifier"}, "an estimator that needs no"),
        ({"estimator": "nowhere.Ridge"}, r"needs nowhere, which is not installed"),
        ({**LOGISTIC, "params": {"max_itre": 3}}, "Did you mean 'max_iter'"),
        ({**LOGISTIC, "params": [3]}, "it must be a dict of parameter -> value"),
        ({**LOGISTIC, "class_weights": "equal"}, "it must be None, 'balanced', or a dict"),
        ({**LOGISTIC, "class_weights": {"a": -1}}, r"class_weights\['a'\] is -1"),
        ({**LOGISTIC, "one_hot_classes": 2.5}, "one_hot_classes is 2.5"),
        ({**LOGISTIC, "seed": -1}, "seed is -1"),
    ],
)
def test_arguments_that_cannot_be(arguments, said):
    with pytest.raises(StepArgumentError, match=said):
        ScikitLearnTrainer(**arguments).check()


def test_the_extra_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "skops", None)
    with pytest.raises(StepArgumentError, match=r"needs skops, .* pip install 'zenml\[models\]'"):
        ScikitLearnTrainer(**LOGISTIC).check()


def test_several_labels(run):
    with pytest.raises(StepArgumentError, match="has the labels body_mass_g_xl, species_xl"):
        run(ScikitLearnTrainer(**LOGISTIC), labels=2)


def test_a_label_that_is_no_class(learn):
    frame = pd.DataFrame({"a": NUMBERS, "label": NUMBERS})
    with pytest.raises(StepArgumentError, match=r"holds 0\.\d+, which is no index of a class"):
        learn(ScikitLearnTrainer(**LOGISTIC), frame)


def test_a_label_of_words(learn):
    frame = pd.DataFrame({"a": NUMBERS, "label": ["x", "y"] * 30})
    with pytest.raises(StepArgumentError, match=r"holds strings.*compute_and_apply_vocabulary"):
        learn(ScikitLearnTrainer(**LOGISTIC), frame)


def test_a_feature_of_words(learn):
    frame = pd.DataFrame({"a": ["x", "y"] * 30, "label": [0, 1] * 30})
    with pytest.raises(DataError, match="The feature 'a_xf' holds strings"):
        learn(ScikitLearnTrainer(**LOGISTIC), frame)


def test_numbers_that_are_none(learn):
    infinite = np.where(NUMBERS > 0.5, np.inf, NUMBERS).astype(np.float32)
    frame = pd.DataFrame({"a": NUMBERS, "b": infinite, "label": (NUMBERS > 0.5).astype(int)})
    with pytest.raises(DataError, match="the feature 'b_xf' has values that are no numbers"):
        learn(ScikitLearnTrainer(**LOGISTIC), frame)


@pytest.mark.parametrize("split", ["eval", "test"])
def test_numbers_that_are_none_outside_of_training(learn, split):
    good = pd.DataFrame({"a": NUMBERS, "label": (NUMBERS > 0.5).astype(int)})
    bad = good.assign(a=np.where(NUMBERS > 0.9, np.inf, NUMBERS).astype(np.float32))
    frames = {"train": good, "eval": good, "test": good} | {split: bad}
    with pytest.raises(DataError, match="ScikitLearnTrainer: the feature 'a_xf' has values that"):
        learn(ScikitLearnTrainer(**LOGISTIC), frames)


def test_numbers_that_are_none_when_it_serves(learn):
    frame = pd.DataFrame({"a": NUMBERS, "label": (NUMBERS > 0.5).astype(int)})
    model = TrainedModel(learn(ScikitLearnTrainer(**LOGISTIC), frame).model)
    with pytest.raises(DataError, match="The model of LogisticRegression: the feature 'a_xf' has"):
        model([{"a": float("inf")}])


def test_training_rows_are_scored_by_a_sample(learn, monkeypatch):
    class Counts(ScikitLearnTrainer):
        asked: ClassVar[list[int]] = []

        def model_fn(self, train, eval):
            model = super().model_fn(train, eval)
            predict = model.predict
            model.predict = lambda rows: self.asked.append(len(rows)) or predict(rows)
            return model

        def save(self, model):
            del model.predict
            super().save(model)

    monkeypatch.setattr("zenml.steps.trainer.scikit_learn.SCORED_ROWS", 25)
    many = np.tile(NUMBERS, 2)
    frame = pd.DataFrame({"a": many, "label": (many > 0.5).astype(int)})
    out = learn(Counts(**LOGISTIC), {"train": frame, "eval": frame[:50], "test": frame[:10]})
    assert Counts.asked == [24, 50]
    assert json.loads((out.logs / "history.json").read_text())["accuracy"][0] > 0.8


def test_parameters_that_do_not_go_together(run):
    step = ScikitLearnTrainer(
        estimator="sklearn.linear_model.LogisticRegression", params={"solver": "newton"}
    )
    with pytest.raises(StepArgumentError, match=r"cannot be fitted to 'species_xl': .*newton"):
        run(step)


def test_a_class_that_there_is_not(run):
    with pytest.raises(StepArgumentError, match=r"names the class 'Adeli'.*Did you mean 'Adelie'"):
        run(ScikitLearnTrainer(**LOGISTIC, class_weights={"Adeli": 2}))


def test_weights_where_the_estimator_takes_none(run):
    step = ScikitLearnTrainer(
        estimator="sklearn.neighbors.KNeighborsClassifier", class_weights="balanced"
    )
    with pytest.raises(StepArgumentError, match="class_weights is 'balanced'; it must be None"):
        run(step)


def test_no_regressor_for_classes(run):
    said = r"which is one of 3 classes, and LinearRegression, a regressor.* do: a classifier"
    with pytest.raises(StepArgumentError, match=said):
        run(ScikitLearnTrainer(estimator="sklearn.linear_model.LinearRegression"))
