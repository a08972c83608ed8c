"""CortexDeployer: retired, for the project that it deployed to was archived."""

from __future__ import annotations

from typing import Any, NoReturn

from zenml.errors import RetiredError
from zenml.steps.deployer.base import DeployerStep


class CortexDeployer(DeployerStep):
    """Cannot be made any more: its makers have archived Cortex.

    The name is here so that pipelines that use it say what to do instead.

    Args:
        api_config: As the others, not used.
        predictor: Not used.
        requirements: Not used.
        conda_packages: Not used.
        env: Not used.
        force: Not used.
        wait: Not used.

    Raises:
        RetiredError: Always.

    Example:
        >>> CortexDeployer(api_config={"name": "penguins"})
        Traceback (most recent call last):
        zenml.errors.RetiredError: CortexDeployer is retired: ...
    """

    def __init__(
        self,
        api_config: Any = None,
        predictor: Any = None,
        requirements: Any = None,
        conda_packages: Any = None,
        env: Any = None,
        force: Any = None,
        wait: Any = None,
        **kwargs: Any,
    ) -> NoReturn:
        raise RetiredError(
            "CortexDeployer is retired: Cortex was archived by its makers, so there is nothing to "
            "deploy to. Use FolderDeployer and `zenml model serve` on a machine of your own, "
            "GCAIPDeployer for Vertex AI, or a DeployerStep whose deploy() calls another service."
        )
