"""Backends: where a pipeline or a step runs."""

from zenml._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "BaseBackend": "zenml.backends.base",
        "OrchestratorLocalBackend": "zenml.backends.orchestrator.local",
        "ProcessingLocalBackend": "zenml.backends.processing.local",
        "TrainingLocalBackend": "zenml.backends.training.local",
    },
)
