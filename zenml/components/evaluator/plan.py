"""Which metrics are computed by batch here, and which by TFMA's own evaluator."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from tensorflow_model_analysis.metrics import metric_specs, metric_types, metric_util
from tensorflow_model_analysis.proto import config_pb2

from zenml.components.evaluator.cells import (
    ClassesAccumulator,
    HistogramAccumulator,
    ThresholdsAccumulator,
)
from zenml.components.evaluator.keras_metrics import KerasAccumulator
from zenml.components.evaluator.matrices import Result, result_of
from zenml.components.evaluator.rows import NotVectorisableError, Rows
from zenml.components.evaluator.slices import SliceSpec, number_in
from zenml.components.evaluator.sums import KINDS, CountAccumulator, SumsAccumulator
from zenml.errors import DataError


class Accumulator(Protocol):
    """Takes batches, and gives for each slice what one of TFMA's combiners would."""

    def add(self, rows: Rows) -> None:
        """Adds a batch."""

    def output(self, number: int) -> dict[Any, Any]:
        """What the combiner gives for a slice."""


_BY_COMBINER: dict[str, Callable[[Any], Accumulator]] = {
    "_ExampleCountCombiner": CountAccumulator,
    "_CalibrationHistogramCombiner": HistogramAccumulator,
    "_BinaryConfusionMatrixCombiner": ThresholdsAccumulator,
    "_MultiClassConfusionMatrixCombiner": ClassesAccumulator,
    "_CompilableMetricsCombiner": KerasAccumulator,
}


_SAMPLERS = ("FalseNegativeFeatureSampler", "FalsePositiveFeatureSampler")


@dataclass
class Plan:
    """What is computed how.

    Attributes:
        accumulators: Take the batches.
        derived: What follows from the results, in the order in which it is needed.
        rest: The configuration that is left to TFMA's evaluator, if any.
    """

    accumulators: list[Accumulator] = field(default_factory=list)
    derived: list[Result] = field(default_factory=list)
    rest: config_pb2.EvalConfig | None = None

    def results(self, number: int) -> dict[Any, Any]:
        """All results of a slice by TFMA's keys, private ones left out.

        Raises:
            DataError: TFMA cannot compute one of them.
        """
        found: dict[Any, Any] = {}
        # A slice may lack a class: TFMA divides by nothing then, and means the nan.
        with np.errstate(all="ignore"):
            for accumulator in self.accumulators:
                found.update(accumulator.output(number))
            for result in self.derived:
                found.update(_derived(result, found))
        return {key: value for key, value in found.items() if not _private(key.name)}


def _derived(result: Result, found: Mapping[Any, Any]) -> Mapping[Any, Any]:
    try:
        return result(found)
    except (ValueError, TypeError) as exc:
        raise DataError(
            f"TensorFlow Model Analysis cannot compute a metric: {exc}. Look at the arguments of "
            "the evaluator's metrics."
        ) from exc


def make_plan(config: config_pb2.EvalConfig) -> Plan:
    """Splits a configuration by metric into what is done here and what TFMA does."""
    fast: list[Any] = []
    slow: list[config_pb2.MetricsSpec] = []
    for spec in config.metrics_specs:
        left = config_pb2.MetricsSpec()
        left.CopyFrom(spec)
        del left.metrics[:]
        for metric in spec.metrics:
            computations = _computations(config, spec, metric)
            if computations is None:
                left.metrics.append(metric)
            else:
                fast.extend(computations)
        if left.metrics:
            slow.append(left)
    plan = Plan()
    if slow:
        plan.rest = config_pb2.EvalConfig()
        plan.rest.CopyFrom(config)
        del plan.rest.metrics_specs[:]
        plan.rest.metrics_specs.extend(slow)
    for computation in dict.fromkeys(fast):
        if isinstance(computation, metric_types.MetricComputation):
            plan.accumulators.append(_accumulator(computation))
        else:
            plan.derived.append(result_of(computation))
    return plan


