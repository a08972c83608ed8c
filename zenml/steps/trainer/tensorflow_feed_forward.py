"""TensorflowFeedForwardTrainer: a feed-forward network of given size."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from zenml.errors import StepArgumentError
from zenml.models.columns import Column
from zenml.models.matrix import ONE_HOT_CLASSES
from zenml.steps.trainer import checks
from zenml.steps.trainer.class_weights import check_class_weights
from zenml.steps.trainer.determinism import deterministic_operations
from zenml.steps.trainer.fit import check_head, check_labels
from zenml.steps.trainer.names import ACTIVATIONS, LOSSES, METRICS
from zenml.steps.trainer.tensorflow import TensorflowBaseTrainer


class TensorflowFeedForwardTrainer(TensorflowBaseTrainer):
    """Trains a network of dense layers, one head a label.

    Numbers go in as they are. Indices of a vocabulary or of buckets are no quantities:
    up to 32 of them go in one-hot, more as an embedding that is learned, of
    `round(1.6 * n ** 0.56)` numbers and at most 50. The input width comes from the data.

    Args:
        batch_size: Rows of a batch; the last, smaller one is used too.
        lr: Learning rate of Adam.
        epochs: Passes over the training splits, at most.
        dropout_chance: Share of each hidden layer's values that a step leaves out.
        loss: Name of a Keras loss, the same for each label.
        metrics: Names of Keras metrics.
        hidden_layers: Units of each hidden layer; [] for none.
        hidden_activation: Name of a Keras activation.
        last_activation: Activation of each head.
        output_units: Units of each head: 1, or one for each class.
        patience: Stops after so many epochs in which the loss of evaluation did not become
            less; None trains all epochs.
        restore_best: With `patience`, the model has the weights of the epoch in which that
            loss was least, not of the last.
        checkpoints: Writes the model of the best and of the last epoch to `checkpoints/` in
            the logs, after each epoch.
        class_weights: "balanced", or a dict of class, by its index or its word -> how much a
            row of it counts in training; 1 where it says nothing.
        seed: Of weights, dropout and the order of the rows: on one machine, the same seed,
            data and versions give the same weights to the bit.

    Example:
        >>> TensorflowFeedForwardTrainer(loss="binary_crossentropi").check()
        Traceback (most recent call last):
        zenml.errors.StepArgumentError: TensorflowFeedForwardTrainer: loss is \
'binary_crossentropi'; it must be the name of a Keras loss, such as 'binary_crossentropy'.
    """

    LEARNS_LABELS: ClassVar[bool] = True

    def __init__(
        self,
        *,
        batch_size: int = 8,
        lr: float = 0.001,
        epochs: int = 1,
        dropout_chance: float = 0.2,
        loss: str = "mse",
        metrics: Sequence[str] = (),
        hidden_layers: Sequence[int] = (10,),
        hidden_activation: str = "relu",
        last_activation: str = "sigmoid",
        output_units: int = 1,
        patience: int | None = None,
        restore_best: bool = True,
        checkpoints: bool = False,
        class_weights: str | Mapping[Any, float] | None = None,
        seed: int = 0,
        **kwargs: Any,
    ) -> None:
        """Stores what the network is made of."""
        self.batch_size = batch_size
        self.lr = lr
        self.epochs = epochs
        self.dropout_chance = dropout_chance
        self.loss = loss
        self.metrics = metrics
        self.hidden_layers = hidden_layers
        self.hidden_activation = hidden_activation
        self.last_activation = last_activation
        self.output_units = output_units
        self.patience = patience
        self.restore_best = restore_best
        self.checkpoints = checkpoints
        self.class_weights = class_weights
        self.seed = seed
        super().__init__(**kwargs)

    def check(self) -> None:
        """Checks types, ranges and names of the arguments.

        Raises:
            StepArgumentError: Names the argument, what was given and what would do.
        """
        super().check()
        checks.check_network(self, "batch_size", "epochs", "output_units")
        check_class_weights(self)
        checks.check_names(self, LOSSES, METRICS, ACTIVATIONS, "Keras")
        check_head(self)

    def model_fn(self, train: Any, eval: Any) -> Any:
        """Builds the network for the features and labels there are, and trains it.

        Args:
            train: Dataset of (features, labels).
            eval: The same for evaluation, or None.

        Returns:
            The trained Keras model, a dict by `<label>_o` as its output.

        Raises:
            StepArgumentError: A label that loss, last_activation and output_units do not fit,
                or `patience` without rows of evaluation.
        """
        from zenml.steps.trainer.keras_training import (
            callbacks_of,
            naming_labels,
            weighted,
            within_bounds,
        )

        checks.need_evaluation(self, eval)
        check_labels(self)
        model = self.build()
        with deterministic_operations(), naming_labels(self):
            model.fit(
                weighted(self, within_bounds(self, train)),
                validation_data=within_bounds(self, eval),
                epochs=self.epochs,
                callbacks=callbacks_of(self, eval),
                shuffle=False,
                verbose=0,
            )
        return model

    def build(self) -> Any:
        """The network, compiled and not trained."""
        import keras

        from zenml.steps.trainer.keras_training import metrics_of

        inputs = {
            column.name: keras.Input(self._width(column), dtype=column.dtype, name=f"input_{i}")
            for i, column in enumerate(self.features)
        }
        parts = [self._encode(column, inputs[column.name]) for column in self.features]
        hidden = keras.layers.Concatenate()(parts) if len(parts) > 1 else parts[0]
        for units in self.hidden_layers:
            hidden = keras.layers.Dense(units, activation=self.hidden_activation)(hidden)
            hidden = keras.layers.Dropout(self.dropout_chance)(hidden)
        outputs = {
            label.output: keras.layers.Dense(self.output_units, activation=self.last_activation)(
                hidden
            )
            for label in self.labels
        }
        with warnings.catch_warnings():
            # Keras would like inputs named as columns are, but does not take every such name.
            warnings.filterwarnings("ignore", message="When providing `inputs` as a dict")
            model = keras.Model(inputs, outputs)
        model.compile(
            optimizer=keras.optimizers.Adam(self.lr),
            loss=dict.fromkeys(outputs, self.loss),
            metrics={name: metrics_of(self) for name in outputs},
            jit_compile=False,
        )
        return model

    def _width(self, column: Column) -> tuple[int, ...]:
        if column.dtype == "string":
            raise StepArgumentError(
                f"{type(self).__name__}: the feature {column.name!r} holds strings. Turn them into "
                "numbers in the preprocesser, with 'compute_and_apply_vocabulary' or "
                "'hash_strings'."
            )
        if None in column.shape:
            if column.classes is None:
                raise StepArgumentError(
                    f"{type(self).__name__}: rows of the feature {column.name!r} have different "
                    "numbers of values. Bring them to one width in the preprocesser, for words "
                    "with 'compute_and_apply_vocabulary' or 'tfidf'."
                )
            return (column.classes,)
        return tuple(int(n or 1) for n in column.shape)

    def _encode(self, column: Column, value: Any) -> Any:
        import keras

        if column.classes is not None and None not in column.shape:
            if column.classes <= ONE_HOT_CLASSES:
                coded = keras.ops.one_hot(value, column.classes)
            else:
                width = min(50, round(1.6 * column.classes**0.56))
                known = keras.ops.clip(value, 0, column.classes - 1)
                coded = keras.layers.Embedding(column.classes, width)(known)
            return keras.layers.Flatten()(coded)
        number = keras.ops.cast(value, "float32")
        return keras.layers.Flatten()(number) if len(number.shape) > 2 else number


TFFeedForwardTrainer = TensorflowFeedForwardTrainer
