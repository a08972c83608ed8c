"""What a file in the format of skops may hold."""

from __future__ import annotations

import io as bytes_io
import json
import os
import zipfile
from pathlib import Path

import pytest

from zenml.errors import DataError
from zenml.models.scikit_learn import ScikitLearnModel, save_estimator
from zenml.skops_types import is_trusted

pytest.importorskip("skops")


def _calls(name: str, *args: object) -> bytes:
    """A file that has skops call something by name."""
    import skops.io

    module, _, function = name.rpartition(".")
    with zipfile.ZipFile(bytes_io.BytesIO(skops.io.dumps(args))) as archive:
        told = json.loads(archive.read("schema.json"))
    node = {"__class__": function, "__module__": module, "__id__": 999, "content": told}
    node["__loader__"] = "ConstructorFromReduceNode"
    node |= {key: told[key] for key in ("protocol", "_skops_version")}
    held = bytes_io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("schema.json", json.dumps(node))
    return held.getvalue()


def test_file_cannot_have_functions_called(tmp_path: Path) -> None:
    import skops.io

    proof = tmp_path / "proof"
    run = f"__import__('os').system('touch {proof}')"
    (tmp_path / "model.skops").write_bytes(_calls("numpy.f2py.crackfortran.myeval", run))
    assert skops.io.get_untrusted_types(file=tmp_path / "model.skops") == [
        "numpy.f2py.crackfortran.myeval"
    ]
    with pytest.raises(DataError, match=r"model\.skops cannot be read: .*myeval"):
        ScikitLearnModel(str(tmp_path)).estimator  # noqa: B018 - it is loaded when it is asked for
    assert not proof.exists()


@pytest.mark.parametrize(
    "name",
    [
        "numpy.f2py.crackfortran.myeval",
        "numpy.f2py.__main__.main",
        "numpy.load",
        "numpy.memmap",
        "scipy.io._fortran.FortranFile",
        "scipy.stats._continuous_distns.norm_gen",  # what it unpickles, it executes
        "sklearn.datasets._base.load_files",
        "sklearn.datasets._openml.fetch_openml",
        "sklearn.metrics._dist_metrics.PyFuncDistance64",
        "sklearn.neighbors._kd_tree.KDTree.query",
        "sklearn.no_module.Thing",
        "sklearn_evil.Thing",
        "operator.methodcaller",
        "os.system",
        "",
    ],
)
def test_untrusted(name: str) -> None:
    import sklearn.datasets  # noqa: F401
    import skops.io  # noqa: F401 - it imports all of scikit-learn

    assert not is_trusted(name)


def test_no_module_is_imported_for_a_name() -> None:
    import sys

    is_trusted("sklearn.conftest.pytest_collection_modifyitems")
    assert "sklearn.conftest" not in sys.modules


def _estimators() -> dict[str, object]:
    from sklearn import (
        calibration,
        compose,
        ensemble,
        feature_selection,
        gaussian_process,
        linear_model,
        model_selection,
        naive_bayes,
        neighbors,
        neural_network,
        pipeline,
        preprocessing,
        svm,
        tree,
    )

    line, scale = linear_model.LogisticRegression(), preprocessing.StandardScaler()
    columns = [("a", preprocessing.KBinsDiscretizer(3), [0]), ("b", scale, slice(1, 3))]
    made = [
        line,
        linear_model.Ridge(),
        linear_model.SGDClassifier(),
        linear_model.TweedieRegressor(),
        tree.DecisionTreeClassifier(),
        ensemble.RandomForestClassifier(3),
        ensemble.ExtraTreesRegressor(3),
        ensemble.AdaBoostClassifier(n_estimators=3),
        ensemble.BaggingClassifier(n_estimators=3),
        ensemble.GradientBoostingClassifier(n_estimators=3),
        ensemble.HistGradientBoostingClassifier(max_iter=3),
        ensemble.HistGradientBoostingRegressor(max_iter=3, loss="poisson"),
        ensemble.StackingClassifier([("a", line), ("b", tree.DecisionTreeClassifier())]),
        ensemble.VotingClassifier([("a", line), ("b", tree.DecisionTreeClassifier())]),
        svm.SVC(probability=True),
        svm.LinearSVC(),
        neighbors.KNeighborsClassifier(algorithm="kd_tree"),
        neighbors.KNeighborsRegressor(algorithm="ball_tree", metric="manhattan"),
        neural_network.MLPClassifier(max_iter=5),
        neural_network.MLPRegressor(max_iter=5, solver="sgd"),
        naive_bayes.GaussianNB(),
        gaussian_process.GaussianProcessClassifier(),
        calibration.CalibratedClassifierCV(line, cv=2),
        calibration.CalibratedClassifierCV(line, cv=2, method="isotonic"),
        feature_selection.RFE(line),
        model_selection.GridSearchCV(
            line, {"C": [1, 2]}, cv=model_selection.KFold(2), scoring="f1"
        ),
        pipeline.make_pipeline(feature_selection.SelectKBest(k=2), scale, line),
        pipeline.make_pipeline(compose.ColumnTransformer(columns, remainder="passthrough"), line),
        pipeline.make_pipeline(preprocessing.SplineTransformer(), line),
    ]
    return {f"{place} {type(one).__name__}": one for place, one in enumerate(made)}


@pytest.mark.filterwarnings("ignore")
def test_common_estimators_predict_the_same_once_read(tmp_path: Path) -> None:
    import numpy as np
    from sklearn.datasets import make_classification

    rows, labels = make_classification(60, 5, random_state=0)
    rows = np.abs(rows)
    for name, estimator in _estimators().items():
        fitted = estimator.fit(rows, labels)  # type: ignore[attr-defined]
        folder = tmp_path / name
        save_estimator(fitted, os.fspath(folder))
        loaded = ScikitLearnModel(os.fspath(folder)).estimator
        assert np.array_equal(loaded.predict(rows), fitted.predict(rows)), name


def test_materializer_keeps_the_rest_as_a_pickle(tmp_path: Path) -> None:
    import numpy as np
    from sklearn.preprocessing import FunctionTransformer

    from zenml.artifacts.materializers.sklearn_model import SklearnMaterializer

    SklearnMaterializer(os.fspath(tmp_path)).save(FunctionTransformer(np.load))
    assert [path.name for path in tmp_path.iterdir()] == ["model.pkl"]
