"""Calling a graph of TensorFlow, with less of Python around it than TensorFlow has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


def graph_call(function: Any) -> Callable[[Any], Mapping[str, Any]] | None:
    """A function of one tensor that calls its graph at once.

    TensorFlow compares the arguments of each call with the signature, and asks of each variable
    whether it is spread over several machines: for a small model that takes as long as the model
    itself. Who calls this has compared what he gives.

    Args:
        function: A concrete function, such as a signature that `tf.saved_model.load` gives.

    Returns:
        Tensor of the input's type -> output -> tensor; None where the function has several
        inputs, whose order could be mistaken, or TensorFlow does not hand out its graph.
    """
    call = getattr(getattr(function, "inference_fn", None), "call_preflattened", None)
    captured = list(function.captured_inputs)
    if call is None or len(function.inputs) != 1 + len(captured):
        return None

    def direct(tensor: Any) -> Mapping[str, Any]:
        found: Mapping[str, Any] = call([tensor, *captured])
        return found

    return direct
