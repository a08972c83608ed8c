"""Pusher: the component that deploys a blessed model."""

from zenml._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "Executor": "zenml.components.pusher.executor",
        "Pusher": "zenml.components.pusher.component",
    },
)
