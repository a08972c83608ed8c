"""Which raw columns a signature of serialised rows reads, as its graph parses them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_PARSERS = ("ParseExample", "ParseExampleV2")


@dataclass(frozen=True)
class RawColumn:
    """A column of the rows that a model takes.

    Attributes:
        name: Its name.
        dtype: "int64", "float32" or "string".
        shape: Of one row; None where a row may have any number of values, or none.
        required: Whether every row has to have it.
        is_single: Whether a row may have one value, or none, though `shape` says nothing.

    Example:
        >>> RawColumn("island", "string", (1,)).blank()
        ''
    """

    name: str
    dtype: str
    shape: tuple[int, ...] | None = None
    required: bool = False
    is_single: bool = False

    @property
    def kind(self) -> str:
        """What it takes, in words."""
        return {"int64": "a whole number", "float32": "a number"}.get(self.dtype, "text")

    @property
    def size(self) -> int | None:
        """Number of values of one row; None for any."""
        if self.shape is None:
            return None
        size = 1
        for length in self.shape:
            size *= length
        return size

    def blank(self) -> Any:
        """A value that fits: 0 or "", or a list of these."""
        one: Any = {"int64": 0, "float32": 0.0}.get(self.dtype, "")
        return one if self.size in (None, 1) else [one] * (self.size or 0)

    def to_json(self) -> dict[str, Any]:
        """As the server tells it."""
        shape = None if self.shape is None else list(self.shape)
        return {"dtype": self.dtype, "shape": shape, "required": self.required}


def columns_of_graph(function: Any) -> dict[str, RawColumn]:
    """The columns that a function of TensorFlow parses out of serialised rows.

    Args:
        function: A signature.

    Returns:
        Name -> column; empty where it parses none.
    """
    definition = function.graph.as_graph_def()
    found: dict[str, RawColumn] = {}
    for nodes in _scopes(definition):
        by_name = {node.name: node for node in nodes}
        for node in nodes:
            if node.op in _PARSERS:
                found.update(_parsed(node, by_name))
    return found


def columns_of_spec(spec: Mapping[str, Mapping[str, Any]]) -> dict[str, RawColumn]:
    """The columns of a feature spec as JSON holds it: `dtype`, and `shape` where it is fixed."""
    return {
        name: RawColumn(
            name,
            told["dtype"],
            tuple(told["shape"]) if "shape" in told else None,
            "shape" in told and told.get("default") is None,
        )
        for name, told in spec.items()
    }


def _scopes(definition: Any) -> Iterator[Any]:
    """The nodes of the graph, and those of each function that it calls."""
    yield definition.node
    for function in definition.library.function:
        yield function.node_def


def _parsed(node: Any, by_name: Mapping[str, Any]) -> Iterator[tuple[str, RawColumn]]:
    """What one operation parses; its keys are constants beside it."""
    inputs = list(node.input)
    dense_shapes = [tuple(d.size for d in s.dim) for s in node.attr["dense_shapes"].list.shape]
    sparse_types = list(node.attr["sparse_types"].list.type)
    dense_types = list(node.attr["Tdense"].list.type)
    if node.op == "ParseExampleV2":
        sparse_keys, dense_keys, ragged_keys = (_constant(inputs[at], by_name) for at in (2, 3, 4))
        defaults = inputs[5 : 5 + len(dense_types)]
        for key, kind in zip(ragged_keys, node.attr["ragged_value_types"].list.type, strict=False):
            yield key.decode(), RawColumn(key.decode(), _name(kind))
    else:
        sparse, dense = len(sparse_types), len(dense_types)
        keys = [_constant(name, by_name) for name in inputs[2 : 2 + sparse + dense]]
        sparse_keys = [key for found in keys[:sparse] for key in found]
        dense_keys = [key for found in keys[sparse:] for key in found]
        defaults = inputs[2 + sparse + dense :]
    for key, kind in zip(sparse_keys, sparse_types, strict=False):
        yield key.decode(), RawColumn(key.decode(), _name(kind))
    for key, kind, shape, default in zip(
        dense_keys, dense_types, dense_shapes, defaults, strict=False
    ):
        if any(size < 0 for size in shape):
            yield key.decode(), RawColumn(key.decode(), _name(kind))
        else:
            required = not len(_constant(default, by_name))
            yield key.decode(), RawColumn(key.decode(), _name(kind), shape, required)


def _constant(name: str, by_name: Mapping[str, Any]) -> Any:
    import tensorflow as tf

    node = by_name.get(name.lstrip("^").partition(":")[0])
    if node is None or node.op != "Const":
        return []
    return tf.make_ndarray(node.attr["value"].tensor).reshape(-1)


def _name(kind: int) -> str:
    import tensorflow as tf

    return str(tf.as_dtype(kind).name)
