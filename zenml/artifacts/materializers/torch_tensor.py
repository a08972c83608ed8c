"""TensorMaterializer: tensors of PyTorch."""

from __future__ import annotations

from typing import Any

from zenml.artifacts.materializers.base import BaseMaterializer, Unsuitable
from zenml.artifacts.materializers.numpy_array import describe_array
from zenml.torch_weights import load_weights

_FILE = "tensor.pt"


class TensorMaterializer(BaseMaterializer):
    """Keeps a tensor in PyTorch's own format, which is read without running code.

    Example:
        >>> import tempfile
        >>> TensorMaterializer(tempfile.mkdtemp()).EXECUTES
        False
    """

    ASSOCIATED_TYPES = ("torch.Tensor",)
    EXECUTES = False

    def save(self, value: Any) -> None:
        """Writes `tensor.pt`."""
        import torch

        if type(value) not in (torch.Tensor, torch.nn.Parameter) or value.grad_fn is not None:
            raise Unsuitable("it is more than a tensor's numbers: call detach() first")
        if _is_part(value):
            value = value.detach().clone().requires_grad_(value.requires_grad)
        torch.save(value, self._path(_FILE))

    def load(self, data_type: Any) -> Any:
        """Reads it, onto the CPU where there is no other device."""
        import torch

        device = None if torch.cuda.is_available() else "cpu"
        return load_weights(self._path(_FILE), device)

    def extract_metadata(self, value: Any) -> dict[str, Any]:
        """Shape, dtype and statistics."""
        found = {"shape": list(value.shape), "dtype": str(value.dtype)}
        if value.layout.__repr__() != "torch.strided" or value.is_quantized:
            return found
        try:
            array = value.detach().cpu().numpy()
        except TypeError:  # bfloat16
            return found
        return {**describe_array(array), **found}


def _is_part(tensor: Any) -> bool:
    """Whether it is a view of a larger tensor, all of which would be written."""
    import torch

    if tensor.layout != torch.strided or type(tensor) is not torch.Tensor:
        return False
    # Before PyTorch 2 a tensor had a storage with its type alone.
    held = getattr(tensor, "untyped_storage", tensor.storage)()
    return bool(held.nbytes() > tensor.numel() * tensor.element_size())
