"""Where a materializer of your own begins: `from zenml.materializers import BaseMaterializer`."""

from zenml._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__, {"BaseMaterializer": "zenml.artifacts.materializers.base"}
)
