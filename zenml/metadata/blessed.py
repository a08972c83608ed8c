"""Blessed: which models evaluators of a pipeline blessed, the latest first."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from zenml.metadata import contexts, executions
from zenml.metadata.artifacts import Artifact
from zenml.metadata.executions import DELETED, SUCCEEDED, Execution

_AT_MOST = 200  # executions that are loaded at once
COMPARES = "compares"  # of a blessing: whether its evaluator compares with the latest blessed model


@dataclass(frozen=True)
class Blessed:
    """A model that an evaluator blessed.

    Attributes:
        model: The model.
        graph: The transform graph that its rows came from; None where that is not recorded.

    Example:
        >>> Blessed(Artifact(1, "Model", "/store/model/1")).graph is None
        True
    """

    model: Artifact
    graph: Artifact | None = None


def latest(
    store: Any,
    pipeline: str,
    node: str,
    other_than: Artifact,
    labels: Collection[str] | None = None,
) -> Blessed | None:
    """The model that an evaluator blessed last, whose files were not deleted.

    Args:
        store: The open metadata store.
        pipeline: Name of the pipeline.
        node: Name of the evaluator.
        other_than: A model that is none to compare with: the one that is evaluated.
        labels: The label columns that the model has to be evaluated by; None is any.

    Returns:
        None where there is none yet.
    """
    context = contexts.find(store, contexts.NODE, contexts.node_name(pipeline, node))
    if context is None:
        return None
    protos = [
        proto
        for proto in sorted(store.get_executions_by_context(context.id), key=lambda one: -one.id)
        if proto.last_known_state in SUCCEEDED and DELETED not in proto.custom_properties
    ]
    for execution in _loaded(store, protos):
        model = _blessed_model(execution, labels)
        if model is not None and model.live and not _same(model, other_than):
            return Blessed(model, next(iter(execution.inputs.get("transform_graph", [])), None))
    return None


def _loaded(store: Any, protos: Sequence[Any]) -> Iterator[Execution]:
    """Executions in order: mostly the first is wanted, and of a thousand none is loaded alone."""
    start, size = 0, 1
    while start < len(protos):
        yield from executions.load(store, protos[start : start + size])
        start, size = start + size, min(2 * size, _AT_MOST)


def compared_never(execution: Execution) -> bool:
    """Whether an evaluator's configuration, as it was run, asks for no model to compare with."""
    return all(
        blessing.properties.get(COMPARES) == 0 for blessing in execution.outputs.get("blessing", [])
    )


def _blessed_model(execution: Execution, labels: Collection[str] | None) -> Artifact | None:
    blessings, models = (execution.outputs.get("blessing"), execution.inputs.get("model"))
    if not blessings or not models or blessings[0].properties.get("blessed") != 1:
        return None
    known = blessings[0].properties.get("labels")
    if labels is not None and known is not None and sorted(labels) != json.loads(str(known)):
        return None
    return models[0]


def _same(one: Artifact, other: Artifact) -> bool:
    equal = bool(one.content_hash) and one.content_hash == other.content_hash
    return one.id == other.id or equal
