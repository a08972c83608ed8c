"""The artifact store: where the files of artifacts lie."""

from zenml._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(__name__, {"ArtifactStore": "zenml.artifacts.store"})
