"""Steps: the interfaces, and the standard ones that come with zenml."""

from zenml._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(__name__, {"BaseStep": "zenml.steps.base"})
