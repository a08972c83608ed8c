"""TFMAEvaluator: metrics by name, overall and by slice."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from zenml.errors import StepArgumentError
from zenml.steps.evaluator.base import EvaluatorStep
from zenml.steps.evaluator.metric_names import (
    METRICS,
    NAMELESS,
    NEEDED_ARGUMENTS,
    metric_class,
)

if TYPE_CHECKING:
    from tensorflow_metadata.proto.v0 import schema_pb2
    from tensorflow_model_analysis.proto import config_pb2

SIGNATURE = "zen_eval"
# What `accuracy` means by (values in a label, values in a prediction) is known
# only when the model has predicted; until then it is Keras's exact match.
_ANY_ACCURACY = "Accuracy"


class TFMAEvaluator(EvaluatorStep):
    """Measures a model with metrics of TensorFlow Model Analysis and Keras.

    Args:
        metrics: Label -> names of metrics in snake case. A metric that takes
            arguments is written `{"top_k_categorical_accuracy": {"k": 2}}`.
            `accuracy` becomes binary, categorical or sparse categorical
            accuracy, as label and prediction ask for.
        slices: Lists of columns; each is evaluated value by value, besides the
            whole.
        output_mapping: Label -> name of the model's output, where it is not
            `<label>_o`.
        split_mapping: As in `EvaluatorStep`.

    Example:
        >>> evaluator = TFMAEvaluator(metrics={"late": ["auc"]}, slices=[["carrier"]])
        >>> evaluator.check()
        >>> TFMAEvaluator(metrics={"late": ["au"]}).check()
        Traceback (most recent call last):
        zenml.errors.StepArgumentError: TFMAEvaluator: metrics['late']: there is no metric 'au' in \
