"""The names of losses, metrics and activations that the network of PyTorch knows.

`check()` runs wherever a pipeline is made, and needs no PyTorch for them. Names are those of
Keras, so that a network can be trained with either.
"""

from __future__ import annotations

from zenml.steps.trainer.names import LOSSES as LOSSES_OF_KERAS
from zenml.steps.trainer.names import names, snake

# Any way to write the name of a loss -> the loss.
LOSSES = {
    "bce": "binary_crossentropy",
    "binary_crossentropy": "binary_crossentropy",
    "categorical_crossentropy": "categorical_crossentropy",
    "huber": "huber",
    "log_cosh": "log_cosh",
    "mae": "mean_absolute_error",
    "mean_absolute_error": "mean_absolute_error",
    "mean_squared_error": "mean_squared_error",
    "mse": "mean_squared_error",
    "poisson": "poisson",
    "sparse_categorical_crossentropy": "sparse_categorical_crossentropy",
}

METRICS = {
    "acc": "accuracy",
    "accuracy": "accuracy",
    "binary_accuracy": "accuracy",
    "categorical_accuracy": "accuracy",
    "mae": "mean_absolute_error",
    "mean_absolute_error": "mean_absolute_error",
    "mean_squared_error": "mean_squared_error",
    "mse": "mean_squared_error",
    "root_mean_squared_error": "root_mean_squared_error",
    "sparse_categorical_accuracy": "accuracy",
}

ACTIVATIONS = names(
    """
    elu gelu leaky_relu linear log_softmax mish relu relu6 selu sigmoid silu softmax softplus
    softsign swish tanh
    """
)


# Every way to write the name of one of these losses.
LOSS_NAMES = frozenset(name for name in LOSSES_OF_KERAS if name in LOSSES or snake(name) in LOSSES)

# Kinds of devices; one of several is `cuda:1`.
DEVICES = names("cpu cuda hpu ipu mps mtia xla xpu")


def loss_named(name: str) -> str:
    """The loss of a name, however it is written.

    Example:
        >>> loss_named("BinaryCrossentropy"), loss_named("mse")
        ('binary_crossentropy', 'mean_squared_error')
    """
    return LOSSES[name if name in LOSSES else snake(name)]
