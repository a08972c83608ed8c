"""PyTorchFeedForwardTrainer: a feed-forward network of given size, with PyTorch."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from zenml.files import write_bytes
from zenml.models.matrix import check_numbers
from zenml.steps.trainer import checks
from zenml.steps.trainer.class_weights import check_class_weights
from zenml.steps.trainer.fit import check_head, check_labels
from zenml.steps.trainer.pytorch import PyTorchBaseTrainer
from zenml.steps.trainer.pytorch_names import ACTIVATIONS, DEVICES, LOSS_NAMES, METRICS


class PyTorchFeedForwardTrainer(PyTorchBaseTrainer):
    """Trains a network of dense layers with PyTorch, one head a label.

    Numbers go in as they are. Indices of a vocabulary or of buckets go in one-hot where there
    are few of them, else as an embedding that is learned. The input width comes from the
    data. The model is loaded without running what is in its file.

    Args:
        batch_size: Rows of a batch; the last, smaller one is used too.
        lr: Learning rate of Adam.
        epochs: Passes over the training splits, at most.
        dropout_chance: Share of each hidden layer's values that a step leaves out.
        loss: Name of a loss, as Keras has it, the same for each label.
        metrics: Names of metrics, as Keras has them.
        hidden_layers: Units of each hidden layer; [] for none.
        hidden_activation: Name of an activation.
        last_activation: Activation of each head.
        input_units: Changes nothing: the width of the input is that of the data. It is taken
            for the sake of pipelines that say it.
        output_units: Units of each head: 1, or one for each class.
        patience: Stops after so many epochs in which the loss of evaluation did not become
            less; None trains all epochs.
        restore_best: With `patience`, the model has the weights of the epoch in which that
            loss was least, not of the last.
        checkpoints: Writes the weights of the best and of the last epoch to `checkpoints/`
            in the logs, after each epoch.
        class_weights: "balanced", or a dict of class, by its index or its word -> how much a
            row of it counts in training; 1 where it says nothing.
        seed: Of weights, dropout and the order of the rows: on one machine, the same seed,
            data and versions give the same weights to the bit.
        device: Where it is trained, as PyTorch names it; None is a GPU where there is one.

    Example:
        >>> from zenml.steps.trainer import TorchFeedForwardTrainer
        >>> TorchFeedForwardTrainer(hidden_layers=[32], epochs=5).arguments["hidden_layers"]
        [32]
    """

    LEARNS_LABELS: ClassVar[bool] = True

    def __init__(
        self,
        *,
        batch_size: int = 32,
        lr: float = 0.0001,
        epochs: int = 10,
        dropout_chance: float = 0.2,
        loss: str = "mse",
        metrics: Sequence[str] = (),
        hidden_layers: Sequence[int] = (64, 32, 16),
        hidden_activation: str = "relu",
        last_activation: str = "sigmoid",
        input_units: int = 8,
        output_units: int = 1,
        patience: int | None = None,
        restore_best: bool = True,
        checkpoints: bool = False,
        class_weights: str | Mapping[Any, float] | None = None,
        seed: int = 0,
        device: str | None = None,
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
        self.input_units = input_units
        self.output_units = output_units
        self.patience = patience
        self.restore_best = restore_best
        self.checkpoints = checkpoints
        self.class_weights = class_weights
        self.seed = seed
        self.device = device
        super().__init__(**kwargs)

    def check(self) -> None:
        """Checks types, ranges and names of the arguments.

        Raises:
            StepArgumentError: Names the argument, what was given and what would do.
        """
        checks.check_network(self, "batch_size", "epochs", "input_units", "output_units")
        check_class_weights(self)
        checks.check_names(self, LOSS_NAMES, METRICS, ACTIVATIONS)
        check_head(self)
        device = self.device
        known = isinstance(device, str) and device.partition(":")[0] in DEVICES
        if device is not None and not known:
            raise self.fail("device", device, "None, 'cpu', 'cuda', or another of PyTorch's")
        super().check()

    def model_fn(self, train: Any, eval: Any) -> Any:
        """Builds the network for the features and labels there are, and trains it.

        Args:
            train: Batches of (features, labels).
            eval: The same for evaluation, or None.

        Returns:
            The trained `TorchNetwork`.

        Raises:
            StepArgumentError: A label that loss, last_activation and output_units do not fit,
                or `patience` without rows of evaluation.
            DataError: A feature that is not made of numbers.
        """
        from zenml.steps.trainer.pytorch_fit import fit

        checks.need_evaluation(self, eval)
        check_numbers(self.features)
        check_labels(self)
        network = self.build()
        fit(self, network, train, eval)
        return network

    def build(self) -> Any:
        """The network, not trained."""
        from zenml.models.torch_network import TorchNetwork

        return TorchNetwork(self.features, self.labels, **self._architecture())

    def save(self, model: Any) -> None:
        """Saves weights as `model.pt`, and what the network is made of in the description."""
        import torch

        from zenml.models.torch_model import FILE, FORMAT

        held = io.BytesIO()
        torch.save(model.state_dict(), held)
        write_bytes(Path(self.serving_model_dir, FILE), held.getvalue())
        self.describe(FORMAT, {"architecture": self._architecture()})

    def _architecture(self) -> dict[str, Any]:
        return {
            "hidden_layers": list(self.hidden_layers),
            "hidden_activation": self.hidden_activation,
            "last_activation": self.last_activation,
            "output_units": self.output_units,
            "dropout_chance": self.dropout_chance,
        }


TorchFeedForwardTrainer = PyTorchFeedForwardTrainer
