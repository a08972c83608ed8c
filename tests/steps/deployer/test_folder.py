"""FolderDeployer: its argument, and what it tells TFX."""

from __future__ import annotations

import pytest

from zenml.errors import StepArgumentError, StepInterfaceError
from zenml.steps.deployer import BaseDeployerStep, DeployerStep, FolderDeployer


def test_alias_is_the_interface():
    assert BaseDeployerStep is DeployerStep


def test_interface_needs_to_say_how():
    with pytest.raises(StepInterfaceError, match=r"define deploy\(model\)"):
        DeployerStep().check()


@pytest.mark.parametrize("path", ["", "  ", 7, None, "gs://bucket/served"])
def test_wrong_path_is_named(path):
    with pytest.raises(StepArgumentError, match="path is"):
        FolderDeployer(path=path).check()


@pytest.mark.tf
def test_destination_is_tfx_own():
    destination = FolderDeployer(path="served").build_push_destination()
    assert destination.filesystem.base_directory == "served"
