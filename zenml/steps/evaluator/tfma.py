"""TFMAEvaluator: metrics by name, overall and by slice, of the trained model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from zenml.hints import did_you_mean
from zenml.steps.evaluator.named_metrics import LABEL, OUTPUT, NamedMetricsEvaluator

if TYPE_CHECKING:
    from tensorflow_metadata.proto.v0 import schema_pb2
    from tensorflow_model_analysis.proto import config_pb2

SIGNATURE = "zen_eval"


class TFMAEvaluator(NamedMetricsEvaluator):
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
        thresholds: Label -> metric -> what a model has to reach to be blessed:
            `min` and `max` for the value, `min_change` and `max_change` against the
            latest blessed model of the pipeline, `min_relative_change` and
            `max_relative_change` as a share of its value. Under `slices` stand
            those of slices: for each of them `{"min": 0.6}`, for those by some
            columns `{"by": ["carrier"], "min": 0.6}`, for one alone
            `{"where": {"carrier": "UA"}, "min": 0.6}`; several in a list.
        split_mapping, parity, parity_tolerance: As in `EvaluatorStep`.

    Example:
        >>> evaluator = TFMAEvaluator(
        ...     metrics={"late": ["auc", "accuracy"]},
        ...     slices=[["carrier"]],
        ...     thresholds={
        ...         "late": {
        ...             "auc": {"min": 0.7, "slices": {"min": 0.6}},
        ...             "accuracy": {"min_change": -0.01},
        ...         }
        ...     },
        ... )
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
        thresholds: dict[str, dict[str, Any]] | None = None,
        **kwargs: Any,
    ) -> None:
        self.metrics = metrics
        self.slices = slices
        self.output_mapping = output_mapping
        self.thresholds = thresholds
        super().__init__(**kwargs)

    @property
    def label_names(self) -> list[str]:
        """The labels that metrics are asked for."""
        return list(self.metrics or {})

    def check(self) -> None:
        """Checks names and shapes of the arguments; needs no TensorFlow.

        Raises:
            StepArgumentError: Names what is wrong, and what comes close to it.
        """
        would_do = "a mapping of labels to lists of names, e.g. {'species': ['accuracy']}"
        if not isinstance(self.metrics, Mapping) or not self.metrics:
            raise self.fail("metrics", self.metrics, would_do)
        for label in self.metrics:
            if not isinstance(label, str) or not label:
                raise self.fail("metrics", self.metrics, would_do)
        self._check_labels("output_mapping", self.output_mapping, "labels to outputs")
        for output in (self.output_mapping or {}).values():
            if not isinstance(output, str) or not output:
                raise self.fail("output_mapping", self.output_mapping, "about names of outputs")
        self._check_labels("thresholds", self.thresholds, "labels to metrics and bounds")
        super().check()
        for label, given in (self.thresholds or {}).items():
            self._check_thresholds(f"thresholds[{label!r}]", self.metrics[label], given)

    def _asked(self) -> dict[str, tuple[str, Any, Any]]:
        given = self.thresholds or {}
        return {
            label: (f"metrics[{label!r}]", names, given.get(label))
            for label, names in (self.metrics or {}).items()
        }

    def _check_labels(self, argument: str, given: Any, what: str) -> None:
        if given is None:
            return
        if not isinstance(given, Mapping):
            raise self.fail(argument, given, f"a mapping of {what}")
        for label in given:
            if label not in (self.metrics or {}):
                raise self.fail(argument, given, f"about {', '.join(self.metrics or {})}")

    def check_transformed_schema(self, schema: schema_pb2.Schema) -> None:
        """Checks that each metric is asked for a label of the preprocesser, and its arguments.

        Raises:
            StepArgumentError: Names the column, and the labels there are; or the argument.
        """
        names = (feature.name for feature in schema.feature)
        labels = sorted(name[: -len(LABEL)] for name in names if name.endswith(LABEL))
        for label in self.label_names:
            if label not in labels:
                raise self.fail(
                    "metrics",
                    self.metrics,
                    f"about the labels of the preprocesser: {labels}.{did_you_mean(label, labels)}",
                )
        super().check_transformed_schema(schema)

    def build_config(self) -> config_pb2.EvalConfig:
        """The same as TFMA's configuration."""
        from tensorflow_model_analysis.proto import config_pb2

        asked = self._asked()
        outputs = {label: self._output(label) for label in asked}
        single = len(asked) == 1
        model = config_pb2.ModelSpec(signature_name=SIGNATURE)
        if single:
            label, output = next(iter(outputs.items()))
            model.label_key, model.prediction_key = f"{label}{LABEL}", output
        else:
            model.label_keys.update({name: f"{label}{LABEL}" for label, name in outputs.items()})
        return config_pb2.EvalConfig(
            model_specs=[model],
            metrics_specs=[
                spec
                for label, (_, names, given) in asked.items()
                for spec in self._metrics_specs(names, given, [] if single else [outputs[label]])
            ],
            slicing_specs=self._slicing_specs(),
            options=config_pb2.Options(include_default_metrics={"value": False}),
        )

    def _output(self, label: str) -> str:
        return (self.output_mapping or {}).get(label, f"{label}{OUTPUT}")
