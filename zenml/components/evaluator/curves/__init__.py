"""Curves of an evaluation: what pages draw, from the same predictions as the metrics."""

from zenml._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "Curves": "zenml.components.evaluator.curves.curves",
        "kind_of": "zenml.components.evaluator.curves.kinds",
    },
)
