"""Evaluator: the component that measures a trained model."""

from zenml._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "Evaluator": "zenml.components.evaluator.component",
        "Executor": "zenml.components.evaluator.executor",
    },
)
