"""Deployers: where a blessed model goes."""

from zenml._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "BaseDeployerStep": "zenml.steps.deployer.base:DeployerStep",
        "DeployerStep": "zenml.steps.deployer.base",
        "FolderDeployer": "zenml.steps.deployer.folder",
    },
)
