"""PyTorch, imported so that it lives beside TensorFlow."""

from __future__ import annotations

import sys
from typing import Any

from zenml.errors import ZenMLError
from zenml.extras import load_extra


def load_torch(what: str, error: type[ZenMLError] = ZenMLError) -> Any:
    """Imports PyTorch.

    From version 2 on, its optimizers import Triton where that is installed, for code that is
    compiled for a GPU. Triton and TensorFlow each bring LLVM, and the second LLVM in a
    process ends it without an error; so Triton is kept out, unless it is there already.

    Args:
        what: What needs it; said in the error.
        error: What is raised where it is missing.

    Raises:
        ZenMLError: (or `error`) names the extra.
    """
    if "triton" not in sys.modules:
        # None stands for a module that cannot be imported; PyTorch then does without.
        sys.modules["triton"] = None  # type: ignore[assignment]
    return load_extra("torch", "torch", what, error)
