"""Which materializer saves which output, and where one is loaded from."""

from __future__ import annotations

import importlib
from typing import get_origin

from zenml.artifacts.materializers.registry import materializer_for
from zenml.spec import UNPINNED, NodeSpec
from zenml.steps.base import BaseStep


def load_materializer(source: str) -> type:
    """A materializer by its dotted path: one of zenml's, of a package, or of the repository.

    Raises:
        SourceNotFoundError: There is none.
    """
    module, _, name = source.rpartition(".")
    if source.startswith("zenml."):
        found: type = getattr(importlib.import_module(module), name)
        return found
    from zenml.repo.loading import load_class

    return load_class(source, UNPINNED)


def materializer_of(node: NodeSpec, output: str) -> type | None:
    """The materializer that the pipeline names for an output; None leaves it to the type.

    Raises:
        SourceNotFoundError: There is none of that name.
    """
    source = (node.args.get("outputs") or {}).get(output, {}).get("materializer")
    return load_materializer(source) if source else None


def type_materializer(node: NodeSpec, step: BaseStep, output: str) -> type | None:
    """The one named for an output, or the one for its annotated type; None where it has none."""
    annotation = step.signature.outputs[output].annotation
    kind = get_origin(annotation) or annotation
    named = materializer_of(node, output)
    return named or (materializer_for(kind) if isinstance(kind, type) else None)
