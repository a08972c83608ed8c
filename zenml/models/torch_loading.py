"""PyTorch, imported so that it lives beside TensorFlow."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from zenml.errors import ZenMLError
from zenml.extras import load_extra


@contextmanager
def without_triton() -> Iterator[None]:
    """Keeps Triton out, unless it is there already.

    Afterwards it can be imported again, but for where TensorFlow is in the process: there the
    import would end it.

    From version 2 on, PyTorch imports Triton where that is installed, for code that is
    compiled for a GPU: its optimizers and its choice of deterministic algorithms do so, after
    PyTorch itself. Triton and TensorFlow each bring LLVM, and the second LLVM in a process
    ends it without an error.

    Example:
        >>> with without_triton():
        ...     "triton" in sys.modules
        True
    """
    if "triton" in sys.modules:
        yield
        return
    # None stands for a module that cannot be imported; PyTorch then does without.
    sys.modules["triton"] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        if sys.modules.get("triton", sys) is None and "tensorflow" not in sys.modules:
            del sys.modules["triton"]


def load_torch(what: str, error: type[ZenMLError] = ZenMLError) -> Any:
    """Imports PyTorch, and Triton not with it.

    Args:
        what: What needs it; said in the error.
        error: What is raised where it is missing.

    Raises:
        ZenMLError: (or `error`) names the extra.
    """
    with without_triton():
        return load_extra("torch", "torch", what, error)


@contextmanager
def torchscript() -> Iterator[None]:
    """Leaves out that PyTorch means to replace TorchScript, which tells who uses a model nothing.

    TorchScript is what the oldest PyTorch that is supported can write and read.

    Example:
        >>> import warnings
        >>> with torchscript():
        ...     warnings.warn("`torch.jit.load` is deprecated.", FutureWarning)
    """
    with warnings.catch_warnings():
        for category in (DeprecationWarning, FutureWarning):
            warnings.filterwarnings("ignore", message=r"`torch\.jit\.", category=category)
        yield
