"""Deployers: where a blessed model goes."""

from zenml._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "ArtifactStoreDeployer": "zenml.steps.deployer.artifact_store",
        "BaseDeployerStep": "zenml.steps.deployer.base:DeployerStep",
        "CortexDeployer": "zenml.steps.deployer.cortex",
        "DeployerStep": "zenml.steps.deployer.base",
        "FolderDeployer": "zenml.steps.deployer.folder",
        "GCAIPDeployer": "zenml.steps.deployer.gcaip",
    },
)
