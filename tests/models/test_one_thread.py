"""What a server asks of the formats that would predict in several threads."""

from __future__ import annotations

import json

import numpy as np

from zenml.models.scikit_learn import ScikitLearnModel
from zenml.models.xgboost_model import XGBoostModel


def test_estimators_of_scikit_learn_predict_in_one() -> None:
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.linear_model import Ridge
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    model = ScikitLearnModel("model")
    model.estimator = make_pipeline(StandardScaler(), RandomForestClassifier(n_jobs=-1))
    model.use_one_thread()
    assert model.estimator[-1].n_jobs == 1
    model.estimator = Ridge(alpha=2.0)  # which knows no such thing
    model.use_one_thread()
    assert model.estimator.alpha == 2.0


def test_fitted_estimators_within_others_predict_in_one() -> None:
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.ensemble import (
        BaggingClassifier,
        RandomForestClassifier,
        StackingClassifier,
        VotingClassifier,
    )

    def forest() -> RandomForestClassifier:
        return RandomForestClassifier(2, n_jobs=2)

    rows = np.random.default_rng(1).normal(size=(40, 3))
    classes = np.arange(40) % 2
    model = ScikitLearnModel("model")

    def fit(estimator):
        model.estimator = estimator.fit(rows, classes)
        model.use_one_thread()
        return model.estimator

    voting = fit(VotingClassifier([("a", forest())], voting="soft"))
    assert voting.estimators_[0].n_jobs == voting.named_estimators_["a"].n_jobs == 1
    bagging = fit(BaggingClassifier(forest(), n_estimators=2, n_jobs=2))
    assert [bagging.n_jobs, *(one.n_jobs for one in bagging.estimators_)] == [1, 1, 1]
    stacking = fit(StackingClassifier([("a", forest())], final_estimator=forest(), cv=2))
    assert stacking.estimators_[0].n_jobs == stacking.final_estimator_.n_jobs == 1
    calibrated = fit(CalibratedClassifierCV(forest(), cv=2))
    assert [one.estimator.n_jobs for one in calibrated.calibrated_classifiers_] == [1, 1]


def test_trees_of_xgboost_are_followed_in_one() -> None:
    import xgboost

    rows = np.random.default_rng(1).normal(size=(50, 3)).astype(np.float32)
    data = xgboost.DMatrix(rows, label=rows.sum(axis=1))
    model = XGBoostModel("model")
    model.booster = xgboost.train({"max_depth": 2}, data, 3)
    before = model.booster.inplace_predict(rows)
    model.use_one_thread()
    assert json.loads(model.booster.save_config())["learner"]["generic_param"]["nthread"] == "1"
    assert np.array_equal(model.booster.inplace_predict(rows), before)
