"""Steps of several kinds, to which arguments are given."""

from __future__ import annotations

from typing import Any

from zenml.steps.base import BaseStep


class Network(BaseStep):
    """A step with the usual kinds of arguments."""

    def __init__(
        self,
        width: int,
        layers: list[int] = [10],  # noqa: B006 - what users write
        loss: str = "mse",
        **kwargs: Any,
    ) -> None:
        self.width = width
        self.layers = layers
        self.loss = loss
        super().__init__(**kwargs)


class Deep(Network):
    """Decides arguments of its base, and has one of its own."""

    def __init__(self, depth: int = 2, **kwargs: Any) -> None:
        self.depth = depth
        super().__init__(layers=[8] * depth, width=1, **kwargs)


class Bare(BaseStep):
    """No arguments."""


def again(step: BaseStep) -> BaseStep:
    return type(step).from_config(step.to_config("v"))
