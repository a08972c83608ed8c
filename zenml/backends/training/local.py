"""TrainingLocalBackend: this machine."""

from __future__ import annotations

from zenml.backends.base import BaseBackend


class TrainingLocalBackend(BaseBackend):
    """Runs the training of one step in the process that runs the pipeline.

    Example:
        >>> TrainingLocalBackend().to_config().type
        'local'
    """

    KIND = "training"
    TYPE = "local"
