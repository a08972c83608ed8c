"""What can be fitted."""

from .average import Average

__all__ = ["Average"]
