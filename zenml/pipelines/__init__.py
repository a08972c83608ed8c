"""Pipelines: the steps, in their order."""

from zenml._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "BasePipeline": "zenml.pipelines.base",
        "DataPipeline": "zenml.pipelines.data",
        "TrainingPipeline": "zenml.pipelines.training",
        "FunctionPipeline": "zenml.pipelines.function",
        "pipeline": "zenml.pipelines.function",
        "pipeline_from_spec": "zenml.pipelines.restore",
    },
)
