"""Which types a file in the format of skops may hold besides those that skops itself trusts."""

from __future__ import annotations

import sys
from functools import cache
from typing import Any

# What a fitted estimator may hold of: their constructors keep arguments and call none of them.
_BASES = (
    "sklearn.base.BaseEstimator",
    "sklearn._loss._loss.CyLossFunction",
    "sklearn._loss.link.BaseLink",
    "sklearn._loss.loss.BaseLoss",
    "sklearn.gaussian_process.kernels.Kernel",
    "sklearn.metrics._dist_metrics.DistanceMetric",
    "sklearn.metrics._dist_metrics.DistanceMetric32",
    "sklearn.metrics._dist_metrics.DistanceMetric64",
    "sklearn.metrics._scorer._BaseScorer",
    "sklearn.model_selection._split.BaseCrossValidator",
    "sklearn.model_selection._split.BaseShuffleSplit",
    "sklearn.neural_network._stochastic_optimizers.BaseOptimizer",
    "scipy.sparse._base._spbase",
)

_CLASSES = {
    "numpy.dtype",
    "scipy.interpolate._bsplines.BSpline",
    "scipy.interpolate._bsplines._BSpline",
    "sklearn._loss.link.Interval",
    "sklearn.calibration._CalibratedClassifier",
    "sklearn.cluster._bisect_k_means._BisectingTree",
    "sklearn.compose._column_transformer._RemainderColsList",
    "sklearn.compose._column_transformer.make_column_selector",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.metrics._scorer._MultimetricScorer",
    "sklearn.metrics._scorer._PassthroughScorer",
    "sklearn.neighbors._ball_tree.BallTree",
    "sklearn.neighbors._ball_tree.BallTree32",
    "sklearn.neighbors._ball_tree.BallTree64",
    "sklearn.neighbors._kd_tree.KDTree",
    "sklearn.neighbors._kd_tree.KDTree32",
    "sklearn.neighbors._kd_tree.KDTree64",
    "sklearn.tree._tree.Tree",
    "sklearn.utils._bunch.Bunch",
    "sklearn.utils._metadata_requests.MetadataRequest",
    "sklearn.utils._metadata_requests.MethodMetadataRequest",
}

# Functions that estimators have as defaults of their arguments, or keep once they are fitted.
_FUNCTIONS = {
    "numpy.mean",
    "sklearn.cluster._kmeans._kmeans_single_elkan",
    "sklearn.cluster._kmeans._kmeans_single_lloyd",
    "sklearn.feature_selection._mutual_info.mutual_info_classif",
    "sklearn.feature_selection._mutual_info.mutual_info_regression",
    "sklearn.feature_selection._univariate_selection.chi2",
    "sklearn.feature_selection._univariate_selection.f_classif",
    "sklearn.feature_selection._univariate_selection.f_regression",
    "sklearn.feature_selection._univariate_selection.r_regression",
}


def is_trusted(name: str) -> bool:
    """Whether a type that skops does not trust can be made without running foreign code.

    Skops calls what a file names with what is in the file, so the package that something
    comes with says nothing: there are functions of NumPy that evaluate text. Estimators of
    scikit-learn are trusted, and what they hold.

    Args:
        name: Dotted name, as `skops.io.get_untrusted_types` gives it.

    Example:
        >>> is_trusted("sklearn.tree._tree.Tree"), is_trusted("numpy.f2py.crackfortran.myeval")
        (True, False)
    """
    if name in _CLASSES or name in _FUNCTIONS or name in _scores():
        return True
    package = name.partition(".")[0]
    # A distance by a function of one's own calls that function.
    if package not in ("sklearn", "scipy") or "PyFunc" in name:
        return False
    found = _resolved(name)
    bases = tuple(base for base in map(_resolved, _BASES) if isinstance(base, type))
    return isinstance(found, type) and issubclass(found, bases)


@cache
def _scores() -> frozenset[str]:
    """The functions behind the scorers that scikit-learn knows by name."""
    from sklearn.metrics import get_scorer, get_scorer_names

    scores = [getattr(get_scorer(name), "_score_func", None) for name in get_scorer_names()]
    return frozenset(f"{score.__module__}.{score.__name__}" for score in scores if score)


def _resolved(name: str) -> Any:
    """What a name stands for, or None; skops has imported all modules with estimators.

    A file imports nothing: some modules run a program when they are imported.
    """
    module, _, attribute = name.rpartition(".")
    return vars(sys.modules[module]).get(attribute) if sys.modules.get(module) else None
