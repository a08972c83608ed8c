"""ArrayTrainer: what training outside TensorFlow has in common, whatever the framework."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar

from zenml.models.arrays import Arrays, arrays_of
from zenml.steps.trainer.model_trainer import ModelTrainer


class ArrayTrainer(ModelTrainer):
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
    batch_size: int = 5000
    history: Mapping[str, Sequence[float]]

    def __init__(self, **kwargs: Any) -> None:
        """Begins without a history."""
        self.history = {}
        super().__init__(**kwargs)

    def input_fn(self, file_patterns: str | Sequence[str]) -> Any:
        """Reads examples into batches of (features, labels), anew each time it is iterated.

        The training splits are shuffled with the seed, another way in each epoch; others come
        in order. The last batch may be smaller.

        Args:
            file_patterns: Glob pattern of gzipped TFRecords, or several.
        """
        from zenml.steps.trainer.array_batches import ArrayBatches

        files, seed = self.files_and_seed(file_patterns)
        columns = [*self.features, *self.labels]
        return ArrayBatches(files, columns, self.batch_size, seed, self.as_batch)

    def history_of(self, model: Any, train: Any, eval: Any) -> Mapping[str, Sequence[float]]:
        """What `model_fn` put into `history`, and what `score` adds."""
        self.score(model, train, eval)
        return self.history

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
        return self.features_and_labels(arrays)

    def describe(self, format: str, told: dict[str, Any]) -> None:
        """Puts the transform graph and a description beside the model that was saved.

        Args:
            format: Name of the format of `zenml.models` that reads it.
            told: What its reader needs besides, as JSON can hold it.
        """
        from zenml.models.feature_model import describe

        folder, output = self.serving_model_dir, self.tf_transform_output
        describe(folder, format, output, self.features, self.labels, told)

    def test_batches(self, pattern: str) -> Iterator[tuple[list[bytes], tuple[Any, Any]]]:
        """Reads the rows of a test split once; see `ModelTrainer`."""
        from zenml.records import ahead
        from zenml.records.reader import read_rows_and_batches

        columns = [*self.features, *self.labels]
        names = [column.name for column in columns]
        read = partial(read_rows_and_batches, pattern, columns=names)
        for rows, batch in ahead(read):
            yield rows, self.as_batch(arrays_of(batch, columns))
