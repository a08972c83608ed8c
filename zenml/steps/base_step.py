"""The import path of `BaseStep` that earlier documentation names."""

from zenml.steps.base import BaseStep

__all__ = ["BaseStep"]
