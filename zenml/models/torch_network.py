"""TorchNetwork: a feed-forward network of PyTorch, made from a few numbers and names."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any

import torch
from torch.nn import functional

from zenml.models.columns import Column
from zenml.models.matrix import is_one_hot

ACTIVATIONS: dict[str, Any] = {
    "elu": functional.elu,
    "gelu": functional.gelu,
    "leaky_relu": functional.leaky_relu,
    "linear": lambda values: values,
    "log_softmax": lambda values: functional.log_softmax(values, dim=-1),
    "mish": functional.mish,
    "relu": functional.relu,
    "relu6": functional.relu6,
    "selu": functional.selu,
    "sigmoid": torch.sigmoid,
    "silu": functional.silu,
    "softmax": lambda values: functional.softmax(values, dim=-1),
    "softplus": functional.softplus,
    "softsign": functional.softsign,
    "swish": functional.silu,
    "tanh": torch.tanh,
}


class TorchNetwork(torch.nn.Module):
    """Dense layers over all features, one head a label.

    Numbers go in as they are; indices in one-hot where there are few of them, else as an
    embedding that is learned, of `round(1.6 * n ** 0.56)` numbers and at most 50.

    Args:
        features: What goes in; their widths are the input's.
        labels: One head each.
        hidden_layers: Units of each hidden layer.
        hidden_activation: Key of `ACTIVATIONS`.
        last_activation: Key of `ACTIVATIONS`, of each head.
        output_units: Units of each head.
        dropout_chance: Share of each hidden layer's values that a training step leaves out.
    """

    def __init__(
        self,
        features: Sequence[Column],
        labels: Sequence[Column],
        hidden_layers: Sequence[int],
        hidden_activation: str,
        last_activation: str,
        output_units: int,
        dropout_chance: float,
    ) -> None:
        """Draws the weights."""
        super().__init__()
        self.features = list(features)
        self.outputs = [label.output for label in labels]
        self.hidden_activation = ACTIVATIONS[hidden_activation]
        self.last_activation = ACTIVATIONS[last_activation]
        self.embeddings = torch.nn.ModuleDict()
        width = 0
        for number, column in enumerate(self.features):
            values = math.prod(n or 1 for n in column.shape)
            if None in column.shape:
                width += column.classes or 0
            elif is_one_hot(column):
                width += values * (column.classes or 0)
            elif column.classes:
                size = min(50, round(1.6 * column.classes**0.56))
                self.embeddings[str(number)] = torch.nn.Embedding(column.classes, size)
                width += values * size
            else:
                width += values
        widths = [width, *hidden_layers]
        layers = (torch.nn.Linear(one, next) for one, next in itertools.pairwise(widths))
        self.hidden = torch.nn.ModuleList(layers)
        self.dropout = torch.nn.Dropout(dropout_chance)
        heads = (torch.nn.Linear(widths[-1], output_units) for _ in self.outputs)
        self.heads = torch.nn.ModuleList(heads)

    def raw(self, features: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        """The outputs before the last activation: what losses are computed from safely."""
        parts = [self._encode(str(n), c, features[c.name]) for n, c in enumerate(self.features)]
        values = torch.cat(parts, dim=1)
        for layer in self.hidden:
            values = self.dropout(self.hidden_activation(layer(values)))
        return {name: head(values) for name, head in zip(self.outputs, self.heads, strict=True)}

    def forward(self, features: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        """`<label>_o` -> float32 (rows, output_units)."""
        return {name: self.last_activation(value) for name, value in self.raw(features).items()}

    def _encode(self, number: str, column: Column, values: torch.Tensor) -> torch.Tensor:
        if is_one_hot(column):
            indices = torch.arange(column.classes, device=values.device)
            values = values.unsqueeze(-1) == indices
        elif number in self.embeddings:
            values = self.embeddings[number](values.clamp(0, (column.classes or 1) - 1))
        return values.reshape(len(values), -1).to(torch.float32)
