"""TorchModel: modules of PyTorch."""

from __future__ import annotations

import os
from functools import cached_property
from typing import Any

from zenml.errors import DataError
from zenml.models.arrays import Arrays
from zenml.models.base import Predictions
from zenml.models.feature_model import FeatureModel
from zenml.models.outputs import named_outputs
from zenml.models.torch_loading import load_torch, torchscript

FORMAT, FILE = "torch", "model.pt"


class TorchModel(FeatureModel):
    """A module that is called with a dict of tensors; the code that made it is not needed.

    The standard network is made again from its description and gets its weights from
    `model.pt`. Any other module is in `model.pt` as TorchScript, which `torch.jit.load`
    reads too.

    Example:
        >>> TorchModel("deployed/penguins/1").path
        'deployed/penguins/1'
    """

    @cached_property
    def module(self) -> Any:
        """The module, on the CPU, ready to predict.

        Raises:
            DataError: It cannot be read.
        """
        torch = load_torch("A model of PyTorch")
        path = os.path.join(self.path, FILE)
        try:
            if "architecture" not in self.description:
                with torchscript():
                    return torch.jit.load(path, map_location="cpu").eval()
            from zenml.models.torch_network import TorchNetwork
            from zenml.torch_weights import load_weights

            architecture = self.description["architecture"]
            made = TorchNetwork(self.features, self.labels, **architecture)
            made.load_state_dict(load_weights(path))
            return made.eval()
        except Exception as exc:
            raise DataError(f"{path} cannot be read: {exc}") from exc

    def predict_features(self, features: Arrays) -> Predictions:
        """Calls the module."""
        module = self.module
        import torch

        with torch.no_grad():
            found = named_outputs(module(tensors_of(features)), self.labels)
        return {name: values.numpy() for name, values in found.items()}


def tensors_of(arrays: Arrays) -> dict[str, Any]:
    """Arrays as tensors of the same type and shape.

    Args:
        arrays: Name -> array of int64 or float32.
    """
    import torch

    return {name: torch.tensor(values) for name, values in arrays.items()}