def by_batch(config: config_pb2.EvalConfig) -> bool:
    """Whether the rows of a configuration can be read and sliced by batch at all."""
    options = config.options
    return not (
        len(config.model_specs) > 1
        or config.cross_slicing_specs
        or options.compute_confidence_intervals.value
        or any(spec.slice_keys_sql for spec in config.slicing_specs)
        or any(spec.preprocessing_function_names for spec in config.model_specs)
        or any(spec.HasField("padding_options") for spec in config.model_specs)
    )


def metric_names(config: config_pb2.EvalConfig) -> list[str]:
    """The classes of the metrics of a configuration."""
    return [metric.class_name for spec in config.metrics_specs for metric in spec.metrics]


def samplers_apart(config: config_pb2.EvalConfig) -> list[config_pb2.EvalConfig]:
    """The configuration, and one for each sampler of features but the first.

    TFMA takes two of them for the same computation, and leaves one out without a word.
    """
    first = type(config)()
    first.CopyFrom(config)
    found, seen = [first], False
    for place, spec in enumerate(config.metrics_specs):
        del first.metrics_specs[place].metrics[:]
        for metric in spec.metrics:
            if metric.class_name not in _SAMPLERS or not seen:
                first.metrics_specs[place].metrics.append(metric)
                seen = seen or metric.class_name in _SAMPLERS
                continue
            other = type(config)()
            other.CopyFrom(config)
            del other.metrics_specs[:]
            other.metrics_specs.add().CopyFrom(spec)
            del other.metrics_specs[0].metrics[:]
            other.metrics_specs[0].metrics.append(metric)
            found.append(other)
    return found


def slice_specs(config: config_pb2.EvalConfig) -> list[SliceSpec]:
    """The ways of slicing that a configuration asks for; none is the whole."""
    specs = [
        SliceSpec(
            tuple(sorted(set(spec.feature_keys) - set(spec.feature_values))),
            tuple(sorted((key, _typed(text)) for key, text in spec.feature_values.items())),
        )
        for spec in config.slicing_specs
    ]
    return specs or [SliceSpec()]


def _computations(
    config: config_pb2.EvalConfig, spec: config_pb2.MetricsSpec, metric: config_pb2.MetricConfig
) -> Sequence[Any] | None:
    """The computations of one metric, or None when one of them is not done by batch."""
    if spec.query_key or any(spec.model_names):
        return None
    alone = config_pb2.MetricsSpec()
    alone.CopyFrom(spec)
    del alone.metrics[:]
    alone.metrics.append(metric)
    try:
        computations = metric_specs.to_computations([alone], eval_config=config)
    except (ValueError, TypeError) as exc:
        raise DataError(
            f"TensorFlow Model Analysis refuses the metric {metric.class_name}: {exc}"
        ) from exc
    for computation in computations:
        if isinstance(computation, metric_types.MetricComputation):
            try:
                _accumulator(computation)
            except NotVectorisableError:
                return None
        elif not isinstance(computation, metric_types.DerivedMetricComputation):
            return None
    return computations


def _accumulator(computation: Any) -> Accumulator:
    combiner = computation.combiner
    name = type(combiner).__name__
    for preprocessor in computation.preprocessors or []:
        if type(preprocessor) is not metric_types.StandardMetricInputsPreprocessor:
            raise NotVectorisableError(name)
    usual = metric_util.to_label_prediction_example_weight
    if getattr(combiner, "_extract_label_prediction_and_weight", usual) is not usual:
        raise NotVectorisableError(name)
    try:
        if name in KINDS:
            return SumsAccumulator(combiner, KINDS[name])
        return _BY_COMBINER[name](combiner)
    except (KeyError, AttributeError) as exc:
        # Another TFMA may build it otherwise: then it does the work itself.
        raise NotVectorisableError(name) from exc


def _private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def _typed(text: str) -> Any:
    """The number that a text says, where it is written as that: "7" and "0.5", not "007"."""
    found = number_in(text)
    return found if str(found) == text else text
