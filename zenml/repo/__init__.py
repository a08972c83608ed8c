"""The repository: git, versions of code, settings, and what ran."""

from zenml._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "GitRepository": "zenml.repo.git",
        "Repository": "zenml.repo.repository",
    },
)
