"""Trained models predict the same after they were loaded."""

from __future__ import annotations

import builtins
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.datasets import load_digits
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.svm import SVC

from zenml.artifacts.materializers.sklearn_model import SklearnMaterializer
from zenml.errors import ArtifactStoreError

DIGITS = load_digits()
X, Y = DIGITS.data[:300], DIGITS.target[:300]


class Majority(ClassifierMixin, BaseEstimator):
    def fit(self, x: Any, y: Any) -> Majority:
        self.most_ = np.bincount(y).argmax()
        return self

    def predict(self, x: Any) -> Any:
        return np.full(len(x), self.most_)


ESTIMATORS = {
    "pipeline": make_pipeline(StandardScaler(), LogisticRegression(max_iter=20)),
    "forest": RandomForestClassifier(5, random_state=0),
    "boosting": GradientBoostingClassifier(n_estimators=2),
    "support vectors": SVC(),
    "function": make_pipeline(FunctionTransformer(np.sqrt), SVC()),
    "own function": make_pipeline(FunctionTransformer(lambda x: x + 1), SVC()),
    "own class": Majority(),
}


@pytest.fixture(params=[True, False], ids=["with skops", "without skops"])
def skops(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether skops is to be had."""
    if request.param:
        pytest.importorskip("skops")
        return True
    import importlib.util

    known, imported = importlib.util.find_spec, builtins.__import__

    def find(name: str, *args: Any) -> Any:
        return None if name == "skops" else known(name, *args)

    def no_skops(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "skops":
            raise ImportError(name)
        return imported(name, *args, **kwargs)

    monkeypatch.setattr(importlib.util, "find_spec", find)
    monkeypatch.setattr(builtins, "__import__", no_skops)
    return False


@pytest.mark.parametrize("name", ESTIMATORS)
@pytest.mark.filterwarnings("ignore")
def test_an_estimator_predicts_the_same(
    save: Callable[..., Any], name: str, skops: bool, pickled: Any
) -> None:
    model = ESTIMATORS[name].fit(X, Y)
    saved = save(model)
    loaded = saved.load()
    assert type(loaded) is type(model)
    assert (loaded.predict(X) == model.predict(X)).all()
    assert saved.materializer == "SklearnMaterializer"
    own = name.startswith("own")
    assert saved.files == ["model.skops" if skops and not own else "model.pkl"]
    assert pickled() == []
    assert "sklearn" in saved.record.metadata


def test_an_estimator_that_was_not_trained_keeps_its_parameters(save: Callable[..., Any]) -> None:
    loaded = save(RandomForestClassifier(7, max_depth=3)).load()
    assert loaded.get_params() == RandomForestClassifier(7, max_depth=3).get_params()


def test_an_edited_model_is_not_loaded(save: Callable[..., Any]) -> None:
    saved = save(SVC())
    file = saved.uri / saved.files[0]
    file.write_bytes(file.read_bytes() + b" ")
    with pytest.raises(ArtifactStoreError, match="are not those that were recorded"):
        saved.load()


def test_a_model_of_unknown_origin_is_not_loaded(save: Callable[..., Any], skops: bool) -> None:
    """In either format it can name functions."""
    saved = save(ESTIMATORS["function"])
    assert saved.files == ["model.skops" if skops else "model.pkl"]
    with pytest.raises(ArtifactStoreError, match="no hash of its files is known"):
        SklearnMaterializer(str(saved.uri)).load(None)


def test_a_model_in_the_format_of_skops_says_that_it_needs_it(
    save: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("skops")
    saved = save(SVC().fit(X, Y))
    imported = builtins.__import__

    def no_skops(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "skops":
            raise ImportError(name)
        return imported(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", no_skops)
    with pytest.raises(ArtifactStoreError, match="pip install skops"):
        saved.load()


def test_a_model_of_xgboost_predicts_the_same(save: Callable[..., Any], pickled: Any) -> None:
    xgboost = pytest.importorskip("xgboost")
    model = xgboost.XGBClassifier(n_estimators=4, max_depth=2, early_stopping_rounds=2)
    model.fit(X, Y, eval_set=[(X, Y)], verbose=False)
    saved = save(model)
    loaded = saved.load()
    assert saved.files == ["class.json", "model.json"]
    assert (loaded.predict_proba(X) == model.predict_proba(X)).all()
    assert (loaded.classes_ == model.classes_).all()
    assert str(loaded.get_params()) == str(model.get_params())
    assert loaded.best_iteration == model.best_iteration
    assert loaded.evals_result() == model.evals_result()
    booster = model.get_booster()
    matrix = xgboost.DMatrix(X)
    assert (save(booster).load().predict(matrix) == booster.predict(matrix)).all()
    assert pickled() == []
    assert save(xgboost.XGBRegressor(max_depth=9)).load().max_depth == 9


def test_a_model_of_lightgbm_predicts_the_same(save: Callable[..., Any], pickled: Any) -> None:
    lightgbm = pytest.importorskip("lightgbm")
    options = {"objective": "multiclass", "num_class": 10, "verbose": -1}
    booster = lightgbm.train(options, lightgbm.Dataset(X, Y), 4)
    saved = save(booster)
    loaded = saved.load()
    assert saved.files == ["best.json", "model.txt"]
    assert (loaded.predict(X) == booster.predict(X)).all()
    assert (loaded.best_iteration, loaded.num_trees()) == (booster.best_iteration, 40)
    estimator = lightgbm.LGBMClassifier(n_estimators=3, verbose=-1).fit(X, Y)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert (save(estimator).load().predict(X) == estimator.predict(X)).all()
    assert pickled() == []
