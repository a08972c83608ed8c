"""AgnosticEvaluator: metrics of what a trainer predicted, whatever its framework."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from zenml.hints import did_you_mean
from zenml.steps.evaluator.look import Look
from zenml.steps.evaluator.named_metrics import LABEL, OUTPUT, NamedMetricsEvaluator

if TYPE_CHECKING:
    from tensorflow_metadata.proto.v0 import schema_pb2
    from tensorflow_model_analysis.proto import config_pb2


class AgnosticEvaluator(NamedMetricsEvaluator):
    """Measures the predictions that the trainer left of the test splits.

    No model is loaded, so any framework will do. Metrics and slices are those of
    `TFMAEvaluator`, and so are the numbers.

    Args:
        label_key: The label; with or without its ending, `_xl`.
        prediction_key: What predicts it; with or without its ending, `_o`.
        slices: As in `TFMAEvaluator`.
        metrics: Names of metrics, as in `TFMAEvaluator`. None: the usual ones for two
            classes, for several, or for a number, as labels and predictions look.
        thresholds: Metric -> bounds, as in `TFMAEvaluator` for one label. With metrics
            of None, these metrics are computed too.
        split_mapping, parity, parity_tolerance: As in `EvaluatorStep`.

    Example:
        >>> evaluator = AgnosticEvaluator(
        ...     label_key="species",
        ...     prediction_key="species",
        ...     slices=[["island"]],
        ...     thresholds={"accuracy": {"min": 0.9}},
        ... )
        >>> evaluator.check()
        >>> AgnosticEvaluator(label_key="species", prediction_key="").check()
        Traceback (most recent call last):
        zenml.errors.StepArgumentError: AgnosticEvaluator: prediction_key is ''; it must be the \
name of a column of the test results, e.g. 'species_o'.
    """

    READS_MODEL: ClassVar[bool] = False

    def __init__(
        self,
        label_key: str,
        prediction_key: str,
        slices: list[list[str]] | None = None,
        metrics: list[Any] | None = None,
        thresholds: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        self.label_key = label_key
        self.prediction_key = prediction_key
        self.slices = slices
        self.metrics = metrics
        self.thresholds = thresholds
        super().__init__(**kwargs)

    @property
    def label_names(self) -> list[str]:
        """The label."""
        return [self.label_key.removesuffix(LABEL)]

    def check(self) -> None:
        """Checks names and shapes of the arguments; needs no TensorFlow.

        Raises:
            StepArgumentError: Names what is wrong, and what comes close to it.
        """
        for argument, ending in (("label_key", LABEL), ("prediction_key", OUTPUT)):
            given = getattr(self, argument)
            if not isinstance(given, str) or not given.removesuffix(ending):
                example = f"'species{ending}'"
                raise self.fail(
                    argument, given, f"the name of a column of the test results, e.g. {example}"
                )
        super().check()
        self._check_thresholds("thresholds", self.metrics, self.thresholds)

    def _asked(self) -> dict[str, tuple[str, Any, Any]]:
        return {self.label_key: ("metrics", self.metrics, self.thresholds)}

    def check_transformed_schema(self, schema: schema_pb2.Schema) -> None:
        """Checks that the label is one of the preprocesser, and the arguments of metrics.

        Raises:
            StepArgumentError: Names it, and the labels there are; or the argument.
        """
        names = (feature.name for feature in schema.feature)
        labels = sorted(name[: -len(LABEL)] for name in names if name.endswith(LABEL))
        if self.label_names[0] not in labels:
            hint = did_you_mean(self.label_names[0], labels)
            would_do = f"a label of the preprocesser: {labels}.{hint}"
            raise self.fail("label_key", self.label_key, would_do)
        super().check_transformed_schema(schema)

    def build_config(self) -> config_pb2.EvalConfig:
        """What TFMA is asked for where it evaluates predictions that lie in columns."""
        from tensorflow_model_analysis.proto import config_pb2

        names = self.metrics if self.metrics is not None else list(self.thresholds or {})
        return config_pb2.EvalConfig(
            model_specs=[
                config_pb2.ModelSpec(
                    label_key=_with(self.label_key, LABEL),
                    prediction_key=_with(self.prediction_key, OUTPUT),
                )
            ],
            metrics_specs=self._metrics_specs(names, self.thresholds),
            slicing_specs=self._slicing_specs(),
            options=config_pb2.Options(include_default_metrics={"value": False}),
        )

    def fit_columns(
        self, config: config_pb2.EvalConfig, columns: Collection[str]
    ) -> config_pb2.EvalConfig:
        """Takes a column by the very name that was given, where there is none with the ending."""
        fitted = type(config)()
        fitted.CopyFrom(config)
        for spec in fitted.model_specs:
            if spec.prediction_key not in columns and self.prediction_key in columns:
                spec.prediction_key = self.prediction_key
        return fitted

    def fit_config(
        self, config: config_pb2.EvalConfig, looks: Mapping[str, Look]
    ) -> config_pb2.EvalConfig:
        """Adds the usual metrics where none are named."""
        fitted = type(config)()
        fitted.CopyFrom(config)
        if self.metrics is None and "" in looks:
            for spec in fitted.metrics_specs:
                there = set(self.thresholds or {})
                usual = [name for name in looks[""].usual_metrics if name not in there]
                spec.metrics.extend(self._metric_configs(usual, None))
        return super().fit_config(fitted, looks)


def _with(name: str, ending: str) -> str:
    return name if name.endswith(ending) else f"{name}{ending}"
