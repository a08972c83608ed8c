"""OrchestratorLocalBackend: this machine."""

from __future__ import annotations

from zenml.backends.base import BaseBackend


class OrchestratorLocalBackend(BaseBackend):
    """Runs a whole pipeline in the process that runs the pipeline.

    Example:
        >>> OrchestratorLocalBackend().to_config().type
        'local'
    """

    KIND = "orchestrator"
    TYPE = "local"
