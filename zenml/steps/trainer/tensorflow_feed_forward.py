"""TensorflowFeedForwardTrainer: a feed-forward network of given size."""

from __future__ import annotations

import difflib
import warnings
from collections.abc import Iterable, Sequence
from typing import Any

from zenml.errors import StepArgumentError
from zenml.steps.trainer.columns import Column
from zenml.steps.trainer.determinism import deterministic_operations
from zenml.steps.trainer.fit import check_label
from zenml.steps.trainer.names import ACTIVATIONS, LOSSES, METRICS, snake
from zenml.steps.trainer.tensorflow import TensorflowBaseTrainer

ONE_HOT_CLASSES = 32


class TensorflowFeedForwardTrainer(TensorflowBaseTrainer):
    """Trains a network of dense layers, one head a label.

    Numbers go in as they are. Indices of a vocabulary or of buckets are no quantities:
    up to 32 of them go in one-hot, more as an embedding that is learned, of
    `round(1.6 * n ** 0.56)` numbers and at most 50. The input width comes from the data.

    Args:
        batch_size: Rows of a batch; the last, smaller one is used too.
        lr: Learning rate of Adam.
        epochs: Passes over the training splits.
        dropout_chance: Share of each hidden layer's values that a step leaves out.
        loss: Name of a Keras loss, the same for each label.
        metrics: Names of Keras metrics.
        hidden_layers: Units of each hidden layer; [] for none.
        hidden_activation: Name of a Keras activation.
        last_activation: Activation of each head.
        output_units: Units of each head: 1, or one for each class.
        seed: Of weights, dropout and the order of the rows: on one machine, the same seed,
            data and versions give the same weights to the bit.

    Example:
        >>> TensorflowFeedForwardTrainer(loss="binary_crossentropi").check()
        Traceback (most recent call last):
        zenml.errors.StepArgumentError: TensorflowFeedForwardTrainer: loss is \
'binary_crossentropi'; it must be the name of a Keras loss, such as 'binary_crossentropy'.
    """

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
        self.seed = seed
        super().__init__(**kwargs)

    def check(self) -> None:
        """Checks types, ranges and names of the arguments.

        Raises:
            StepArgumentError: Names the argument, what was given and what would do.
        """
        super().check()
        for argument in ("batch_size", "epochs", "output_units"):
            if not _is_count(getattr(self, argument)):
                raise self.fail(argument, getattr(self, argument), "an integer above 0")
        if type(self.seed) is not int or not 0 <= self.seed < 2**32:
            raise self.fail("seed", self.seed, "an integer from 0 to 2**32 - 1")
        if not _is_number(self.lr) or not self.lr > 0:
            raise self.fail("lr", self.lr, "a number above 0")
        if not _is_number(self.dropout_chance) or not 0 <= self.dropout_chance < 1:
            raise self.fail("dropout_chance", self.dropout_chance, "a number from 0 to below 1")
        fine = isinstance(self.hidden_layers, (list, tuple)) and all(
            map(_is_count, self.hidden_layers)
        )
        if not fine:
            raise self.fail("hidden_layers", self.hidden_layers, "a list of integers above 0")
        self._check_name("loss", self.loss, LOSSES)
        self._check_name("hidden_activation", self.hidden_activation, ACTIVATIONS, "activation")
        self._check_name("last_activation", self.last_activation, ACTIVATIONS, "activation")
        if not isinstance(self.metrics, (list, tuple)):
            raise self.fail("metrics", self.metrics, "a list of names of Keras metrics")
        for index, name in enumerate(self.metrics):
            self._check_name(f"metrics[{index}]", name, METRICS, "metric")
        self._check_head()

    def _check_name(self, argument: str, name: Any, known: Iterable[str], kind: str = "") -> None:
        if name in known:
            return
        near = difflib.get_close_matches(str(name), list(known), n=1)
        some = sorted(n for n in known if n.islower())
        examples = f"such as {near[0]!r}" if near else f"one of {', '.join(some)}"
        raise self.fail(argument, name, f"the name of a Keras {kind or argument}, {examples}")

    def _check_head(self) -> None:
        if self.last_activation in ("softmax", "log_softmax") and self.output_units == 1:
            raise self.fail(
                "output_units",
                1,
                f"the number of classes with last_activation={self.last_activation!r}, which is "
                "always the same for one unit",
            )
        if snake(self.loss).startswith("sparse_categorical") and self.output_units == 1:
            raise self.fail("output_units", 1, f"the number of classes with loss={self.loss!r}")

    def model_fn(self, train: Any, eval: Any) -> Any:
        """Builds the network for the features and labels there are, and trains it.

        Args:
            train: Dataset of (features, labels).
            eval: The same for evaluation, or None.

        Returns:
            The trained Keras model, a dict by `<label>_o` as its output.

        Raises:
            StepArgumentError: A label that loss, last_activation and output_units do not fit.
        """
        for label in self.labels:
            check_label(self, label)
        model = self.build()
        with deterministic_operations():
            model.fit(train, validation_data=eval, epochs=self.epochs, shuffle=False, verbose=0)
        return model

    def build(self) -> Any:
        """The network, compiled and not trained."""
        import keras

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
            metrics={name: list(self.metrics) for name in outputs},
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


def _is_count(value: Any) -> bool:
    return type(value) is int and value > 0


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


TFFeedForwardTrainer = TensorflowFeedForwardTrainer
