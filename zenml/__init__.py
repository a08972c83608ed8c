"""Machine learning pipelines tied to git, on TFX.

Example:
    >>> import zenml
    >>> zenml.__version__.count(".")
    2
"""

from zenml._lazy import lazy_names
from zenml._old_paths import follow_old_paths
from zenml.version import __version__

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "ArtifactConfig": "zenml.steps.outputs",
        "get_step_context": "zenml.steps.context",
        "load_artifact": "zenml.client",
        "log_metadata": "zenml.client.user_metadata",
        "pipeline": "zenml.pipelines.function",
        "save_artifact": "zenml.client",
        "step": "zenml.steps.function",
    },
)
__all__ += ["__version__"]

follow_old_paths()
