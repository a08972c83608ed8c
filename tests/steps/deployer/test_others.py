"""Deployers to an artifact store and to Google, and the one that is retired."""

from __future__ import annotations

import subprocess
import sys

import pytest

from zenml.errors import RetiredError, StepArgumentError
from zenml.steps.deployer import ArtifactStoreDeployer, CortexDeployer, GCAIPDeployer


@pytest.mark.parametrize("name", ["", "a/b", "../up", ".hidden", 3, None])
def test_names_that_cannot_be_folders(name):
    with pytest.raises(StepArgumentError, match=r"name is .*it must be letters"):
        ArtifactStoreDeployer(name=name).check()


@pytest.mark.parametrize("store", ["", 7, "gs://bucket/store"])
def test_stores_that_are_no_folders(store):
    with pytest.raises(StepArgumentError, match="artifact_store is"):
        ArtifactStoreDeployer(name="penguins", artifact_store=store).check()


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("model_name", ""),
        ("project_id", "Birds 1"),
        ("region", None),
        ("staging_bucket", "bucket"),
        ("machine_type", 4),
        ("min_replicas", 0),
        ("max_replicas", True),
        ("image", " "),
    ],
)
def test_arguments_for_google_that_cannot_be(argument, value):
    given = {"model_name": "penguins", "project_id": "birds-1", argument: value}
    with pytest.raises(StepArgumentError, match=f"GCAIPDeployer: {argument} is"):
        GCAIPDeployer(**given).check()


def test_fewer_machines_at_most_than_at_least():
    with pytest.raises(StepArgumentError, match=r"max_replicas is 2; it must be .* from 3"):
        GCAIPDeployer(model_name="m", project_id="birds-1", min_replicas=3, max_replicas=2).check()


@pytest.mark.parametrize("arguments", [{}, {"api_config": {}, "predictor": int}])
def test_cortex_says_what_to_use_instead(arguments):
    with pytest.raises(RetiredError, match=r"Cortex was archived.*zenml model serve"):
        CortexDeployer(**arguments)


def test_checks_need_no_google():
    code = (
        "import sys\n"
        "from zenml.steps.deployer import GCAIPDeployer\n"
        "GCAIPDeployer(model_name='m', project_id='birds-1').check()\n"
        "assert not {'google.cloud.aiplatform', 'tensorflow', 'tfx'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
