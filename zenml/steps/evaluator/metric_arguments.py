"""The arguments of metrics: whether a metric can be made with those that are given."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from zenml.errors import StepArgumentError
from zenml.hints import did_you_mean
from zenml.steps.evaluator.metric_names import METRICS

if TYPE_CHECKING:
    from tensorflow_model_analysis.proto import config_pb2

_NUMBERS = ("class_id", "top_k")
_WORDS = {
    "curve": ("ROC", "PR"),
    "summation_method": ("interpolation", "majoring", "minoring"),
}


def try_arguments(
    where: str, name: str, given: Mapping[str, Any], spec: config_pb2.MetricsSpec
) -> None:
    """Makes a metric once; takes TensorFlow Model Analysis.

    Args:
        where: Step and argument, said in the error.
        name: Of the metric.
        given: Its arguments.
        spec: The metric with them, as TFMA is asked for it.

    Raises:
        StepArgumentError: It cannot be made or computed; says which argument, or why.
    """
    from tensorflow_model_analysis.metrics import metric_specs
    from tensorflow_model_analysis.proto import config_pb2

    if wrong := _wrong_value(name, given):
        raise StepArgumentError(f"{where}: {name!r} {wrong}")
    config = config_pb2.EvalConfig(model_specs=[config_pb2.ModelSpec()], metrics_specs=[spec])
    try:
        metric_specs.to_computations([spec], eval_config=config)
    except Exception as exc:  # TFMA and Keras raise what they like
        raise StepArgumentError(f"{where}: {name!r} {_why(name, given, exc)}") from exc


def _wrong_value(name: str, given: Mapping[str, Any]) -> str:
    """What is wrong with a value that TFMA would trip over only when the metric is computed."""
    takes = _parameters(name)
    for argument, value in given.items():
        if takes and argument not in takes:
            continue
        if argument in _NUMBERS and value is not None and type(value) is not int:
            return f"takes a whole number as {argument!r}, not {value!r}."
        words = _WORDS.get(argument, ())
        if words and str(value).lower() not in map(str.lower, words):
            return f"does not know the {argument} {value!r}. It knows {', '.join(words)}."
    return ""


def _why(name: str, given: Mapping[str, Any], failure: Exception) -> str:
    takes = _parameters(name)
    for argument in given:
        if takes and argument not in takes:
            hint = did_you_mean(argument, takes)
            return f"does not take the argument {argument!r}.{hint} It takes {', '.join(takes)}."
    told = str(failure).strip().splitlines() or [repr(failure)]
    return (
        f"cannot be made with {dict(given)!r}: {told[-1].partition('encountered: ')[2] or told[-1]}"
    )


def _parameters(name: str) -> list[str]:
    """What the class of a metric takes; none where that is not told."""
    from tensorflow_model_analysis.metrics import metric_types
    from tensorflow_model_analysis.utils.keras_lib import tf_keras

    found = METRICS[name]
    places = {"metric": tf_keras.metrics, "loss": tf_keras.losses}
    kind = (
        metric_types.registered_metrics().get(found.name)
        if found.kind == "tfma"
        else getattr(places[found.kind], found.name, None)
    )
    if kind is None:
        return []
    parameters = list(inspect.signature(kind).parameters.values())
    if any(parameter.kind is inspect.Parameter.VAR_KEYWORD for parameter in parameters):
        return []
    return [parameter.name for parameter in parameters if parameter.name != "dtype"]
