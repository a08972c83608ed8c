"""The import path of `Output` that earlier documentation names."""

from zenml.steps.outputs import Output

__all__ = ["Output"]
