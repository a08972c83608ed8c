"""The version of zenml."""

__version__ = "0.4.0"
