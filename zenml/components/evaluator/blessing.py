"""Whether a model may be deployed, and if not, which metric of which slice stands against it."""

from __future__ import annotations

from typing import Any

import tensorflow_model_analysis as tfma
from tensorflow_model_analysis.proto import config_pb2
from tensorflow_model_analysis.slicer import slicer_lib

BLESSED, NOT_BLESSED = "BLESSED", "NOT_BLESSED"


def has_thresholds(config: config_pb2.EvalConfig) -> bool:
    """Whether a configuration says what a model has to reach."""
    return bool(
        tfma.metrics.metric_thresholds_from_metrics_specs(config.metrics_specs, eval_config=config)
    )


def refusals(verdict: Any) -> list[str]:
    """One sentence for each threshold that was missed."""
    found = []
    for slice_result in verdict.metric_validations_per_slice:
        for failure in slice_result.failures:
            found.append(_refusal(_slice_name(slice_result), failure))
    for spec in verdict.missing_slices:
        columns = [*spec.feature_keys, *(f"{k}={v}" for k, v in spec.feature_values.items())]
        found.append(f"no row is in the slice by {', '.join(columns) or 'nothing'}")
    return found


def _slice_name(slice_result: Any) -> str:
    if slice_result.HasField("cross_slice_key"):
        return "a comparison of slices"
    key = slicer_lib.deserialize_slice_key(slice_result.slice_key)
    return ", ".join(f"{column}={value}" for column, value in key) or "all rows"


def _refusal(where: str, failure: Any) -> str:
    name = failure.metric_key.name
    if failure.metric_key.output_name:
        name = f"{failure.metric_key.output_name}/{name}"
    if failure.metric_value.WhichOneof("type") != "double_value":
        return f"{name} for {where}: {failure.message or 'not computed'}"
    value = failure.metric_value.double_value.value
    return f"{name} for {where} is {value:.6g}, and must be {_bounds(failure.metric_threshold)}"


def _bounds(threshold: Any) -> str:
    if threshold.HasField("change_threshold"):
        change = threshold.change_threshold
        parts = [
            f"{getattr(change, kind).value:g} ({kind})"
            for kind in ("absolute", "relative")
            if change.HasField(kind)
        ]
        return f"within a change of {' and '.join(parts)} from the baseline"
    value = threshold.value_threshold
    parts = []
    if value.HasField("lower_bound"):
        parts.append(f"at least {value.lower_bound.value:g}")
    if value.HasField("upper_bound"):
        parts.append(f"at most {value.upper_bound.value:g}")
    return " and ".join(parts)
