"""EvaluatorStep: the interface of every evaluator."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from zenml.steps.base import BaseStep
from zenml.steps.evaluator.look import Look
from zenml.steps.split_mapping import DEFAULT, check_split_mapping

if TYPE_CHECKING:
    from tensorflow_metadata.proto.v0 import schema_pb2
    from tensorflow_model_analysis.proto import config_pb2


class EvaluatorStep(BaseStep):
    """Says how a trained model is judged on the test splits.

    Args:
        split_mapping: `{"train_splits": [...], "eval_splits": [...],
            "test_splits": [...]}`; a key left out, or None, stands for the
            splits `train`, `eval` and `test`.
        parity: Whether rows as they were read have to get the same predictions of the
            model as it is served, as they got when it was tested; else it is not
            blessed. True takes every row of the test splits, a number so many of them.
        parity_tolerance: How far two predictions may be apart; beyond 1.0, as a share of
            the prediction.

    Attributes:
        CUSTOM_MODULE: Dotted path of a module with metrics of your own. It is
            imported before the configuration is used. Functions in it called
            `custom_eval_shared_model` and `custom_extractors` are used as TFX's
            Evaluator uses them.
        READS_MODEL: Whether the model is asked for its predictions; if not, those count
            that the trainer left in its test results.

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
    READS_MODEL: ClassVar[bool] = True
    parity: bool | int = False
    parity_tolerance: float = 1e-6

    def __init__(
        self,
        split_mapping: dict[str, list[str]] | None = None,
        parity: bool | int = False,
        parity_tolerance: float = 1e-6,
        **kwargs: Any,
    ) -> None:
        self.split_mapping = split_mapping
        self.parity = parity
        self.parity_tolerance = parity_tolerance
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

    @property
    def label_names(self) -> list[str] | None:
        """The labels that are evaluated; None where only `build_config` knows."""
        return None

    @property
    def compares_models(self) -> bool | None:
        """Whether the latest blessed model is needed; None where only `build_config` knows."""
        return None

    def fit_columns(
        self, config: config_pb2.EvalConfig, columns: Collection[str]
    ) -> config_pb2.EvalConfig:
        """Completes the configuration once the columns that are evaluated are known.

        Args:
            config: What `build_config` gave.
            columns: Their names.

        Returns:
            The configuration that is evaluated.
        """
        return config

    def fit_config(
        self, config: config_pb2.EvalConfig, looks: Mapping[str, Look]
    ) -> config_pb2.EvalConfig:
        """Completes the configuration once labels and predictions have been seen.

        Args:
            config: What `build_config` gave.
            looks: Output name ("" for a single one) -> what both look like.

        Returns:
            The configuration that is evaluated.
        """
        return config

    def check(self) -> None:
        """Checks the split mapping, and what is said of parity.

        Raises:
            StepArgumentError: Names the argument, what was given and what would do.
        """
        super().check()
        check_split_mapping(self, self.split_mapping)
        if not isinstance(self.parity, int) or self.parity < 0:
            raise self.fail("parity", self.parity, "True, False, or a number of rows")
        tolerance = self.parity_tolerance
        number = isinstance(tolerance, (int, float)) and not isinstance(tolerance, bool)
        if not number or not tolerance >= 0:  # nan is neither above 0 nor below
            raise self.fail("parity_tolerance", tolerance, "a number, 0 or more")

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
