"""TensorflowBaseTrainer: training with Keras 3 on TensorFlow, all but the model given."""

from __future__ import annotations

import warnings
from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from zenml.steps.trainer.columns import parse
from zenml.steps.trainer.model_trainer import ModelTrainer


class TensorflowBaseTrainer(ModelTrainer):
    """Trains a Keras model; subclass it and define `model_fn`.

    `run_fn` reads the training and evaluation splits with `input_fn`, hands both to
    `model_fn`, predicts the test splits with `test_fn`, and saves the model so that
    plain `tf.saved_model.load` (or TensorFlow Serving) serves it: signature
    `serving_default` takes serialised `tf.train.Example`s of raw columns as `examples`,
    `zen_eval` those of transformed columns; both give `<label>_o`.

    Attributes:
        seed: Of the weights, dropout and shuffling: the same seed, data and versions
            train the same way.
        batch_size: Rows of a batch.
        features: Transformed columns ending in `_xf`; known while `run_fn` runs.
        labels: Transformed columns ending in `_xl`; known while `run_fn` runs.

    Example:
        >>> class MyTrainer(TensorflowBaseTrainer):
        ...     batch_size = 512
        ...
        ...     def model_fn(self, train, eval):
        ...         import keras
        ...
        ...         inputs = {f.name: keras.Input(f.shape, dtype=f.dtype) for f in self.features}
        ...         hidden = keras.layers.Concatenate()(list(inputs.values()))
        ...         model = keras.Model(inputs, keras.layers.Dense(1)(hidden))
        ...         model.compile("adam", "mse")
        ...         model.fit(train, validation_data=eval, epochs=2)
        ...         return model
        >>> MyTrainer().check()
    """

    PACKAGES: ClassVar[tuple[str, ...]] = ("tensorflow", "tensorflow-transform", "keras")
    batch_size: int = 32

    @abstractmethod
    def model_fn(self, train: Any, eval: Any) -> Any:
        """Builds and trains the model.

        Args:
            train: Dataset of the training splits: batches of (features, labels). Features
                are a dict by name, `[batch, 1]` each or wider; labels a tensor, or with
                several labels a dict by `<label>_o`.
            eval: The same of the evaluation splits; None where there are none.

        Returns:
            The trained Keras model. Its output is one tensor, or a dict by `<label>_o`.
        """

    def run_fn(self) -> None:
        """Trains, tests and saves; see the class."""
        import keras

        keras.utils.set_random_seed(self.seed)
        with warnings.catch_warnings():
            # Keras does not know how long our streams are: each epoch ends where they do.
            warnings.filterwarnings("ignore", message="Your input ran out of data")
            super().run_fn()

    def input_fn(self, file_patterns: str | Sequence[str]) -> Any:
        """Reads examples into a `tf.data.Dataset` of (features, labels).

        The training splits are shuffled with the seed, anew in each epoch; others come
        in order. The last batch may be smaller.

        Args:
            file_patterns: Glob pattern of gzipped TFRecords, or several.
        """
        from zenml.steps.trainer.datasets import example_batches

        files, seed = self.files_and_seed(file_patterns)
        spec = self._spec(with_labels=True)

        def parse_batch(rows: Any) -> tuple[dict[str, Any], Any]:
            return self.features_and_labels(parse(rows, spec, self.columns))

        return example_batches(files, self.batch_size, seed, parse_batch)

    def test_fn(
        self, model: Any, dataset: Iterable[tuple[dict[str, Any], Any]]
    ) -> Iterator[dict[str, Any]]:
        """Predicts the rows of a test split; see `ModelTrainer`."""
        import tensorflow as tf

        from zenml.models.outputs import named_outputs
        from zenml.steps.trainer.export import select_inputs

        @tf.function(autograph=False, reduce_retracing=True)  # type: ignore[untyped-decorator]
        def predict(features: dict[str, Any]) -> dict[str, Any]:
            return named_outputs(model(select_inputs(model, features), training=False), self.labels)

        for features, _ in dataset:
            yield {name: value.numpy() for name, value in predict(features).items()}

    def save(self, model: Any) -> None:
        """Saves the model with its two signatures into `serving_model_dir`.

        Args:
            model: A Keras model, or anything callable with a dict of features that
                TensorFlow can save.
        """
        from zenml.steps.trainer.export import save_model

        save_model(
            model,
            self.serving_model_dir,
            self.tf_transform_output,
            spec=self._spec(with_labels=False),
            columns=self.columns,
            labels=self.labels,
        )

    def history_of(self, model: Any, train: Any, eval: Any) -> Mapping[str, Sequence[float]]:
        """What Keras wrote down in its last `fit`; nothing of a model that has no history."""
        return getattr(getattr(model, "history", None), "history", None) or {}

    def _spec(self, with_labels: bool) -> dict[str, Any]:
        wanted = {column.name for column in self.features + (self.labels if with_labels else [])}
        spec = self.tf_transform_output.transformed_feature_spec()
        return {name: spec[name] for name in sorted(wanted)}

    def test_batches(self, pattern: str) -> Iterator[tuple[list[bytes], tuple[Any, Any]]]:
        """Reads the rows of a test split once; see `ModelTrainer`."""
        import tensorflow as tf

        from zenml.records import ahead, read_serialized

        spec = self._spec(with_labels=True)

        @tf.function(autograph=False, reduce_retracing=True)  # type: ignore[untyped-decorator]
        def parse_batch(rows: Any) -> Any:
            return self.features_and_labels(parse(rows, spec, self.columns))

        for rows in ahead(lambda: read_serialized(pattern)):
            yield rows, parse_batch(tf.constant(rows))


TFBaseTrainerStep = TensorflowBaseTrainer
