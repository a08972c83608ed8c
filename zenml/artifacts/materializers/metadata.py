"""What is recorded of a value beside its files: plain, small, and the same for every reader."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from zenml.errors import MaterializerError

LIMIT = 8192  # bytes of JSON for one artifact: it lies in the metadata store
TEXT = 200  # characters of a text in it


def plain_metadata(given: Any, materializer: str) -> dict[str, Any]:
    """What `extract_metadata` gave, as JSON holds it: numbers that are none become null.

    The largest entries are left out when it takes more than `LIMIT` bytes; "left_out" names
    them.

    Raises:
        MaterializerError: It is no dict.

    Example:
        >>> plain_metadata({"mean": float("nan"), "shape": (2, 3)}, "M")
        {'mean': None, 'shape': [2, 3]}
    """
    if not isinstance(given, Mapping):
        raise MaterializerError(
            f"extract_metadata() of the materializer {materializer} gave a {type(given).__name__}; "
            "it must be a dict."
        )
    plain = {str(key): plain_value(value) for key, value in given.items()}
    sizes = {key: len(json.dumps(value)) + len(key) + 6 for key, value in plain.items()}
    left_out: list[str] = []
    while sum(sizes.values()) > LIMIT - 20 * len(left_out):
        largest = max(sizes, key=lambda key: sizes[key])
        left_out.append(largest[:TEXT])
        del sizes[largest], plain[largest]
    return {**plain, "left_out": left_out} if left_out else plain


def plain_value(value: Any) -> Any:
    """One value as JSON holds it; text for what it does not hold."""
    if isinstance(value, str):
        return value if len(value) <= TEXT else f"{value[:TEXT]}..."
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value) if abs(value) < 1 << 63 else f"{value.bit_length()} bits"
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key)[:TEXT]: plain_value(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain_value(item) for item in value]
    if type(value).__module__ == "numpy" and getattr(value, "ndim", None) == 0:
        item = value.item()
        return plain_value(item) if type(item) is not type(value) else str(value)
    text = str(value)
    return text if len(text) <= TEXT else f"{text[:TEXT]}..."
