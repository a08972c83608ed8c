"""PreprocessStep: the interface of preprocessing with TensorFlow Transform."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from zenml.steps.base import BaseStep
from zenml.steps.split_mapping import check_split_mapping


class PreprocessStep(BaseStep):
    """How columns become what a model is trained on; subclass it, define `preprocessing_fn`.

    The function is traced once into a TensorFlow graph. Its analyzers (`tft.mean`,
    `tft.vocabulary`, ...) see the training splits only; the graph is then applied to
    every split, and again to each request that the served model gets.

    Args:
        split_mapping: Which splits are analysed: `{"train_splits": [...]}`. By default
            the split `train`. All splits are transformed.

    Attributes:
        schema: The `tensorflow_metadata` Schema of the data, set before
            `preprocessing_fn` is called.

    Example:
        >>> class Halve(PreprocessStep):
        ...     def preprocessing_fn(self, inputs):
        ...         return {"size_xf": inputs["size"] / 2, "price_xl": inputs["price"]}
        >>> Halve().preprocessing_fn({"size": 3.0, "price": 1.0})
        {'size_xf': 1.5, 'price_xl': 1.0}
    """

    PACKAGES: ClassVar[tuple[str, ...]] = ("tensorflow", "tensorflow-transform")
    schema: Any = None

    def __init__(self, *, split_mapping: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        """Stores which splits are analysed."""
        self.split_mapping = split_mapping
        super().__init__(**kwargs)

    @abstractmethod
    def preprocessing_fn(self, inputs: dict[str, Any]) -> dict[str, Any]:
        """Turns columns into features and labels; TensorFlow and `tft` calls only.

        Args:
            inputs: Column name -> Tensor `[batch]`, `[batch, 1]` or of the column's own
                shape; a SparseTensor `[batch, width]` where cells can be missing.

        Returns:
            Output name -> Tensor, SparseTensor or RaggedTensor with the same first
            dimension. The standard trainers take names ending in `_xf` as features and
            in `_xl` as labels.
        """

    def check(self) -> None:
        """Checks the arguments.

        Raises:
            StepArgumentError: A `split_mapping` that cannot be.
        """
        super().check()
        check_split_mapping(self, self.split_mapping)

    def check_schema(self, schema: Any) -> None:
        """Checks the arguments against the data, before anything is computed.

        Args:
            schema: The `tensorflow_metadata` Schema of the data.

        Raises:
            StepArgumentError: An argument that does not fit the data.
        """

    def required_columns(self, schema: Any) -> list[str]:
        """Columns in which a missing cell ends the run with an error that counts them."""
        return []

    def learned_columns(self, schema: Any) -> list[str]:
        """Columns that need a value in the training splits: without any, the run ends there."""
        return []

    @property
    def makes_no_labels(self) -> bool:
        """Whether it is known before it runs that no output ends in `_xl`."""
        return False

    def one_hot_labels(self) -> list[str]:
        """Outputs that are vectors of 0 and one 1: a row without a 1 there ends the run."""
        return []


BasePreprocesserStep = PreprocessStep
