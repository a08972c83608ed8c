"""ArrayTrainer: what training outside TensorFlow has in common, whatever the framework."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import Any, ClassVar

from zenml.errors import StepInterfaceError
from zenml.models.arrays import Arrays, arrays_of
from zenml.models.columns import Column
from zenml.steps.trainer.base import TrainerStep
from zenml.steps.trainer.columns import columns_of, split_columns
from zenml.steps.trainer.rows import train_and_eval


class ArrayTrainer(TrainerStep):
    """Trains on NumPy arrays, read by batch through Arrow.

    A subclass says how a model is trained, how it predicts, and how it is saved. `run_fn`
    does the rest: it writes the curves, predicts the test splits, and puts the transform
    graph and a description beside the model, so that it predicts raw rows.

    Attributes:
        seed: Of everything that is drawn.
        batch_size: Rows of a batch.
        history: Metric -> its value after each epoch or round, for `model_fn` to fill;
            `val_<metric>` is that of evaluation.
        features: Transformed columns ending in `_xf`; known while `run_fn` runs.
        labels: Transformed columns ending in `_xl`; known while `run_fn` runs.

    Example:
        >>> class Means(ArrayTrainer):
        ...     def model_fn(self, train, eval):
        ...         return [float(values.mean()) for values in next(iter(train))[0].values()]
        ...
        ...     def test_fn(self, model, dataset):
        ...         return iter(())
        ...
        ...     def save(self, model):
        ...         pass
        >>> Means().check()
    """

    PACKAGES: ClassVar[tuple[str, ...]] = ("tensorflow-transform", "numpy")
    seed: int = 0
    batch_size: int = 5000
    history: Mapping[str, Sequence[float]]

    def __init__(self, **kwargs: Any) -> None:
        """Begins without a history."""
        self.history = {}
        super().__init__(**kwargs)

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
            For each batch, `<label>_o` -> array of one row a row.
        """

    @abstractmethod
    def save(self, model: Any) -> None:
        """Saves the model into `serving_model_dir`."""

    def run_fn(self) -> None:
        """Trains, tests and saves; see the class."""
        train, evaluation = train_and_eval(self)
        model = self.model_fn(train, evaluation)
        if model is None:
            raise StepInterfaceError(
                f"{type(self).__name__}.model_fn returned None; it must return the trained model."
            )
        self.score(model, train, evaluation)
        self._write_history()
        self._write_test_results(model)
        self.save(model)

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

    def input_fn(self, file_patterns: str | Sequence[str]) -> Any:
        """Reads examples into batches of (features, labels), anew each time it is iterated.

        The training splits are shuffled with the seed, another way in each epoch; others come
        in order. The last batch may be smaller.

        Args:
            file_patterns: Glob pattern of gzipped TFRecords, or several.
        """
        from zenml.records.reader import find_files
        from zenml.steps.trainer.array_batches import ArrayBatches

        patterns = [file_patterns] if isinstance(file_patterns, str) else list(file_patterns)
        training = set(patterns) <= set(self.patterns("train_splits"))
        return ArrayBatches(
            find_files(patterns),
            [*self.features, *self.labels],
            self.batch_size,
            self.seed if training else None,
            self.as_batch,
        )

    def score(self, model: Any, train: Any, eval: Any) -> None:
        """Adds to `history` what is only known of the trained model.

        Args:
            model: What `model_fn` returned.
            train: What `model_fn` was given.
            eval: What `model_fn` was given.
        """

    def as_batch(self, arrays: Arrays) -> tuple[Any, Any]:
        """The features and the labels of a batch, as the framework takes them.

        Args:
            arrays: Column -> array, as `zenml.models.arrays.arrays_of` gives them.
        """
        features = {column.name: arrays[column.name] for column in self.features}
        labels = {column.output: arrays[column.name] for column in self.labels}
        return features, labels if len(labels) > 1 else next(iter(labels.values()))

    def describe(self, format: str, told: dict[str, Any]) -> None:
        """Puts the transform graph and a description beside the model that was saved.

        Args:
            format: Name of the format of `zenml.models` that reads it.
            told: What its reader needs besides, as JSON can hold it.
        """
        from zenml.models.feature_model import describe

        folder, output = self.serving_model_dir, self.tf_transform_output
        describe(folder, format, output, self.features, self.labels, told)

    def _write_history(self) -> None:
        from zenml.steps.trainer.curves import write_curves

        if self.log_dir:
            write_curves(self.log_dir, self.history)

    def _write_test_results(self, model: Any) -> None:
        from zenml.steps.trainer.test_results import write_test_results

        for split in self.splits["test_splits"]:
            if split in self.output_patterns:
                write_test_results(self, model, split, self._test_batches)

    def _test_batches(self, pattern: str) -> Iterator[tuple[list[bytes], tuple[Any, Any]]]:
        from zenml.records import ahead
        from zenml.records.reader import BATCH_ROWS, read_rows_and_batches

        columns = [*self.features, *self.labels]
        names = [column.name for column in columns]
        # So many that who looks at the predictions later finds the same batches.
        read = partial(read_rows_and_batches, pattern, columns=names, batch_rows=BATCH_ROWS)
        for rows, batch in ahead(read):
            yield rows, self.as_batch(arrays_of(batch, columns))
