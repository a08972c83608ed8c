"""Weights of PyTorch, read without running what a file might hold besides."""

from __future__ import annotations

import pickle
from types import SimpleNamespace
from typing import Any

# What the weights of a module are made of; torch itself makes the storages.
_ALLOWED = {
    ("collections", "OrderedDict"),
    ("torch", "Size"),
    ("torch._utils", "_rebuild_parameter"),
    ("torch._utils", "_rebuild_sparse_tensor"),
    ("torch._utils", "_rebuild_tensor_v2"),
    ("torch.serialization", "_get_layout"),
}


def load_weights(path: str, device: str | None = "cpu") -> Any:
    """A state dict, or a tensor.

    Args:
        path: What `torch.save(module.state_dict(), path)` wrote, or of a tensor.
        device: Where the tensors go; None is where they were.

    Raises:
        pickle.UnpicklingError: The file holds more than tensors, or is no archive.
    """
    import inspect

    import torch

    with open(path, "rb") as file:
        # As PyTorch itself tells them apart; anything else it reads as one pickle after another.
        if file.read(4) != b"PK\x03\x04":
            raise pickle.UnpicklingError("The file is no archive of weights.")
    options: dict[str, Any] = {"weights_only": True}
    if "weights_only" not in inspect.signature(torch.load).parameters:  # before torch 1.13
        names = {"__name__": "pickle", "Unpickler": _WeightsOnly, "load": _load}
        options = {"pickle_module": SimpleNamespace(**names)}
    return torch.load(path, map_location=device, **options)


class _WeightsOnly(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _ALLOWED:
            raise pickle.UnpicklingError(f"The file holds {module}.{name}, which is no tensor.")
        return super().find_class(module, name)


def _load(file: Any, **options: Any) -> Any:
    return _WeightsOnly(file, **options).load()
