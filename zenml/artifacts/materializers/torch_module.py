"""TorchMaterializer: modules of PyTorch as their state, source and structure."""

from __future__ import annotations

import inspect
import os
from typing import Any

from zenml.artifacts.materializers.base import BaseMaterializer
from zenml.artifacts.materializers.pickle_reading import load_pickle
from zenml.artifacts.materializers.pickle_writing import dump_pickle
from zenml.artifacts.materializers.reading import Reading
from zenml.torch_weights import load_weights

_STATE = "state_dict.pt"
_STRUCTURE = "module.pkl"
_SOURCE = "source.py"
_SCRIPT = "script.pt"


class TorchMaterializer(BaseMaterializer):
    """Keeps a module.

    `state_dict.pt` is its state dict, for `load_state_dict` too; `module.pkl` is the module
    without these tensors; `source.py` shows the code of its classes, for people. A module
    compiled to TorchScript is kept as PyTorch does it.

    Example:
        >>> import tempfile
        >>> TorchMaterializer(tempfile.mkdtemp()).EXECUTES
        True
    """

    ASSOCIATED_TYPES = ("torch.nn.modules.module.Module",)

    def save(self, value: Any) -> None:
        """Writes these files."""
        import torch

        if isinstance(value, torch.jit.ScriptModule):
            torch.jit.save(value, self._path(_SCRIPT))
            return
        state = {k: v for k, v in value.state_dict().items() if isinstance(v, torch.Tensor)}
        torch.save(state, self._path(_STATE))
        known: dict[int, tuple[str, str, bool]] = {}
        for name, tensor in value.named_parameters():
            if name in state and type(tensor) is torch.nn.Parameter:
                known[id(tensor)] = ("parameter", name, tensor.requires_grad)
        for name, tensor in value.named_buffers():
            if name in state and type(tensor) is torch.Tensor:
                known[id(tensor)] = ("buffer", name, False)
        dump_pickle(value, self._path(_STRUCTURE), persistent_id=lambda _, o: known.get(id(o)))
        with open(self._path(_SOURCE), "w", encoding="utf-8") as file:
            file.write(_sources(value))

    def load(self, data_type: Any) -> Any:
        """Makes the module; its tensors are on the CPU where there is no other device."""
        import torch

        device = None if torch.cuda.is_available() else "cpu"
        if os.path.exists(self._path(_SCRIPT)):
            return torch.jit.load(self._path(_SCRIPT), map_location=device)
        reading = self._reading or Reading(self.uri)
        reading.verify()
        state = load_weights(self._path(_STATE), device)
        made: dict[str, Any] = {}

        def tensor(_: Any, key: tuple[str, str, bool]) -> Any:
            kind, name, grad = key
            if name not in made:  # tied weights stay one
                held = state[name]
                made[name] = torch.nn.Parameter(held, grad) if kind == "parameter" else held
            return made[name]

        path = self._path(_STRUCTURE)
        return load_pickle(path, self._python, reading, persistent_load=tensor)

    def extract_metadata(self, value: Any) -> dict[str, Any]:
        """The version of PyTorch, the number of parameters, the module as it is printed."""
        import torch

        count = sum(tensor.numel() for tensor in value.parameters())
        return {"torch": torch.__version__, "parameters": count, "module": str(value)}


def _sources(module: Any) -> str:
    """The code of the classes of a module that do not come with PyTorch."""
    kinds = dict.fromkeys(type(part) for part in module.modules())
    found = []
    for kind in kinds:
        if kind.__module__.partition(".")[0] != "torch":
            try:
                found.append(inspect.getsource(kind))
            except (OSError, TypeError):  # typed into an interpreter
                found.append(f"# {kind.__module__}.{kind.__qualname__}: its source is in no file\n")
    return "\n\n".join(found)
