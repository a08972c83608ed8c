"""Steps: the interfaces, the standard ones that come with zenml, and `@step`."""

from zenml._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "ArtifactConfig": "zenml.steps.outputs",
        "BaseParameters": "zenml.steps.base_parameters",
        "BaseStep": "zenml.steps.base",
        "BaseStepConfig": "zenml.steps.base_parameters:BaseParameters",
        "Output": "zenml.steps.outputs",
        "StepContext": "zenml.steps.context",
        "StepRetryConfig": "zenml.steps.options",
        "get_step_context": "zenml.steps.context",
        "log_metadata": "zenml.steps.context",
        "step": "zenml.steps.function",
    },
)
