"""Models: what trainers save, ready to predict rows, whatever the framework."""

from zenml._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "FeatureModel": "zenml.models.feature_model",
        "ModelReader": "zenml.models.base",
        "TrainedModel": "zenml.models.trained_model",
    },
)
