"""NamedMetricsEvaluator: what evaluators that name their metrics have in common."""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from zenml.errors import StepArgumentError
from zenml.hints import did_you_mean
from zenml.steps.evaluator import thresholds
from zenml.steps.evaluator.base import EvaluatorStep
from zenml.steps.evaluator.look import Look
from zenml.steps.evaluator.metric_arguments import try_arguments
from zenml.steps.evaluator.metric_names import (
    BY_QUERY,
    METRICS,
    NAMELESS,
    NEEDED_ARGUMENTS,
    metric_class,
)

if TYPE_CHECKING:
    from tensorflow_metadata.proto.v0 import schema_pb2
    from tensorflow_model_analysis.proto import config_pb2

LABEL, OUTPUT = "_xl", "_o"
QUERY = "query_key"  # an argument that is the column by which rows belong together
# Arguments that stand beside the name of a result, so that those of one name are told apart.
_TOLD_APART = ("class_id", "top_k", "top_k_list", QUERY)
# What `accuracy` means by what labels and predictions look like is known only when the model
# has predicted; until then it is Keras's exact match.
_ANY_ACCURACY = "Accuracy"


class NamedMetricsEvaluator(EvaluatorStep):
    """Metrics by name, slices by column, thresholds by metric.

    Attributes:
        slices: Lists of columns.

    Example:
        >>> from zenml.steps.evaluator import TFMAEvaluator
        >>> isinstance(TFMAEvaluator(metrics={"late": ["auc"]}), NamedMetricsEvaluator)
        True
    """

    slices: Sequence[Sequence[str]] | None = None

    @property
    @abstractmethod
    def label_names(self) -> list[str]:
        """The labels, without an ending."""

    @abstractmethod
    def _asked(self) -> dict[str, tuple[str, Any, Any]]:
        """Label -> where its metrics stand, the metrics (None: the usual), its thresholds."""

    @property
    def compares_models(self) -> bool | None:
        """Whether a threshold is about the latest blessed model."""
        if not type(self).build_config.__module__.startswith("zenml.steps.evaluator."):
            return None
        return any(
            thresholds.compares(bounds)
            for _, _, given in self._asked().values()
            for bounds in (given or {}).values()
        )

    def check(self) -> None:
        """Checks names and shapes of the arguments; needs no TensorFlow.

        Raises:
            StepArgumentError: Names what is wrong, and what comes close to it.
        """
        super().check()
        for columns in self.slices or []:
            if not isinstance(columns, (list, tuple)) or not all(
                isinstance(column, str) for column in columns
            ):
                raise self.fail("slices", self.slices, "a list of lists of columns: [['island']]")
        for where, names, _ in self._asked().values():
            if names is not None:
                self._check_metrics(where, names)

    def _check_metrics(self, where: str, names: Any) -> None:
        """Checks the metrics of one label: each by itself, and that their results are apart."""
        if not isinstance(names, (list, tuple)) or not names:
            raise self.fail(where, names, "a list with at least one name")
        found: dict[str, Any] = {}
        for name, arguments in named(names):
            self._check_metric(where, name, arguments)
            result = result_name(name, arguments)
            apart = {key: str(arguments[key]) for key in _TOLD_APART if key in arguments}
            asked = (name, dict(arguments))
            if found.setdefault(f"{result} {apart}", asked) != asked:
                example = {name: {**arguments, "name": "..."}}
                raise StepArgumentError(
                    f"{type(self).__name__}: {where} asks for two metrics that are called "
                    f"{result!r}. Give one of them another name: {example}."
                )

    def _check_metric(self, where: str, name: Any, arguments: Any) -> None:
        if not isinstance(name, str):
            raise self.fail(where, name, "the name of a metric")
        if not isinstance(arguments, Mapping):
            raise self.fail(f"{where}[{name!r}]", arguments, "a mapping of arguments")
        where = f"{type(self).__name__}: {where}"
        found = metric_class(name, where).name
        needed = NEEDED_ARGUMENTS.get(found, ()) + BY_QUERY.get(found, ())
        if QUERY in arguments and found not in BY_QUERY:
            raise StepArgumentError(f"{where}: {name!r} is not about queries: leave out {QUERY!r}.")
        missing = [argument for argument in needed if argument not in arguments]
        if missing:
            example = json.dumps({name: dict.fromkeys(needed, "...")})
            raise StepArgumentError(
                f"{where}: {name!r} needs the argument {missing[0]!r}; write {example}."
            )

    def _check_thresholds(self, where: str, names: Any, given: Any) -> None:
        """Checks the thresholds of one label."""
        if given is None:
            return
        if not isinstance(given, Mapping) or not given:
            raise self.fail(where, given, "a mapping of metrics to bounds: {'auc': {'min': 0.7}}")
        asked = None if names is None else [result_name(*each) for each in named(names)]
        for metric, bounds in given.items():
            if asked is None:
                self._check_metric(where, metric, {})
            elif metric not in asked:
                raise StepArgumentError(
                    f"{type(self).__name__}: {where} has a threshold for {metric!r}, which is not "
                    f"asked for.{did_you_mean(str(metric), asked)} Name it in metrics, which are "
                    f"{', '.join(asked)}."
                )
            thresholds.check_bounds(self, f"{where}[{metric!r}]", bounds, self.slices or [])

    def check_schema(self, schema: schema_pb2.Schema) -> None:
        """Checks labels and slices against the columns of the data.

        Raises:
            StepArgumentError: Names the column that is not there, and those that are.
        """
        columns = sorted(feature.name for feature in schema.feature)
        sliced = {column for keys, values in self._groups() for column in (*keys, *values)}
        # Besides the columns of the data, what the preprocesser makes of them can be sliced by.
        made = {f"{column}{suffix}" for column in columns for suffix in ("_xf", LABEL)}
        asked = [
            (f"metrics are asked for the label {label!r}", label) for label in self.label_names
        ]
        asked += [(f"slices name the column {name!r}", name) for name in sorted(sliced - made)]
        asked += [
            (f"{name!r} is asked for by the column {arguments[QUERY]!r}", str(arguments[QUERY]))
            for _, names, _ in self._asked().values()
            for name, arguments in named(names or [])
            if QUERY in arguments
        ]
        for what, column in asked:
            if column not in columns:
                raise StepArgumentError(
                    f"{type(self).__name__}: {what}, which is not in the data."
                    f"{did_you_mean(column, columns)} Its columns are {', '.join(columns)}."
                )

    def check_transformed_schema(self, schema: schema_pb2.Schema) -> None:
        """Checks the arguments of metrics, for which TFMA has to be there.

        Raises:
            StepArgumentError: A metric cannot be made with them; says why.
        """
        for where, names, _ in self._asked().values():
            for name, arguments in named(names or []):
                rest = {key: value for key, value in arguments.items() if key != QUERY}
                if rest.keys() - {"name"}:
                    (spec,) = self._metrics_specs([{name: arguments}], None)
                    try_arguments(f"{type(self).__name__}: {where}", name, rest, spec)

    def fit_config(
        self, config: config_pb2.EvalConfig, looks: Mapping[str, Look]
    ) -> config_pb2.EvalConfig:
        """Puts the accuracy that suits label and prediction in place of `accuracy`."""
        fitted = type(config)()
        fitted.CopyFrom(config)
        for spec in fitted.metrics_specs:
            look = looks.get(spec.output_names[0] if spec.output_names else "")
            for metric in spec.metrics:
                if look and metric.class_name == _ANY_ACCURACY:
                    metric.class_name = look.accuracy
        return fitted

    def _metrics_specs(
        self, names: Sequence[Any], given: Mapping[str, Any] | None, outputs: Sequence[str] = ()
    ) -> list[config_pb2.MetricsSpec]:
        """The metrics of a label, apart by the column of their queries."""
        from tensorflow_model_analysis.proto import config_pb2

        groups: dict[str, list[Any]] = {}
        for name, arguments in named(names):
            rest = {key: value for key, value in arguments.items() if key != QUERY}
            groups.setdefault(str(arguments.get(QUERY, "")), []).append({name: rest})
        return [
            config_pb2.MetricsSpec(
                metrics=self._metric_configs(group, given), query_key=key, output_names=outputs
            )
            for key, group in (groups or {"": []}).items()
        ]

    def _metric_configs(
        self, names: Sequence[Any], given: Mapping[str, Any] | None
    ) -> list[config_pb2.MetricConfig]:
        """The metrics of a label with their thresholds, as TFMA knows them."""
        made = []
        for name, arguments in named(names):
            config = metric_config(name, arguments)
            bounds = (given or {}).get(result_name(name, arguments))
            if bounds:
                thresholds.apply_bounds(config, bounds, self.slices or [])
            made.append(config)
        return made

    def _slicing_specs(self) -> list[config_pb2.SlicingSpec]:
        """The whole, and each slice that metrics or thresholds are asked for."""
        from tensorflow_model_analysis.proto import config_pb2

        specs = [config_pb2.SlicingSpec()]
        for keys, values in self._groups():
            texts = thresholds.texts_of(values)
            spec = config_pb2.SlicingSpec(feature_keys=keys, feature_values=texts)
            if spec not in specs:
                specs.append(spec)
        return specs

    def _groups(self) -> Iterator[tuple[list[str], dict[str, Any]]]:
        for group in self.slices or []:
            yield list(group), {}
        for _, _, given in self._asked().values():
            for bounds in (given or {}).values():
                yield from thresholds.slices_asked(bounds)


def named(names: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
    """Each metric's name with its arguments."""
    for entry in names:
        if isinstance(entry, Mapping):
            yield from entry.items()
        else:
            yield entry, {}


def result_name(name: Any, arguments: Any) -> str:
    """What the result of a metric is called."""
    return str(arguments.get("name", name) if isinstance(arguments, Mapping) else name)


def metric_config(name: str, arguments: Mapping[str, Any]) -> config_pb2.MetricConfig:
    """A metric as TFMA's configuration has it."""
    from tensorflow_model_analysis.proto import config_pb2

    found = METRICS[name]
    config = {**arguments} if found.name in NAMELESS else {"name": name, **arguments}
    return config_pb2.MetricConfig(
        class_name=found.name,
        module=_losses_module() if found.kind == "loss" else "",
        config=json.dumps(config, sort_keys=True),
    )


def _losses_module() -> str:
    """TFMA tells a loss from a metric by this module, of whichever Keras it uses."""
    from tensorflow_model_analysis.utils.keras_lib import tf_keras

    return str(tf_keras.losses.Loss.__module__)
