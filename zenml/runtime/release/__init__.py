"""Releases: runs that an annotated tag of git ties down, verified and handed on."""

from zenml._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "Check": "zenml.runtime.release.verifying",
        "Release": "zenml.runtime.release.release",
        "create": "zenml.runtime.release.creating",
        "export": "zenml.runtime.release.exporting",
        "releases": "zenml.runtime.release.listing",
        "verify": "zenml.runtime.release.verifying",
    },
)
