"""The training of a network of PyTorch, epoch by epoch."""

from __future__ import annotations

import copy
import io
import math
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zenml.files import write_bytes
from zenml.steps.trainer import checks
from zenml.steps.trainer.class_weights import label_values, weights_of
from zenml.steps.trainer.epoch_lines import EpochLines
from zenml.steps.trainer.fit import check_values
from zenml.steps.trainer.labels import one_label
from zenml.steps.trainer.pytorch_losses import loss_of, metric_of
from zenml.steps.trainer.pytorch_names import METRICS, loss_named

if TYPE_CHECKING:
    from zenml.steps.trainer.pytorch_feed_forward import PyTorchFeedForwardTrainer


def fit(step: PyTorchFeedForwardTrainer, network: Any, train: Any, eval: Any) -> None:
    """Trains a network in place, and fills in the history of the step.

    Args:
        step: Says how.
        network: A `TorchNetwork`.
        train: Batches of (features, labels), anew each epoch.
        eval: The same for evaluation, or None.

    Raises:
        DataError: The loss is no number any more.
        StepArgumentError: A label holds what the loss does not take; or this PyTorch cannot use
            the device.
    """
    import torch

    device = step.device or ("cuda" if torch.cuda.is_available() else "cpu")
    try:
        network.to(device)
    except (RuntimeError, AssertionError, NotImplementedError) as exc:
        reason = str(exc).strip().splitlines()[0]
        would_do = f"a device that PyTorch can use here, or None ({reason})"
        raise step.fail("device", device, would_do) from exc
    optimizer = torch.optim.Adam(network.parameters(), lr=step.lr)
    weights = _weights(step, device)
    history: defaultdict[str, list[float]] = defaultdict(list)
    best, lines = _Best(step), EpochLines(step.epochs)
    for epoch in range(1, step.epochs + 1):
        first = epoch == 1
        for name, value in _pass(step, network, train, device, first, weights, optimizer).items():
            history[name].append(value)
        if eval is not None:
            for name, value in _pass(step, network, eval, device, first).items():
                history[f"val_{name}"].append(value)
        watched = history["loss" if eval is None else "val_loss"][-1]
        checks.check_finite(step, epoch, watched, history["loss"][-1])
        lines.tell(epoch, {name: values[-1] for name, values in history.items()})
        if best.is_over(watched, network):
            break
    lines.close()
    best.restore(network)
    network.to("cpu")
    step.history = dict(history)


class _Best:
    """The best epoch so far: its weights, its checkpoint, and how long ago it was."""

    def __init__(self, step: PyTorchFeedForwardTrainer) -> None:
        self._step = step
        self._loss = math.inf
        self._waited = 0
        self._weights: Any = None

    def is_over(self, loss: float, network: Any) -> bool:
        """Takes note of an epoch; whether it should be the last."""
        is_best = loss < self._loss
        self._waited = 0 if is_best else self._waited + 1
        if is_best:
            self._loss = loss
            if self._step.patience is not None and self._step.restore_best:
                self._weights = copy.deepcopy(network.state_dict())
        if self._step.checkpoints:
            self._write(network, ["best", "last"] if is_best else ["last"])
        return self._step.patience is not None and self._waited >= self._step.patience

    def restore(self, network: Any) -> None:
        """Gives the network the weights of the best epoch, where the step wants them."""
        if self._weights is not None:
            network.load_state_dict(self._weights)

    def _write(self, network: Any, names: list[str]) -> None:
        import torch

        held = io.BytesIO()
        torch.save(network.state_dict(), held)
        for name in names:
            path = Path(self._step.log_dir, "checkpoints", f"{name}.pt")
            write_bytes(path, held.getvalue(), sync=False)


def _pass(
    step: PyTorchFeedForwardTrainer,
    network: Any,
    batches: Any,
    device: str,
    first: bool,
    weights: Any = None,
    optimizer: Any = None,
) -> dict[str, float]:
    """One pass over the rows; with an optimizer, it trains. Gives the means over the rows.

    The `first` time the rows are seen, their labels are looked at.
    """
    import torch

    network.train(optimizer is not None)
    sums: defaultdict[str, float] = defaultdict(float)
    rows = 0
    for features, labels in batches:
        features = {name: values.to(device) for name, values in features.items()}
        labels = labels if isinstance(labels, dict) else {step.labels[0].output: labels}
        for label in step.labels if first else ():
            check_values(step, label, labels[label.output].numpy())
        with torch.set_grad_enabled(optimizer is not None):
            loss, told = _measure(step, network, features, labels, device, weights)
        if optimizer is not None:
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        count = len(next(iter(features.values())))
        rows += count
        for name, value in told.items():
            sums[name] += value * count
    means = {name: total / max(rows, 1) for name, total in sums.items()}
    is_root = "root_mean_squared_error"
    return {name: math.sqrt(m) if name.endswith(is_root) else m for name, m in means.items()}


def _measure(
    step: PyTorchFeedForwardTrainer,
    network: Any,
    features: dict[str, Any],
    labels: dict[str, Any],
    device: str,
    weights: Any,
) -> tuple[Any, dict[str, float]]:
    """The loss of a batch, to go back from, and the numbers to write down."""
    total: Any = 0.0
    told: dict[str, float] = {}
    for output, raw in network.raw(features).items():
        label = labels[output].to(device)
        predicted = network.last_activation(raw)
        losses = loss_of(loss_named(step.loss), step.last_activation, raw, predicted, label)
        if weights is not None:
            losses = losses * weights[label.reshape(-1).long()]
        loss = losses.mean()
        total = total + loss
        prefix = f"{output}_" if len(labels) > 1 else ""
        told[f"{prefix}loss"] = loss.item()
        for name in step.metrics:
            value = metric_of(METRICS[name], predicted.detach(), label)
            told[f"{prefix}{name}"] = value.mean().item()
    told["loss"] = total.item()
    return total, told


def _weights(step: PyTorchFeedForwardTrainer, device: str) -> Any:
    """The weight of each class as a tensor, or None."""
    import torch

    if step.class_weights is None:
        return None
    label = one_label(step, "a network with class_weights")
    found = weights_of(step, label, label_values(step, label))
    return torch.tensor(found, device=device)
