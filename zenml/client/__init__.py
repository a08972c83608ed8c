"""Asking afterwards: pipelines, runs, steps and artifacts as they are recorded."""

from zenml._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "ArtifactView": "zenml.client.artifact",
        "Client": "zenml.client.client",
        "PipelineView": "zenml.client.pipeline",
        "RunView": "zenml.client.run",
        "StepView": "zenml.client.step",
        "StepWhy": "zenml.client.why",
        "load_artifact": "zenml.client.values",
        "log_metadata": "zenml.client.user_metadata",
        "save_artifact": "zenml.client.values",
    },
)
