"""TensorflowInferrer: predictions kept as an artifact."""

from __future__ import annotations

from zenml.steps.inferrer.base import InferrerStep


class TensorflowInferrer(InferrerStep):
    """Keeps the predictions as examples, beside the columns of the source.

    The name is that of older releases; a model of any trainer will do.

    Example:
        >>> TensorflowInferrer(labels=["species"]).outputs
        ['species_o']
    """
