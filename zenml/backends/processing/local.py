"""ProcessingLocalBackend: this machine."""

from __future__ import annotations

from zenml.backends.base import BaseBackend


class ProcessingLocalBackend(BaseBackend):
    """Runs the data work of one step in the process that runs the pipeline.

    Example:
        >>> ProcessingLocalBackend().to_config().type
        'local'
    """

    KIND = "processing"
    TYPE = "local"
