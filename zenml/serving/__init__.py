"""Serving: models over HTTP, by the calls of TensorFlow Serving's REST API."""

from zenml._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "ModelServer": "zenml.serving.server",
    },
)
