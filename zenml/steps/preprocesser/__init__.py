"""Preprocessing: how columns become what a model is trained on."""

from zenml._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "PreprocessStep": "zenml.steps.preprocesser.base",
        "BasePreprocesserStep": "zenml.steps.preprocesser.base",
        "StandardPreprocesser": "zenml.steps.preprocesser.standard",
        "TextPreprocesser": "zenml.steps.preprocesser.text",
        "index_of_class": "zenml.steps.preprocesser.class_index",
    },
)
