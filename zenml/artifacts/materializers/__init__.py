"""Materializers: how a value becomes files, and how it is made of them again."""

from zenml._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__, {"BaseMaterializer": "zenml.artifacts.materializers.base"}
)
