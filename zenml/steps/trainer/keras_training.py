"""What the arguments of the feed-forward trainer come to in Keras."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from zenml.files import written_whole
from zenml.steps.trainer.checks import check_finite
from zenml.steps.trainer.class_weights import label_values, weights_of
from zenml.steps.trainer.epoch_lines import EpochLines
from zenml.steps.trainer.fit import ONE_HOT, PROBABLE, check_values
from zenml.steps.trainer.labels import one_label
from zenml.steps.trainer.names import CHANCES, snake

if TYPE_CHECKING:
    from zenml.steps.trainer.tensorflow_feed_forward import TensorflowFeedForwardTrainer


def callbacks_of(step: TensorflowFeedForwardTrainer, eval: Any) -> list[Any]:
    """Callbacks that end training without a loss, tell each epoch, and those of the arguments.

    Args:
        step: The trainer.
        eval: Dataset of evaluation, or None.
    """
    import keras

    watched = "loss" if eval is None else "val_loss"
    made: list[Any] = [_finite(step), _telling(step)]
    if step.patience is not None:
        stopping = keras.callbacks.EarlyStopping(
            monitor=watched, patience=step.patience, restore_best_weights=step.restore_best
        )
        made.append(stopping)
    if step.checkpoints:
        made.append(_checkpoints(os.path.join(step.log_dir, "checkpoints"), watched))
    return made


def metrics_of(step: TensorflowFeedForwardTrainer) -> list[Any]:
    """The metrics of a head: by name, but for those that need to be told more than a name.

    By itself Keras takes a single unit for a class that is always predicted, and gives a
    score for each class. Units of which each is a chance by itself are classes above 0.5, any
    number of them; of others the largest is the class.
    """
    import keras

    scores = {"f1_score": keras.metrics.F1Score, "f_beta_score": keras.metrics.FBetaScore}
    is_each = step.last_activation in CHANCES and snake(step.loss) not in ONE_HOT
    threshold = 0.5 if step.output_units == 1 or is_each else None
    return [
        scores[snake(name)](average="macro", threshold=threshold, name=name)
        if snake(name) in scores
        else name
        for name in dict.fromkeys(step.metrics)
    ]


def _finite(step: TensorflowFeedForwardTrainer) -> Any:
    """A callback that ends training where the loss is no number any more."""
    import keras

    class Finite(keras.callbacks.Callback):  # type: ignore[misc]
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            losses = [value for name, value in (logs or {}).items() if name.endswith("loss")]
            check_finite(step, epoch + 1, *losses)

    return Finite()


def _telling(step: TensorflowFeedForwardTrainer) -> Any:
    """A callback that says what each epoch came to."""
    import keras

    lines = EpochLines(step.epochs)

    class Telling(keras.callbacks.Callback):  # type: ignore[misc]
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            lines.tell(epoch + 1, logs or {})

        def on_train_end(self, logs: Any = None) -> None:
            lines.close()

    return Telling()


def _checkpoints(folder: str, watched: str) -> Any:
    """A callback that keeps the best and the last epoch, each file whole at any time."""
    import keras

    class Checkpoints(keras.callbacks.Callback):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self._least = math.inf

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            loss = (logs or {}).get(watched, math.inf)
            names = ["last", "best"] if loss < self._least else ["last"]
            self._least = min(loss, self._least)
            for name in names:
                with written_whole(os.path.join(folder, f"{name}.keras")) as path:
                    self.model.save(path)

    return Checkpoints()


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


def within_bounds(step: TensorflowFeedForwardTrainer, rows: Any) -> Any:
    """The rows, looked at for labels that the loss would take for probabilities silently.

    Keras finds indices that are out of range by itself; either fails as TensorFlow says it,
    and `naming_labels` says which label it was.

    Args:
        step: The trainer.
        rows: Batches of (features, labels), or None.
    """
    import tensorflow as tf

    if rows is None or snake(step.loss) not in PROBABLE:
        return rows

    def look(features: Any, labels: Any) -> Any:
        for values in tf.nest.flatten(labels):
            inside = tf.reduce_all(tf.logical_not(tf.logical_or(values < 0, values > 1)))
            tf.debugging.Assert(inside, ["A label is no probability."])
        return features, labels

    return rows.map(look, num_parallel_calls=tf.data.AUTOTUNE)


@contextmanager
def naming_labels(step: TensorflowFeedForwardTrainer) -> Iterator[None]:
    """Says of values that TensorFlow refuses whether they are a label that does not fit.

    Raises:
        StepArgumentError: Says which label, what it holds, and what would do.
    """
    import tensorflow as tf

    try:
        yield
    except tf.errors.InvalidArgumentError:
        for splits in ("train_splits", "eval_splits"):
            for label in step.labels if step.patterns(splits) else ():
                for values in label_values(step, label, splits):
                    check_values(step, label, values)
        raise
