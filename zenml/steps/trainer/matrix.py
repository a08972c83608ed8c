"""MatrixTrainer: trainers whose framework takes the features as one matrix of numbers."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator
from typing import Any

from zenml.models.arrays import Arrays
from zenml.models.matrix import ONE_HOT_CLASSES, matrix_of
from zenml.steps.trainer.array import ArrayTrainer
from zenml.steps.trainer.checks import check_seed
from zenml.steps.trainer.class_weights import check_class_weights


class MatrixTrainer(ArrayTrainer):
    """Makes a matrix of the features, and predicts from it.

    Attributes:
        one_hot_classes: How many indices a feature may have to go in one-hot.
        class_weights: See `zenml.steps.trainer.class_weights`.

    Example:
        >>> class Zeros(MatrixTrainer):
        ...     def model_fn(self, train, eval):
        ...         return 0.0
        ...
        ...     def predict(self, model, matrix):
        ...         return matrix[:, :1] * model
        ...
        ...     def save(self, model):
        ...         pass
        >>> Zeros().check()
    """

    one_hot_classes: int = ONE_HOT_CLASSES
    class_weights: Any = None

    @abstractmethod
    def predict(self, model: Any, matrix: Any) -> Any:
        """Predicts the rows of a matrix.

        Args:
            model: What `model_fn` returned.
            matrix: float32, of shape (rows, numbers).

        Returns:
            Array of shape (rows, values).
        """

    def check(self) -> None:
        """Checks the arguments that these trainers have in common.

        Raises:
            StepArgumentError: Names the argument, what was given and what would do.
        """
        super().check()
        if type(self.one_hot_classes) is not int or self.one_hot_classes < 0:
            raise self.fail("one_hot_classes", self.one_hot_classes, "an integer of 0 or more")
        check_seed(self)
        check_class_weights(self)

    def matrix(self, arrays: Arrays) -> Any:
        """The features of a batch as a matrix; see `zenml.models.matrix.matrix_of`."""
        return matrix_of(arrays, self.features, self.one_hot_classes)

    def as_batch(self, arrays: Arrays) -> tuple[Any, Any]:
        """The matrix of the features, and the labels."""
        return self.matrix(arrays), arrays[self.labels[0].name]

    def test_fn(self, model: Any, dataset: Iterable[tuple[Any, Any]]) -> Iterator[dict[str, Any]]:
        """Predicts the rows of a test split; see `ArrayTrainer`."""
        for matrix, _ in dataset:
            yield {self.labels[0].output: self.predict(model, matrix)}
