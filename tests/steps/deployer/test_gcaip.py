"""GCAIPDeployer asks Google's client for what that takes; Google itself is not asked.

A stand-in takes the place of the client's classes. It has their methods with their own arguments:
a call that the installed client would refuse fails here.
"""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from unittest.mock import create_autospec

import pytest

from zenml.errors import ServingError
from zenml.steps.deployer import GCAIPDeployer

pytestmark = pytest.mark.tf  # TensorFlow Extended brings the client


@pytest.fixture
def google(monkeypatch):
    from google.cloud import aiplatform

    model = create_autospec(aiplatform.Model)
    endpoint = create_autospec(aiplatform.Endpoint)
    model.list.return_value, endpoint.list.return_value = [], []
    endpoint.create.return_value.resource_name = "projects/1/locations/x/endpoints/2"
    endpoint.create.return_value.list_models.return_value = []
    monkeypatch.setattr(aiplatform, "Model", model)
    monkeypatch.setattr(aiplatform, "Endpoint", endpoint)
    return SimpleNamespace(model=model, endpoint=endpoint)


@pytest.fixture
def folder(tmp_path: Path) -> str:
    (tmp_path / "saved_model.pb").write_text("")
    return str(tmp_path)


def deployer(**more) -> GCAIPDeployer:
    return GCAIPDeployer(model_name="penguins", project_id="birds-1", region="europe-west1", **more)


def test_the_first_model_of_a_name(google, folder):
    place = deployer(staging_bucket="gs://birds/models").deploy(folder)
    assert place == "projects/1/locations/x/endpoints/2"
    uploaded = google.model.upload.call_args.kwargs
    assert uploaded["artifact_uri"] == folder
    assert uploaded["parent_model"] is None
    assert (uploaded["project"], uploaded["location"]) == ("birds-1", "europe-west1")
    assert uploaded["staging_bucket"] == "gs://birds/models"
    asked = google.model.upload.return_value.deploy.call_args.kwargs
    assert asked["endpoint"] is google.endpoint.create.return_value
    assert asked["traffic_percentage"] == 100


def test_the_next_version_takes_over_and_what_was_there_goes(google, folder):
    google.model.list.return_value = [SimpleNamespace(resource_name="projects/1/models/3")]
    endpoint = google.endpoint.create.return_value
    google.endpoint.list.return_value = [endpoint]
    endpoint.list_models.return_value = [SimpleNamespace(id="11"), SimpleNamespace(id="12")]
    deployer().deploy(folder)
    assert google.model.upload.call_args.kwargs["parent_model"] == "projects/1/models/3"
    google.endpoint.create.assert_not_called()
    gone = [call.kwargs["deployed_model_id"] for call in endpoint.undeploy.call_args_list]
    assert gone == ["11", "12"]


def test_what_google_refuses_is_said(google, folder):
    from google.api_core.exceptions import PermissionDenied

    google.model.upload.side_effect = PermissionDenied("no access to birds-1")
    with pytest.raises(ServingError, match=r"Vertex AI did not take model 'penguins'.*no access"):
        deployer().deploy(folder)


def test_what_googles_client_refuses_itself_is_said(google, folder):
    google.model.list.side_effect = ValueError("Unsupported region for Vertex AI")
    with pytest.raises(ServingError, match=r"did not take model 'penguins'.*Unsupported region"):
        deployer().deploy(folder)


def test_a_model_that_the_container_does_not_serve(google, tmp_path):
    with pytest.raises(ServingError, match="is none: give GCAIPDeployer an image of your own"):
        deployer().deploy(str(tmp_path))
    deployer(image="europe-docker.pkg.dev/birds-1/own/forest:1").deploy(str(tmp_path))
    assert google.model.upload.called
