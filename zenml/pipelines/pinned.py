"""Files that the arguments of a step name: their content is a part of the pipeline."""

from __future__ import annotations

from typing import Any

from zenml.artifacts.store import sha256_of
from zenml.steps.base import BaseStep
from zenml.steps.tokenizer.base import TokenizerStep


def pinned_files(step: BaseStep) -> dict[str, Any]:
    """What the node of a step says of the files that it names.

    Args:
        step: That was checked: the files are there.

    Returns:
        `files`, argument -> sha256 of the file; empty for a step that names none.

    Example:
        >>> pinned_files(BaseStep())
        {}
    """
    if not isinstance(step, TokenizerStep) or not step.named_files:
        return {}
    return {"files": {name: sha256_of(path) for name, path in step.named_files.items()}}
