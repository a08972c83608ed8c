"""Whether a model may be deployed, and if not, which metric of which slice stands against it."""

from __future__ import annotations

from typing import Any

import tensorflow_model_analysis as tfma
from tensorflow_model_analysis.proto import config_pb2
from tensorflow_model_analysis.slicer import slicer_lib

from zenml.components.evaluator.results import Results
from zenml.components.evaluator.slices import as_stored, shown

_MOST = 10
BLESSED, NOT_BLESSED = "BLESSED", "NOT_BLESSED"


def has_thresholds(config: config_pb2.EvalConfig) -> bool:
    """Whether a configuration says what a model has to reach."""
    return bool(
        tfma.metrics.metric_thresholds_from_metrics_specs(config.metrics_specs, eval_config=config)
    )


def refusals(verdict: Any, results: Results) -> list[str]:
    """One sentence for each threshold that was missed; of very many the first ones."""
    found = []
    before = {_stored(key): _baseline(results, values) for key, values in results.values()}
    for slice_result in verdict.metric_validations_per_slice:
        for failure in slice_result.failures:
            values = before.get(_slice_key(slice_result), {})
            found.append(_refusal(_slice_name(slice_result), failure, values))
    for spec in verdict.missing_slices:
        columns = [*spec.feature_keys, *(f"{k}={v}" for k, v in spec.feature_values.items())]
        found.append(f"no row is in the slice by {', '.join(columns) or 'nothing'}")
    more = len(found) - _MOST
    return found if more <= 0 else [*found[:_MOST], f"and {more:,} more thresholds were missed"]


def _baseline(results: Results, values: dict[Any, Any]) -> dict[tuple[str, str], Any]:
    """Output and name of a metric -> its value for the latest blessed model."""
    names = {spec.name for spec in results.config.model_specs if spec.is_baseline}
    return {
        (key.output_name, key.name): value
        for key, value in values.items()
        if key.model_name in names and not key.is_diff
    }


def _slice_key(slice_result: Any) -> Any:
    if slice_result.HasField("cross_slice_key"):
        return None
    return slicer_lib.deserialize_slice_key(slice_result.slice_key)


def _stored(key: Any) -> Any:
    return key if slicer_lib.is_cross_slice_key(key) else as_stored(key)


def _slice_name(slice_result: Any) -> str:
    key = _slice_key(slice_result)
    if key is None:
        return "a comparison of slices"
    return ", ".join(f"{column}={shown(value)}" for column, value in key) or "all rows"


def _refusal(where: str, failure: Any, before: dict[tuple[str, str], Any]) -> str:
    key, threshold = failure.metric_key, failure.metric_threshold
    name = f"{key.output_name}/{key.name}" if key.output_name else key.name
    if failure.metric_value.WhichOneof("type") != "double_value":
        return f"{name} for {where}: {failure.message or 'not computed'}"
    value = failure.metric_value.double_value.value
    if not threshold.HasField("change_threshold"):
        bounds = _bounds(threshold.value_threshold)
        return f"{name} for {where} is {value:.6g}, and must be {bounds}"
    old = before.get((key.output_name, key.name))
    told = f" from {float(old):.6g} to {float(old) + value:.6g}" if old is not None else ""
    bounds = _change_bounds(threshold.change_threshold)
    return f"{name} for {where} changed by {value:+.6g}{told}, and must change by {bounds}"


def _bounds(value: Any) -> str:
    parts = []
    if value.HasField("lower_bound"):
        parts.append(f"at least {value.lower_bound.value:g}")
    if value.HasField("upper_bound"):
        parts.append(f"at most {value.upper_bound.value:g}")
    return " and ".join(parts)


def _change_bounds(change: Any) -> str:
    falls = change.direction == config_pb2.MetricDirection.LOWER_IS_BETTER
    side = "at most" if falls else "at least"
    parts = []
    if change.HasField("absolute"):
        parts.append(f"{side} {change.absolute.value:+g}")
    if change.HasField("relative"):
        parts.append(f"{side} {change.relative.value:+g} of the value before")
    return " and ".join(parts)
