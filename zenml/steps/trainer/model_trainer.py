"""ModelTrainer: what training has in common wherever `model_fn` makes the model."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from zenml.errors import StepInterfaceError
from zenml.models.columns import Column
from zenml.steps.trainer.base import TrainerStep
from zenml.steps.trainer.columns import columns_of, split_columns
from zenml.steps.trainer.rows import train_and_eval


class ModelTrainer(TrainerStep):
    """Reads the splits, has the model made, writes its curves, tests it and saves it.

    Attributes:
        seed: Of everything that is drawn.
        batch_size: Rows of a batch.
        features: Transformed columns ending in `_xf`; known while `run_fn` runs.
        labels: Transformed columns ending in `_xl`; known while `run_fn` runs.

    Example:
        >>> sorted(ModelTrainer.__abstractmethods__)
        ['input_fn', 'model_fn', 'save', 'test_batches', 'test_fn']
    """

    seed: int = 0
    batch_size: int

    @abstractmethod
    def input_fn(self, file_patterns: str | Sequence[str]) -> Any:
        """Reads examples into what `model_fn` is given.

        Args:
            file_patterns: Glob pattern of gzipped TFRecords, or several.
        """

    @abstractmethod
    def model_fn(self, train: Any, eval: Any) -> Any:
        """Builds and trains the model.

        Args:
            train: What `input_fn` gives for the training splits.
            eval: The same of the evaluation splits; None where there are none.

        Returns:
            The trained model.
        """

    @abstractmethod
    def test_fn(self, model: Any, dataset: Iterable[tuple[Any, Any]]) -> Iterator[dict[str, Any]]:
        """Predicts the rows of a test split.

        Args:
            model: What `model_fn` returned.
            dataset: Batches of (features, labels), in order.

        Yields:
            For each batch, output name -> predictions, an array of one row a row. They are
            stored beside the labels and all other columns.
        """

    @abstractmethod
    def save(self, model: Any) -> None:
        """Saves the model into `serving_model_dir`.

        Args:
            model: What `model_fn` returned.
        """

    @abstractmethod
    def test_batches(self, pattern: str) -> Iterator[tuple[list[bytes], tuple[Any, Any]]]:
        """Reads the rows of a test split once, in order, as they are and as `test_fn` takes them.

        They come in the batches of `read_serialized`, bounded in bytes: who predicts them again,
        to the last bit, has to find the same ones.

        Args:
            pattern: Of its files.
        """

    def run_fn(self) -> None:
        """Trains, tests and saves; see the class.

        Raises:
            DataError: There are no rows to train on.
            StepInterfaceError: `model_fn` returned None.
        """
        from zenml.steps.trainer.curves import write_curves
        from zenml.steps.trainer.test_results import write_test_results

        train, evaluation = train_and_eval(self)
        model = self.model_fn(train, evaluation)
        if model is None:
            raise StepInterfaceError(
                f"{type(self).__name__}.model_fn returned None; it must return the trained model."
            )
        history = self.history_of(model, train, evaluation)
        if self.log_dir:
            write_curves(self.log_dir, history)
        for split in self.splits["test_splits"]:
            if split in self.output_patterns:
                write_test_results(self, model, split, self.test_batches)
        self.save(model)

    def history_of(self, model: Any, train: Any, eval: Any) -> Mapping[str, Sequence[float]]:
        """The curves of training: metric -> its value after each epoch.

        Args:
            model: What `model_fn` returned.
            train: What it was given.
            eval: What it was given.
        """
        return {}

    @cached_property
    def columns(self) -> dict[str, Column]:
        """Name -> Column, for all transformed columns."""
        return columns_of(self.tf_transform_output)

    @property
    def features(self) -> list[Column]:
        """The columns that the model sees."""
        return split_columns(self.columns)[0]

    @property
    def labels(self) -> list[Column]:
        """The columns that it learns to predict."""
        return split_columns(self.columns)[1]

    def files_and_seed(self, file_patterns: str | Sequence[str]) -> tuple[list[str], int | None]:
        """The files of `input_fn`, and the seed of their order: rows of training are shuffled.

        Args:
            file_patterns: Glob pattern of gzipped TFRecords, or several.

        Returns:
            Their names; and None where they are none of training, and keep their order.
        """
        from zenml.records.reader import find_files

        patterns = [file_patterns] if isinstance(file_patterns, str) else list(file_patterns)
        is_training = set(patterns) <= set(self.patterns("train_splits"))
        return find_files(patterns), self.seed if is_training else None

    def features_and_labels(self, values: Mapping[str, Any]) -> tuple[dict[str, Any], Any]:
        """A batch: the features by name, and the labels by `<label>_o`, or the only one alone.

        Args:
            values: Transformed column -> its values.
        """
        features = {column.name: values[column.name] for column in self.features}
        labels = {column.output: values[column.name] for column in self.labels}
        return features, labels if len(labels) > 1 else next(iter(labels.values()))
