"""Backends that run a whole pipeline."""

from zenml._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__, {"OrchestratorLocalBackend": "zenml.backends.orchestrator.local"}
)
