"""Backends that run the training of one step."""

from zenml._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__, {"TrainingLocalBackend": "zenml.backends.training.local"}
)
