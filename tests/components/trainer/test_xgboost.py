"""Boosted trees as trainers: what they learn, save and refuse."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from zenml.errors import DataError, StepArgumentError
from zenml.models import TrainedModel
from zenml.records import read_serialized, split_files
from zenml.steps.trainer import XGBoostTrainer

pytestmark = pytest.mark.tf

NUMBERS = np.random.RandomState(0).rand(200).astype(np.float32)


def test_it_learns_penguins_and_predicts_raw_rows(run, rows, told, penguins_transformed):
    out = run(XGBoostTrainer(rounds=20, metrics=["accuracy", "auc"]))
    results = rows.read(out.results, "test")
    predicted = np.stack(results["species_o"])
    assert (predicted.argmax(1) == results["species_xl"]).mean() > 0.9
    np.testing.assert_allclose(predicted.sum(axis=1), 1, atol=1e-5)

    history = json.loads((out.logs / "history.json").read_text())
    names = {"loss", "accuracy", "auc"}
    assert set(history) == names | {f"val_{name}" for name in names}
    assert len(history["loss"]) == 20
    assert history["loss"][-1] < history["loss"][0]
    told(out, "round")
    assert history["val_accuracy"][-1] > 0.9
    assert list(out.logs.rglob("events.out.tfevents*"))

    (raw,) = read_serialized(split_files(penguins_transformed.raw, "test"))
    served = TrainedModel(out.model).predict(raw)["species_o"]
    np.testing.assert_allclose(served, predicted, atol=1e-6)
    Path(out.model, "model.ubj").write_bytes(b"nothing")
    with pytest.raises(DataError, match=r"model\.ubj cannot be read"):
        TrainedModel(out.model).predict(raw)


def test_it_stops_early_at_the_best_round(run):
    out = run(XGBoostTrainer(rounds=300, lr=0.9, patience=5))
    losses = json.loads((out.logs / "history.json").read_text())["val_loss"]
    best = int(np.argmin(losses))
    assert len(losses) == best + 1 + 5 < 300
    ended = f"stopped after round {len(losses)} of 300: "
    assert out.lines[-1] == f"{ended}val_loss was least in round {best + 1}"
    assert TrainedModel(out.model).reader.booster.num_boosted_rounds() == best + 1


def test_checkpoints_are_the_best_and_the_last_round(learn):
    import xgboost

    frame = pd.DataFrame({"a": NUMBERS, "label": (NUMBERS > 0.5).astype(int)})
    out = learn(XGBoostTrainer(rounds=50, lr=3.0, patience=2, checkpoints=True), frame)
    losses = json.loads((out.logs / "history.json").read_text())["val_loss"]
    folder = out.logs / "checkpoints"
    rounds = {
        path.name: xgboost.Booster(model_file=str(path)).num_boosted_rounds()
        for path in folder.iterdir()
    }
    assert rounds == {"best.ubj": int(np.argmin(losses)) + 1, "last.ubj": len(losses)}


def test_the_seed_decides(run):
    def model(seed):
        step = XGBoostTrainer(rounds=3, params={"subsample": 0.5}, seed=seed)
        return Path(run(step).model, "model.ubj").read_bytes()

    first = model(3)
    assert first == model(3)
    assert first != model(4)


def test_class_weights_make_a_class_count_more(run, rows):
    def share(weights):
        out = run(XGBoostTrainer(rounds=1, class_weights=weights))
        return np.stack(rows.read(out.results, "test")["species_o"])[:, 1].mean()

    assert share({"Chinstrap": 50}) > share("balanced") > share({1: 0})


@pytest.mark.parametrize(
    ("label", "objective", "shape"),
    [
        ((NUMBERS > 0.5).astype(int), "binary:logistic", (1,)),
        ((NUMBERS * 5).astype(int), "reg:squarederror", (1,)),
        ((NUMBERS > 0.5).astype(np.float32), "binary:logistic", (1,)),
        (NUMBERS * 5, "reg:squarederror", (1,)),
    ],
)
def test_the_label_says_what_is_learned(learn, label, objective, shape):
    frame = pd.DataFrame({"a": NUMBERS, "label": label})
    out = learn(XGBoostTrainer(rounds=20), frame)
    booster = TrainedModel(out.model).reader.booster
    learned = json.loads(booster.save_config())["learner"]["objective"]["name"]
    assert learned == objective
    predicted = np.stack([np.atleast_1d(value) for value in out.results["label_o"]])
    assert predicted.shape[1:] == shape
    assert np.corrcoef(predicted[:, 0], label)[0, 1] > 0.9


def test_whole_numbers_as_classes_where_one_says_so(learn):
    frame = pd.DataFrame({"a": NUMBERS, "label": (NUMBERS * 3).astype(int)})
    out = learn(XGBoostTrainer(rounds=5, objective="multi:softprob"), frame)
    assert np.stack(out.results["label_o"]).shape == (200, 3)
    with pytest.raises(StepArgumentError, match=r"is one of 3 classes.*multi:softprob"):
        learn(XGBoostTrainer(objective="binary:logistic"), frame)


def test_a_class_that_only_evaluation_has(learn):
    frame = pd.DataFrame({"a": NUMBERS, "label": (NUMBERS * 3).astype(int)})
    frames = {"train": frame[frame["label"] < 2], "eval": frame, "test": frame}
    with pytest.raises(
        StepArgumentError, match="'label_xl', which holds the class 2, which no row"
    ):
        learn(XGBoostTrainer(rounds=1, objective="multi:softprob"), frames)


@pytest.mark.parametrize("split", ["train", "eval"])
def test_infinite_numbers_are_named(learn, split):
    good = pd.DataFrame({"a": NUMBERS, "b": NUMBERS, "label": NUMBERS})
    infinite = np.where(NUMBERS > 0.9, np.inf, NUMBERS).astype(np.float32)
    frames = dict.fromkeys(("train", "eval", "test"), good)
    with pytest.raises(DataError, match="the feature 'b_xf' has infinite values"):
        learn(XGBoostTrainer(rounds=1), frames | {split: good.assign(b=infinite)})
    with pytest.raises(StepArgumentError, match="'label_xl', which has values that are no numbers"):
        learn(XGBoostTrainer(rounds=1), frames | {split: good.assign(label=infinite)})


@pytest.mark.parametrize(
    ("metric", "label", "near"),
    [("accuracy", NUMBERS, "'mae' or 'mse'"), ("auc", (NUMBERS * 5).astype(int), "'mae'")],
)
def test_a_metric_of_something_else(learn, metric, label, near):
    frame = pd.DataFrame({"a": NUMBERS, "label": label})
    with pytest.raises(StepArgumentError, match=rf"metrics\[0\] is '{metric}'.*such as {near}"):
        learn(XGBoostTrainer(rounds=1, metrics=[metric]), frame)


def test_a_value_that_is_none_is_missing(learn):
    a = np.where(NUMBERS > 0.5, np.nan, NUMBERS).astype(np.float32)
    frame = pd.DataFrame({"a": NUMBERS, "label": (NUMBERS > 0.5).astype(int)})
    out = learn(XGBoostTrainer(rounds=5), frame.assign(a=np.nan_to_num(a, nan=-1)))
    model = TrainedModel(out.model)
    found = model.reader.predict_features({"a_xf": a[:, None]})["label_o"]
    assert found.shape == (200, 1)
    assert np.isfinite(found).all()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"rounds": 0}, "rounds is 0; it must be an integer above 0"),
        ({"lr": -1}, "lr is -1; it must be a number above 0"),
        ({"max_depth": 2.5}, "max_depth is 2.5"),
        ({"objective": "binary:logisitc"}, "such as 'binary:logistic'"),
        ({"metrics": ["acuracy"]}, "such as 'accuracy'"),
        ({"params": {"eta": 0.1}}, "It is the argument lr"),
        ({"params": {"max_bin": "many"}}, r"params\['max_bin'\] is 'many'"),
        ({"objective": "multi:softprob", "metrics": ["mse"]}, r"metrics\[0\] is 'mse'"),
        ({"checkpoints": 1}, "checkpoints is 1; it must be True or False"),
        ({"params": {"subsampel": 0.1}}, "Did you mean 'subsample'"),
        ({"params": ["subsample"]}, "it must be a dict of parameter -> value"),
        ({"patience": True}, "patience is True; it must be None, or a number of"),
        ({"class_weights": 2}, "class_weights is 2"),
    ],
)
def test_arguments_that_cannot_be(arguments, said):
    with pytest.raises(StepArgumentError, match=said):
        XGBoostTrainer(**arguments).check()


def test_the_extra_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "xgboost", None)
    with pytest.raises(StepArgumentError, match=r"needs xgboost, .* pip install 'zenml\[models\]'"):
        XGBoostTrainer().check()


def test_what_does_not_go_with_the_data(run):
    with pytest.raises(StepArgumentError, match="and XGBoost learns one"):
        run(XGBoostTrainer(), labels=2)
    with pytest.raises(StepArgumentError, match="patience is 2, and the data has none of the"):
        run(XGBoostTrainer(patience=2, split_mapping={"eval_splits": []}))
    with pytest.raises(StepArgumentError, match="XGBoost cannot learn 'species_xl' so: value 7"):
        run(XGBoostTrainer(params={"subsample": 7}))


def test_no_objective_of_numbers_for_classes(run):
    said = r"the label 'species_xl', which is one of 3 classes.*do: objective='multi:softprob'"
    with pytest.raises(StepArgumentError, match=said):
        run(XGBoostTrainer(objective="reg:squarederror"))
