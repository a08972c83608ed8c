"""Tensors as TensorFlow Serving's REST API has them in JSON: nested lists, bytes as base64."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from zenml.errors import RequestError
from zenml.serving.values import as_json, as_utf8, decoded, is_b64, whole

if TYPE_CHECKING:
    import numpy as np

_DEEPEST = 32  # dimensions that every NumPy has
# Kind of NumPy's type -> the types of Python that it is made of as they are.
_USUAL: dict[str, set[type]] = {"b": {bool}, "i": {int}, "u": {int}, "f": {int, float}}

Array: TypeAlias = "np.ndarray[Any, Any]"
Arrays: TypeAlias = Mapping[str, Array]


@dataclass(frozen=True)
class TensorInfo:
    """What a signature says of an input or output.

    Attributes:
        dtype: TensorFlow's name of its type, e.g. "float32" or "string".
        shape: With None for what may be any length; None where even the rank is open.
        name: Of the tensor in the graph.

    Example:
        >>> TensorInfo("string", (None,), "serving_default_examples:0").dtype
        'string'
    """

    dtype: str
    shape: tuple[int | None, ...] | None
    name: str = ""

    def to_json(self) -> dict[str, Any]:
        """As TensorFlow Serving tells it: a `TensorInfo` in JSON."""
        sizes = [-1 if size is None else size for size in self.shape or ()]
        return {
            "dtype": f"DT_{_ENUM.get(self.dtype, self.dtype.upper())}",
            "tensor_shape": {
                "dim": [{"size": str(size), "name": ""} for size in sizes],
                "unknown_rank": self.shape is None,
            },
            "name": self.name,
        }


_ENUM = {"float16": "HALF", "float32": "FLOAT", "float64": "DOUBLE"}


def to_array(value: Any, info: TensorInfo, where: str) -> Array:
    """A tensor from nested lists.

    Args:
        value: A number, text, boolean, `{"b64": ...}`, or lists of these, all of one length at
            each depth.
        info: Its type and shape.
        where: It stands, for errors.

    Raises:
        RequestError: It is ragged, of another shape, or holds a value of another type.
    """
    import numpy as np

    shape = _shape(value)
    if info.shape is not None and not _fits(shape, info.shape):
        raise RequestError(f"{where} has the shape {_text(shape)}; it takes {_text(info.shape)}.")
    if len(shape) > _DEEPEST:
        raise RequestError(f"{where} is nested {len(shape)} deep; it takes at most {_DEEPEST}.")
    leaves: list[Any] = []
    _collect(value, shape, 0, leaves, where)
    if info.dtype == "string":
        texts = [_bytes(leaf, where) for leaf in leaves]
        array = np.empty(len(texts), object)
        array[:] = texts
        return array.reshape(shape)
    return _numbers(leaves, info.dtype, where).reshape(shape)


def blank(info: TensorInfo) -> Array:
    """An array of zeros or empty text, of length 1 where any length will do."""
    import numpy as np

    shape = [size or 1 for size in info.shape or ()]
    if info.dtype == "string":
        return np.full(shape, b"", object)
    return np.zeros(shape, _numpy_type(info.dtype, "an input"))


def _shape(value: Any) -> tuple[int, ...]:
    """Lengths along the first items, down to what is no list."""
    sizes = []
    while isinstance(value, list):
        sizes.append(len(value))
        if not value:
            break
        value = value[0]
    return tuple(sizes)


def _fits(shape: tuple[int, ...], wanted: tuple[int | None, ...]) -> bool:
    if 0 in shape and len(shape) <= len(wanted):  # an empty list hides the lengths below it
        wanted = wanted[: len(shape)]
    return len(shape) == len(wanted) and all(
        size in (None, length) for length, size in zip(shape, wanted, strict=True)
    )


def _collect(value: Any, shape: tuple[int, ...], depth: int, leaves: list[Any], where: str) -> None:
    if depth == len(shape):
        if isinstance(value, list):
            raise RequestError(f"{where} is ragged: a list stands where others have a value.")
        leaves.append(value)
        return
    if not isinstance(value, list) or len(value) != shape[depth]:
        raise RequestError(
            f"{where} is ragged: at depth {depth + 1} stands {as_json(value)}, and others are "
            f"lists of {shape[depth]}."
        )
    if depth == len(shape) - 1 and not any(isinstance(item, list) for item in value):
        leaves.extend(value)
        return
    for item in value:
        _collect(item, shape, depth + 1, leaves, where)


def _bytes(leaf: Any, where: str) -> bytes:
    if isinstance(leaf, str):
        return as_utf8(leaf, where)
    if is_b64(leaf):
        return decoded(leaf, where)
    raise RequestError(f"{where} takes text, or {{'b64': ...}}, not {as_json(leaf)}.")


def _numbers(leaves: list[Any], dtype: str, where: str) -> Array:
    """Numbers as an array; none of them is wrapped around, or infinite."""
    import numpy as np

    kind = _numpy_type(dtype, where)
    if not set(map(type, leaves)) <= _USUAL[kind.kind]:
        leaves = [_number(leaf, dtype, where) for leaf in leaves]
    too_large = RequestError(f"{where} holds a number that is too large for {dtype}.")
    if kind.kind in "iu" and leaves:
        limits = np.iinfo(kind)
        if min(leaves) < limits.min or max(leaves) > limits.max:
            raise too_large
    if kind.kind != "f":
        return np.array(leaves, kind)
    try:
        exact = np.array(leaves, np.float64)
    except OverflowError:
        raise too_large from None
    with np.errstate(over="ignore"):
        found: Array = exact.astype(kind)
    if np.isinf(found).any():
        raise too_large
    return found


def _number(leaf: Any, dtype: str, where: str) -> Any:
    if dtype == "bool":
        if isinstance(leaf, bool):
            return leaf
    elif isinstance(leaf, (int, float)):  # true is 1, as in rows
        if dtype.startswith("float") or isinstance(leaf, int):
            return leaf
        if (found := whole(leaf)) is not None:
            return found
    raise RequestError(f"{where} takes {dtype}, not {as_json(leaf)}.")


def _numpy_type(dtype: str, where: str) -> Any:
    import numpy as np

    if dtype in ("bool", "float16", "float32", "float64") or "int" in dtype:
        return np.dtype(dtype)
    raise RequestError(f"{where} is of type {dtype}, which JSON has not.", 501)


def _text(shape: tuple[int | None, ...]) -> str:
    return f"[{', '.join('any' if size is None else str(size) for size in shape)}]"