TensorFlow Model Analysis or Keras. Close to it is auc.
    """

    def __init__(
        self,
        metrics: dict[str, list[Any]] | None = None,
        slices: list[list[str]] | None = None,
        output_mapping: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        self.metrics = metrics
        self.slices = slices
        self.output_mapping = output_mapping
        super().__init__(**kwargs)

    def check(self) -> None:
        """Checks names and shapes of the arguments; needs no TensorFlow.

        Raises:
            StepArgumentError: Names what is wrong, and what comes close to it.
        """
        super().check()
        would_do = "a mapping of labels to lists of names, e.g. {'species': ['accuracy']}"
        if not isinstance(self.metrics, Mapping) or not self.metrics:
            raise self.fail("metrics", self.metrics, would_do)
        for label, names in self.metrics.items():
            if not isinstance(names, (list, tuple)) or not names:
                raise self.fail(f"metrics[{label!r}]", names, "a list with at least one name")
            for name, arguments in _named(names):
                self._check_metric(label, name, arguments)
        for columns in self.slices or []:
            if not isinstance(columns, (list, tuple)) or not all(
                isinstance(column, str) for column in columns
            ):
                raise self.fail("slices", self.slices, "a list of lists of columns: [['island']]")
        self._check_outputs()

    def _check_metric(self, label: str, name: Any, arguments: Any) -> None:
        where = f"{type(self).__name__}: metrics[{label!r}]"
        if not isinstance(name, str):
            raise self.fail(f"metrics[{label!r}]", name, "the name of a metric")
        if not isinstance(arguments, Mapping):
            raise self.fail(f"metrics[{label!r}][{name!r}]", arguments, "a mapping of arguments")
        needed = NEEDED_ARGUMENTS.get(metric_class(name, where).name, ())
        missing = [argument for argument in needed if argument not in arguments]
        if missing:
            example = json.dumps({name: dict.fromkeys(needed, "...")})
            raise StepArgumentError(
                f"{where}: {name!r} needs the argument {missing[0]!r}; write {example}."
            )

    def _check_outputs(self) -> None:
        if self.output_mapping is None:
            return
        if not isinstance(self.output_mapping, Mapping):
            raise self.fail("output_mapping", self.output_mapping, "a mapping of labels to outputs")
        for label in self.output_mapping:
            if label not in (self.metrics or {}):
                raise self.fail(
                    "output_mapping", self.output_mapping, f"about {', '.join(self.metrics or {})}"
                )

    def check_schema(self, schema: schema_pb2.Schema) -> None:
        """Checks labels and slices against the columns of the data.

        Raises:
            StepArgumentError: Names the column that is not there, and those that are.
        """
        columns = sorted(feature.name for feature in schema.feature)
        sliced = {column for group in self.slices or [] for column in group}
        # Besides the columns of the data, what the preprocesser makes of them can be sliced by.
        made = {f"{column}{suffix}" for column in columns for suffix in ("_xf", "_xl")}
        asked = [
            (f"metrics are asked for the label {label!r}", label) for label in self.metrics or {}
        ]
        asked += [(f"slices name the column {name!r}", name) for name in sorted(sliced - made)]
        for what, column in asked:
            if column not in columns:
                raise StepArgumentError(
                    f"{type(self).__name__}: {what}, which is not in the data. "
                    f"Its columns are {', '.join(columns)}."
                )

    def check_transformed_schema(self, schema: schema_pb2.Schema) -> None:
        """Checks that each metric is asked for a label of the preprocesser.

        Raises:
            StepArgumentError: Names the column, and the labels there are.
        """
        names = (feature.name for feature in schema.feature)
        labels = sorted(name[: -len("_xl")] for name in names if name.endswith("_xl"))
        for label in self.metrics or {}:
            if label not in labels:
                raise self.fail(
                    "metrics", self.metrics, f"about the labels of the preprocesser: {labels}"
                )

    def build_config(self) -> config_pb2.EvalConfig:
        """The same as TFMA's configuration."""
        from tensorflow_model_analysis.proto import config_pb2

        metrics = self.metrics or {}
        outputs = {label: self._output(label) for label in metrics}
        single = len(metrics) == 1
        model = config_pb2.ModelSpec(signature_name=SIGNATURE)
        if single:
            label, output = next(iter(outputs.items()))
            model.label_key, model.prediction_key = f"{label}_xl", output
        else:
            model.label_keys.update({output: f"{label}_xl" for label, output in outputs.items()})
        return config_pb2.EvalConfig(
            model_specs=[model],
            metrics_specs=[
                config_pb2.MetricsSpec(
                    metrics=[_metric_config(name, given) for name, given in _named(names)],
                    output_names=[] if single else [outputs[label]],
                )
                for label, names in metrics.items()
            ],
            slicing_specs=[
                config_pb2.SlicingSpec(feature_keys=columns)
                for columns in [[], *(group for group in self.slices or [] if group)]
            ],
            options=config_pb2.Options(include_default_metrics={"value": False}),
        )

    def fit_config(
        self, config: config_pb2.EvalConfig, shapes: Mapping[str, tuple[int, int]]
    ) -> config_pb2.EvalConfig:
        """Puts the accuracy that suits label and prediction in place of `accuracy`."""
        fitted = type(config)()
        fitted.CopyFrom(config)
        for spec in fitted.metrics_specs:
            shape = shapes.get(spec.output_names[0] if spec.output_names else "")
            for metric in spec.metrics:
                if shape and metric.class_name == _ANY_ACCURACY:
                    metric.class_name = _accuracy(*shape)
        return fitted

    def _output(self, label: str) -> str:
        return (self.output_mapping or {}).get(label, f"{label}_o")


def _named(names: list[Any]) -> Iterator[tuple[Any, Any]]:
    """Each metric's name with its arguments."""
    for entry in names:
        if isinstance(entry, Mapping):
            yield from entry.items()
        else:
            yield entry, {}


def _metric_config(name: str, arguments: Mapping[str, Any]) -> config_pb2.MetricConfig:
    from tensorflow_model_analysis.proto import config_pb2

    found = METRICS[name]
    config = dict(arguments)
    if found.name not in NAMELESS:
        config.setdefault("name", name)
    return config_pb2.MetricConfig(
        class_name=found.name,
        module=_losses_module() if found.kind == "loss" else "",
        config=json.dumps(config, sort_keys=True),
    )


def _losses_module() -> str:
    """TFMA tells a loss from a metric by this module, of whichever Keras it uses."""
    from tensorflow_model_analysis.utils.keras_lib import tf_keras

    return str(tf_keras.losses.Loss.__module__)


def _accuracy(label_size: int, prediction_size: int) -> str:
    if prediction_size == 1:
        return "BinaryAccuracy"
    return "SparseCategoricalAccuracy" if label_size == 1 else "CategoricalAccuracy"
