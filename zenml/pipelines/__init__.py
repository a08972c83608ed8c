"""Pipelines: the steps, in their order."""

from zenml._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "BasePipeline": "zenml.pipelines.base",
        "BatchInferencePipeline": "zenml.pipelines.inference",
        "DeploymentPipeline": "zenml.pipelines.deployment",
        "DataPipeline": "zenml.pipelines.data",
        "NLPPipeline": "zenml.pipelines.nlp",
        "TrainingPipeline": "zenml.pipelines.training",
        "FunctionPipeline": "zenml.pipelines.function",
        "model_at": "zenml.pipelines.given_model",
        "pipeline": "zenml.pipelines.function",
        "pipeline_from_spec": "zenml.pipelines.restore",
    },
)
