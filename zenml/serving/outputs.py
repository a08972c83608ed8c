"""What a model gives, as JSON."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from zenml.errors import RequestError
from zenml.serving.tensors import Array

_BYTES = "_bytes"  # outputs whose names end so are told as base64


def to_json(array: Array, name: str) -> Any:
    """What JSON can hold of a tensor; numbers of 32 bits in as few digits as tell them apart.

    NaN and what is infinite become null: JSON has no such numbers.

    Raises:
        RequestError: Numbers of a type that JSON has not.
    """
    import numpy as np

    if array.dtype.kind in "OS":
        tell = _as_b64 if name.endswith(_BYTES) else _as_text
        flat = [tell(value) for value in array.reshape(-1).tolist()]
        return _nested(flat, array.shape)
    if array.dtype.kind == "f":
        short = array.dtype in (np.float16, np.float32)
        numbers = array.astype("S").astype(np.float64) if short else array
        finite = np.isfinite(array)
        return (numbers if finite.all() else np.where(finite, numbers, None)).tolist()
    if array.dtype.kind in "biu":
        return array.tolist()
    raise RequestError(f"The output {name!r} is of type {array.dtype}, which JSON has not.", 501)


def dumps(value: Any) -> bytes:
    """JSON in UTF-8."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(", ", ": "))
    return text.encode("utf-8", "surrogateescape")


def error_body(said: str) -> bytes:
    """`{"error": ...}`; text that UTF-8 has not, which a request may hold, is escaped in it."""
    return dumps({"error": said.encode("utf-8", "backslashreplace").decode()})


def _as_b64(value: Any) -> Mapping[str, str]:
    return {"b64": base64.b64encode(value if isinstance(value, bytes) else value.encode()).decode()}


def _as_text(value: Any) -> str:
    return value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else str(value)


def _nested(flat: list[Any], shape: tuple[int, ...]) -> Any:
    if not shape:
        return flat[0]
    if len(shape) == 1:
        return flat
    step = len(flat) // shape[0] if shape[0] else 0
    return [_nested(flat[at * step : (at + 1) * step], shape[1:]) for at in range(shape[0])]
