"""Reproducing a run: the same code on the same data, compared with what was recorded."""

from zenml._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "NodeVerdict": "zenml.runtime.reproduce.verdict",
        "Reproduction": "zenml.runtime.reproduce.verdict",
        "reproduce": "zenml.runtime.reproduce.reproduction",
    },
)
