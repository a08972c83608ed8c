"""What a step logs about itself: checked to be JSON when it is logged, not when it is written."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

from zenml.errors import StepInterfaceError

USER_METADATA = "zenml_user_metadata"


def checked(metadata: Any, where: str) -> dict[str, Any]:
    """The same metadata as plain JSON values.

    Scalars of numpy and the like become Python's numbers, paths become text.

    Args:
        metadata: Text -> JSON value.
        where: Said in the error, e.g. "step `trainer`".

    Raises:
        StepInterfaceError: Names the key, and what cannot be.

    Example:
        >>> checked({"scores": (0.5, 1)}, "step `trainer`")
        {'scores': [0.5, 1]}
    """
    if not isinstance(metadata, Mapping):
        raise StepInterfaceError(
            f"Metadata of {where} is a {type(metadata).__name__}; give a dictionary, "
            "e.g. log_metadata({'accuracy': 0.97})."
        )
    found = {}
    for key, value in metadata.items():
        if not isinstance(key, str) or not key:
            raise StepInterfaceError(f"Metadata of {where} has the key {key!r}; keys are texts.")
        try:
            found[key] = json.loads(json.dumps(value, default=_plain))
        except (TypeError, ValueError, RecursionError) as exc:
            raise StepInterfaceError(
                f"Metadata {key!r} of {where} cannot be kept: {exc}. Log numbers, texts, "
                "true or false, None, and lists and dictionaries of them."
            ) from exc
    return found


def merged(text: Any, metadata: Any, where: str) -> str:
    """What is recorded when metadata is logged where some was logged before.

    Args:
        text: What is recorded, as JSON; nothing where nothing was.
        metadata: Text -> JSON value.
        where: Said in the error.

    Raises:
        StepInterfaceError: Names the key, and what cannot be.

    Example:
        >>> merged('{"a": 1}', {"a": 2, "b": 3}, "run p-1")
        '{"a": 2, "b": 3}'
    """
    return json.dumps({**json.loads(text or "{}"), **checked(metadata, where)})


def _plain(value: Any) -> Any:
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if getattr(value, "shape", None) == () and hasattr(value, "item"):
        return value.item()
    raise TypeError(f"a value of type {type(value).__name__} is no JSON")
