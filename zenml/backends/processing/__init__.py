"""Backends that run the data work of one step."""

from zenml._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__, {"ProcessingLocalBackend": "zenml.backends.processing.local"}
)
