"""Evaluators: what is measured of a model, on which rows, in which slices."""

from zenml._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "AgnosticEvaluator": "zenml.steps.evaluator.agnostic",
        "BaseEvaluatorStep": "zenml.steps.evaluator.base:EvaluatorStep",
        "EvaluatorStep": "zenml.steps.evaluator.base",
        "TFMAEvaluator": "zenml.steps.evaluator.tfma",
    },
)
