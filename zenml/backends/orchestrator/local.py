"""OrchestratorLocalBackend: this machine."""

from __future__ import annotations

from zenml.backends.base import BaseBackend

# Once a package: `zenml.backends.orchestrator.local.orchestrator_local_backend` is asked for below.
__path__: list[str] = []


class OrchestratorLocalBackend(BaseBackend):
    """Runs a whole pipeline in the process that runs the pipeline.

    Example:
        >>> OrchestratorLocalBackend().to_config().type
        'local'
    """

    KIND = "orchestrator"
    TYPE = "local"
