"""Compares transform graphs: vocabularies, schema, and what the graph computes with."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from zenml.runtime.reproduce.files import compare_files
from zenml.runtime.reproduce.tolerance import Tolerance
from zenml.runtime.reproduce.values import unlike
from zenml.runtime.reproduce.verdict import IDENTICAL, Comparison

_GRAPH = "transform_fn/saved_model.pb"
# Bytes that stand for no content: where tables lie while the graph is made, and its hash.
_BESIDE = (_GRAPH, "transform_fn/fingerprint.pb")
_NAMES = ("_", "shared_name", "container", "f")  # attributes that name things, or begin so
_TEMPORARY = re.compile(rb"/[^'\"]*/tftransform_tmp/")


def compare_transform_graphs(new: str, recorded: str, tolerance: Tolerance) -> Comparison:
    """Whether two transform graphs do the same.

    Vocabularies and schemas are compared byte by byte. TensorFlow numbers the nodes of
    a graph anew each time, so of the graph itself the operations are compared with
    their attributes and constants, whatever they are called and however they stand.
    """
    found = compare_files(new, recorded, leave_out=_BESIDE)
    if not found.is_equal:
        return found
    return _compare_graphs(Path(new, _GRAPH), Path(recorded, _GRAPH))


def _compare_graphs(new: Path, recorded: Path) -> Comparison:
    if new.read_bytes() == recorded.read_bytes():
        return Comparison(IDENTICAL)
    now, then = Counter(_operations(new)), Counter(_operations(recorded))
    if now == then:
        return Comparison(IDENTICAL)
    only_then, only_now = then - now, now - then
    operation = next(iter([*only_then, *only_now]))[0]
    there = (
        sum(count for (name, _), count in side.items() if name == operation)
        for side in (only_then, only_now)
    )
    return unlike(f"graph, operations {operation} that the other lacks", *map(str, there))


def _operations(path: Path) -> Iterator[tuple[str, bytes]]:
    """Every operation with its attributes, of the graph and of the functions in it."""
    from tensorflow.core.protobuf import saved_model_pb2

    model = saved_model_pb2.SavedModel.FromString(path.read_bytes())
    for graph in model.meta_graphs:
        nodes = [*graph.graph_def.node]
        for function in graph.graph_def.library.function:
            nodes += function.node_def
        for node in nodes:
            yield node.op, _attributes(node)


def _attributes(node: Any) -> bytes:
    named = {
        key: value.SerializeToString(deterministic=True)
        for key, value in node.attr.items()
        if not key.startswith(_NAMES[0]) and key not in _NAMES and not value.HasField("func")
    }
    text = b";".join(key.encode() + b"=" + named[key] for key in sorted(named))
    return _TEMPORARY.sub(b"", text)
