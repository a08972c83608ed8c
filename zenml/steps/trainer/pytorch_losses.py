"""Losses and metrics of a network of PyTorch, one number a row."""

from __future__ import annotations

from typing import Any

_TINY = 1e-7


def loss_of(loss: str, last_activation: str, raw: Any, predicted: Any, label: Any) -> Any:
    """The loss of each row.

    Args:
        loss: A value of `pytorch_names.LOSSES`.
        last_activation: What makes `predicted` of `raw`. Where it belongs to the loss, that
            is computed from `raw`, for which no probability is too small.
        raw: Tensor (rows, units) before the last activation.
        predicted: The same after it.
        label: Tensor (rows, 1) of class indices for the sparse loss, else (rows, units).

    Returns:
        Tensor (rows,).
    """
    import torch
    from torch.nn import functional

    if loss == "sparse_categorical_crossentropy":
        chosen = label.reshape(-1, 1).to(torch.int64)
        return -_logarithms(last_activation, raw, predicted).gather(1, chosen).reshape(-1)
    label = label.reshape(len(label), -1).to(torch.float32)
    if loss == "categorical_crossentropy":
        return -(label * _logarithms(last_activation, raw, predicted)).sum(1)
    if loss == "binary_crossentropy":
        if last_activation == "sigmoid":
            found = functional.binary_cross_entropy_with_logits(raw, label, reduction="none")
        else:
            sure = predicted.clamp(_TINY, 1 - _TINY)
            found = functional.binary_cross_entropy(sure, label, reduction="none")
        return found.mean(1)
    off = predicted - label
    each = {
        "mean_squared_error": lambda: off**2,
        "mean_absolute_error": lambda: off.abs(),
        "huber": lambda: torch.where(off.abs() <= 1, 0.5 * off**2, off.abs() - 0.5),
        "log_cosh": lambda: off + functional.softplus(-2 * off) - 0.6931471805599453,
        "poisson": lambda: predicted - label * torch.log(predicted + _TINY),
    }
    return each[loss]().mean(1)


def metric_of(metric: str, predicted: Any, label: Any) -> Any:
    """The metric of each row; what it is a root of, where it is one.

    Args:
        metric: A value of `pytorch_names.METRICS`.
        predicted: Tensor (rows, units).
        label: Tensor (rows, 1) or (rows, units).

    Returns:
        Tensor (rows,).
    """
    import torch

    label = label.reshape(len(label), -1)
    if metric == "accuracy" and predicted.shape[1] > 1:
        label = label.argmax(1) if label.shape[1] > 1 else label[:, 0]
        return (predicted.argmax(1) == label).to(torch.float32)
    if metric == "accuracy":
        return ((predicted > 0.5) == (label > 0.5)).to(torch.float32).mean(1)
    off = predicted - label.to(torch.float32)
    return (off.abs() if metric == "mean_absolute_error" else off**2).mean(1)


def _logarithms(last_activation: str, raw: Any, predicted: Any) -> Any:
    """Logarithms of the probabilities of classes, (rows, classes)."""
    import torch
    from torch.nn import functional

    if last_activation == "softmax":
        return functional.log_softmax(raw, dim=1)
    if last_activation == "log_softmax":
        return predicted
    return torch.log((predicted / predicted.sum(1, keepdim=True)).clamp(_TINY, 1))
