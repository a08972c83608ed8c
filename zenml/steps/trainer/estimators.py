"""Estimators of scikit-learn by name: found, checked and made."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

from zenml.errors import StepArgumentError
from zenml.extras import load_extra
from zenml.hints import did_you_mean

_EXAMPLE = "the dotted name of an estimator, such as 'sklearn.linear_model.LogisticRegression'"


def make_estimator(step: Any) -> Any:
    """The estimator that the arguments `estimator` and `params` of a trainer describe.

    Its seeds are the trainer's, where the parameters say nothing else.

    Raises:
        StepArgumentError: There is no such estimator, or it has no such parameter.
    """
    kind = _class_of(step, step.estimator)
    given = dict(step.params or {})
    made = kind()
    known = made.get_params()
    for name in given:
        if name not in known:
            raise StepArgumentError(
                f"{type(step).__name__}: {kind.__name__} has no parameter {name!r}."
                f"{did_you_mean(name, known)} It has {', '.join(sorted(known))}."
            )
    made.set_params(**given)
    seeds = {
        name: step.seed
        for name, value in made.get_params().items()
        if name.rpartition("__")[2] == "random_state" and value is None
    }
    return made.set_params(**seeds)


def check_parameters(step: Any) -> None:
    """Checks that the argument `params` is a dict by name.

    Raises:
        StepArgumentError: It is not.
    """
    given = step.params
    if given is None:
        return
    if not isinstance(given, Mapping) or not all(isinstance(name, str) for name in given):
        raise step.fail("params", given, "a dict of parameter -> value")


def plain_estimator(estimator: Any, parameters: Any) -> tuple[Any, Any]:
    """An estimator that was given as an instance, by its name and its parameters.

    Example:
        >>> from sklearn.linear_model import Ridge
        >>> name, parameters = plain_estimator(Ridge(alpha=2.0), None)
        >>> name, parameters["alpha"]
        ('sklearn.linear_model.Ridge', 2.0)
    """
    if isinstance(estimator, (str, type, type(None))) or not hasattr(estimator, "get_params"):
        return estimator, parameters
    kind = type(estimator)
    own = {**estimator.get_params(deep=False), **(parameters or {})}
    return f"{_public_module(kind)}.{kind.__qualname__}", own


def _public_module(kind: type) -> str:
    """`sklearn.linear_model` for what lies in `sklearn.linear_model._ridge`."""
    parts = kind.__module__.split(".")
    for end in range(1, len(parts)):
        name = ".".join(parts[:end])
        if getattr(importlib.import_module(name), kind.__name__, None) is kind:
            return name
    return kind.__module__


def _class_of(step: Any, estimator: Any) -> Any:
    found = estimator
    if isinstance(estimator, str):
        module, _, name = estimator.rpartition(".")
        if not module:
            raise step.fail("estimator", estimator, _EXAMPLE)
        found = _member(step, module, name)
    if not (isinstance(found, type) and hasattr(found, "get_params") and hasattr(found, "predict")):
        raise step.fail("estimator", estimator, _EXAMPLE)
    _refuse_without_label(step, estimator, found)
    try:
        found()
    except TypeError as exc:
        advice = "an estimator that needs no other; in a subclass, model_fn can return any"
        raise step.fail("estimator", estimator, advice) from exc
    return found


def _refuse_without_label(step: Any, estimator: Any, kind: type) -> None:
    """Refuses what finds groups, outliers or densities: it would be measured against a label."""
    from sklearn.base import ClusterMixin, DensityMixin, OutlierMixin

    if issubclass(kind, (ClusterMixin, DensityMixin, OutlierMixin)):
        would_do = "a classifier or a regressor; this one looks at no label, and predicts none"
        raise step.fail("estimator", estimator, would_do)


def _member(step: Any, module: str, name: str) -> Any:
    package = module.partition(".")[0]
    load_extra(package, "models", f"{type(step).__name__} with {module}.{name}", StepArgumentError)
    try:
        there = importlib.import_module(module)
    except ModuleNotFoundError as exc:
        advice = f"{_EXAMPLE}; there is no module {exc.name!r}"
        raise step.fail("estimator", f"{module}.{name}", advice) from exc
    if not hasattr(there, name):
        known = getattr(there, "__all__", None) or dir(there)
        raise StepArgumentError(
            f"{type(step).__name__}: estimator is '{module}.{name}', and {module} has no {name}."
            f"{did_you_mean(name, known)}"
        )
    return getattr(there, name)
