"""EvaluatorStep: the interface of every evaluator."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from zenml.steps.base import BaseStep
from zenml.steps.split_mapping import DEFAULT, check_split_mapping

if TYPE_CHECKING:
    from tensorflow_metadata.proto.v0 import schema_pb2
    from tensorflow_model_analysis.proto import config_pb2


class EvaluatorStep(BaseStep):
    """Says how a trained model is judged on the test splits.

    Attributes:
        split_mapping: `{"train_splits": [...], "eval_splits": [...],
            "test_splits": [...]}`; a key left out, or None, stands for the
            splits `train`, `eval` and `test`.
        CUSTOM_MODULE: Dotted path of a module with metrics of your own. It is
            imported before the configuration is used. Functions in it called
            `custom_eval_shared_model` and `custom_extractors` are used as TFX's
            Evaluator uses them.

    Example:
        >>> class Threshold(EvaluatorStep):
        ...     def build_config(self):
        ...         from tensorflow_model_analysis.proto import config_pb2
        ...         return config_pb2.EvalConfig()
        >>> Threshold(split_mapping={"test_splits": ["holdout"]}).test_splits
        ['holdout']
    """

    PACKAGES: ClassVar[tuple[str, ...]] = ("tensorflow", "tensorflow-model-analysis", "tf-keras")
    CUSTOM_MODULE: ClassVar[str | None] = None

    def __init__(self, split_mapping: dict[str, list[str]] | None = None, **kwargs: Any) -> None:
        self.split_mapping = split_mapping
        super().__init__(**kwargs)

    @abstractmethod
    def build_config(self) -> config_pb2.EvalConfig:
        """What TensorFlow Model Analysis is to compute.

        Model, metrics, slices, and the thresholds that a model has to reach to
        be blessed. Labels are called `<label>_xl` in the data, model outputs
        `<label>_o`; the signature that takes transformed rows is `zen_eval`.
        """

    @property
    def test_splits(self) -> list[str]:
        """Names of the splits that are evaluated."""
        return list((self.split_mapping or {}).get("test_splits") or DEFAULT["test_splits"])

    def fit_config(
        self, config: config_pb2.EvalConfig, shapes: Mapping[str, tuple[int, int]]
    ) -> config_pb2.EvalConfig:
        """Completes the configuration once labels and predictions have been seen.

        Args:
            config: What `build_config` gave.
            shapes: Output name ("" for a single one) -> values in a label,
                values in a prediction.

        Returns:
            The configuration that is evaluated.
        """
        return config

    def check(self) -> None:
        """Checks the split mapping.

        Raises:
            StepArgumentError: It has other keys, or values that are no lists.
        """
        super().check()
        check_split_mapping(self, self.split_mapping)

    def check_schema(self, schema: schema_pb2.Schema) -> None:
        """Checks the arguments against the columns of the data.

        Called when the columns are known, before anything is trained.

        Args:
            schema: Of the data as it was read, before it is preprocessed.

        Raises:
            StepArgumentError: An argument names a column that is not there.
        """

    def check_transformed_schema(self, schema: schema_pb2.Schema) -> None:
        """Checks the arguments against what the preprocesser made.

        Called when it is known, before anything is trained.

        Args:
            schema: Of the preprocessed columns.

        Raises:
            StepArgumentError: Metrics are asked for what is no label.
        """
