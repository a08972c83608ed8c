"""Calling a signature of a SavedModel, with less of Python around it than TensorFlow has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


def graph_call(function: Any) -> Callable[[Mapping[str, Any]], Mapping[str, Any]]:
    """A signature as a function of tensors.

    TensorFlow compares the arguments of each call with the signature, and asks of each variable
    whether it is spread over several machines: for a small model that takes as long as the model
    itself. What is served is compared when it is read, so the graph is called with it at once,
    where there is one input and thus no order to mistake.

    Args:
        function: A signature as `tf.saved_model.load` gives it.

    Returns:
        Input -> tensor of its type, in; output -> tensor, out.
    """
    specs = function.structured_input_signature[1]
    graph = getattr(function, "inference_fn", None)
    call = getattr(graph, "call_preflattened", None)
    captured = list(function.captured_inputs)
    if call is None or len(specs) != 1 or len(function.inputs) != 1 + len(captured):
        return lambda given: function(**given)
    (name,) = specs

    def direct(given: Mapping[str, Any]) -> Mapping[str, Any]:
        found: Mapping[str, Any] = call([given[name], *captured])
        return found

    return direct
