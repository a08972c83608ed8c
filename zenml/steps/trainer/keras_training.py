"""What the arguments of the feed-forward trainer come to in Keras."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from zenml.steps.trainer.class_weights import label_values, weights_of
from zenml.steps.trainer.labels import one_label

if TYPE_CHECKING:
    from zenml.steps.trainer.tensorflow_feed_forward import TensorflowFeedForwardTrainer


def callbacks_of(step: TensorflowFeedForwardTrainer, eval: Any) -> list[Any]:
    """Callbacks for `patience` and `checkpoints`.

    Args:
        step: The trainer.
        eval: Dataset of evaluation, or None.
    """
    import keras

    watched = "loss" if eval is None else "val_loss"
    made: list[Any] = []
    if step.patience is not None:
        stopping = keras.callbacks.EarlyStopping(
            monitor=watched, patience=step.patience, restore_best_weights=step.restore_best
        )
        made.append(stopping)
    if step.checkpoints:
        folder = os.path.join(step.log_dir, "checkpoints")
        for name, best in (("best", True), ("last", False)):
            path = os.path.join(folder, f"{name}.keras")
            made.append(keras.callbacks.ModelCheckpoint(path, monitor=watched, save_best_only=best))
        os.makedirs(folder, exist_ok=True)
    return made


def weighted(step: TensorflowFeedForwardTrainer, train: Any) -> Any:
    """The training rows, each with the weight of its class where there are class weights.

    Raises:
        StepArgumentError: Several labels, or one that holds no classes.
    """
    import tensorflow as tf

    if step.class_weights is None:
        return train
    label = one_label(step, "a network with class_weights")
    weights = tf.constant(weights_of(step, label, label_values(step, label)))

    def add(features: Any, labels: Any) -> tuple[Any, Any, Any]:
        classes = tf.cast(tf.reshape(labels, [-1]), tf.int64)
        return features, labels, tf.gather(weights, classes)

    return train.map(add, num_parallel_calls=tf.data.AUTOTUNE)
