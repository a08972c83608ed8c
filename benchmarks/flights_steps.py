"""The model of the flights as a step: the same as the hand-written pipeline's `run_fn` makes."""

from __future__ import annotations

from typing import Any

from zenml.steps.trainer import TensorflowBaseTrainer


class FlightsTrainer(TensorflowBaseTrainer):
    """Embeds the strings, joins the numbers to them, and trains dense layers of 64 and 32.

    Args:
        steps: How many batches to train on.
        learning_rate: Of Adam.
        batch_size: Rows of a batch.
    """

    def __init__(
        self,
        *,
        steps: int,
        learning_rate: float = 0.001,
        batch_size: int = 512,
        **kwargs: Any,
    ) -> None:
        self.steps = steps
        self.learning_rate = learning_rate
        self.batch_size = batch_size
        super().__init__(**kwargs)

    def model_fn(self, train: Any, eval: Any) -> Any:
        """Builds and trains the model."""
        import keras

        inputs, parts = {}, []
        for column in self.features:
            value = keras.Input(column.shape, name=column.name, dtype=column.dtype)
            inputs[column.name] = value
            if column.classes is not None:
                value = keras.layers.Flatten()(keras.layers.Embedding(column.classes, 8)(value))
            parts.append(value)
        hidden = keras.layers.Concatenate()(parts)
        for units in (64, 32):
            hidden = keras.layers.Dense(units, activation="relu")(hidden)
        model = keras.Model(inputs, keras.layers.Dense(1, activation="sigmoid")(hidden))
        model.compile(keras.optimizers.Adam(self.learning_rate), loss="binary_crossentropy")
        model.fit(train.repeat(), steps_per_epoch=self.steps, verbose=0)
        return model
