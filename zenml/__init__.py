"""Machine learning pipelines tied to git, on TFX.

Example:
    >>> import zenml
    >>> zenml.__version__.count(".")
    2
"""

from zenml.version import __version__

__all__ = ["__version__"]
